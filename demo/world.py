"""One demo world in the making: a DuckDB connection with the generator's vocabulary, and figures.

Every "random" value is `u(salt, id)`: a hash of the seed, a salt and an id. So nothing depends on
the order or the number of rows that were made before, and the same inputs give the same bytes.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from demo.words import load_words

TIMEZONE = "America/New_York"
FIRST_DATE = "2016-11-01"
YEAR_START = "2017-01-01"
LAST_DATE = "2017-12-31"
REAL_HOUSEHOLDS = 2_469

_MACROS = """
create macro u(salt, id) as
    (hash(salt || '|{seed}|' || cast(id as varchar)) >> 11)::double / 9007199254740992;
create macro pick(list, share) as list[1 + floor(share * len(list))::bigint];
create macro utc(local_time) as (local_time at time zone '{timezone}')::timestamp;
create macro local(utc_time) as (utc_time at time zone 'UTC') at time zone '{timezone}';
create macro business_date(utc_time) as local(utc_time)::date;
create macro day_between(salt, id, first_day, last_day) as
    first_day::date + floor(u(salt, id) * (last_day::date - first_day::date + 1))::integer;
create macro moment(salt, id, first_day, last_day) as
    utc(day_between(salt, id, first_day, last_day)::timestamp
        + to_seconds(29000 + floor(u(salt || '/s', id) * 48000)::bigint));
create macro has_happened(utc_time) as utc_time <= timestamp '2018-01-01 04:59:59';
create macro within_world(utc_time) as least(utc_time, timestamp '2018-01-01 04:59:59');
create macro plain(utc_time) as strftime(utc_time, '%Y-%m-%d %H:%M:%S');
create macro zoho_time(utc_time) as
    strftime(utc_time + interval 8 hours, '%Y-%m-%dT%H:%M:%S') || '+08:00';
create macro zoho_id(module, number) as
    '3652397' || module || lpad(cast(number as varchar), 10, '0');
create macro full_width(value) as translate(value, '0123456789', '０１２３４５６７８９');
create macro typed_cn_phone(digits, r) as case
    when r < 0.50 then digits
    when r < 0.62 then digits[1:3] || ' ' || digits[4:7] || ' ' || digits[8:]
    when r < 0.72 then '+86-' || digits
    when r < 0.78 then '+86 ' || digits[1:3] || ' ' || digits[4:7] || ' ' || digits[8:]
    when r < 0.84 then '0086' || digits
    when r < 0.90 then full_width(digits)
    when r < 0.96 then digits[1:3] || '-' || digits[4:7] || '-' || digits[8:]
    else '(86)' || digits end;
create macro typed_us_phone(digits, r) as case
    when r < 0.40 then '(' || digits[1:3] || ') ' || digits[4:6] || '-' || digits[7:]
    when r < 0.60 then digits[1:3] || '-' || digits[4:6] || '-' || digits[7:]
    when r < 0.72 then digits
    when r < 0.86 then '+1 ' || digits[1:3] || ' ' || digits[4:6] || ' ' || digits[7:]
    when r < 0.94 then '1-' || digits[1:3] || '-' || digits[4:6] || '-' || digits[7:]
    when r < 0.97 then full_width(digits)
    else digits[1:3] || '.' || digits[4:6] || '.' || digits[7:] end;
create macro typed_phone(country, digits, r) as
    case when country = 'CN' then typed_cn_phone(digits, r) else typed_us_phone(digits, r) end;
create macro typed_email(email, r) as case
    when r < 0.80 then email
    when r < 0.87 then upper(email)
    when r < 0.92 then ' ' || email || ' '
    when r < 0.96 then upper(email[1:1]) || email[2:]
    else replace(email, '@', '＠') end;
create macro typed_name(person, r) as case
    when r < 0.78 then person.full_name
    when r < 0.86 and person.is_zh
        then person.full_name || if(person.gender = 'male', '先生', '女士')
    when r < 0.86 then if(person.gender = 'male', 'Mr. ', 'Ms. ') || person.full_name
    when r < 0.92 and person.is_zh then person.traditional_name
    when r < 0.92 then upper(person.full_name)
    when r < 0.96 and person.is_zh then person.last_name || ' ' || person.first_name
    when r < 0.96 then person.last_name || ', ' || person.first_name
    else ' ' || person.full_name || '  ' end;
create macro filled(sentence, phone, email, name) as
    replace(replace(replace(sentence, '{{phone}}', phone), '{{email}}', email), '{{name}}', name);
"""


@dataclass
class World:
    """The state of one generation: connection, target folder, size and what was counted."""

    con: duckdb.DuckDBPyConnection
    out: Path
    journey: Path
    seed: int
    customers: int
    sample: int | None = None
    plants_faults: bool = True
    rows: dict[str, int] = field(default_factory=dict)
    faults: dict[str, dict[str, int]] = field(default_factory=dict)
    figures: dict[str, Any] = field(default_factory=dict)

    @property
    def is_scaled(self) -> bool:
        """True when households are cloned beyond those of the Complete Journey data."""
        return self.customers > REAL_HOUSEHOLDS

    def run(self, sql: str) -> None:
        """Run statements that return nothing of interest."""
        self.con.execute(sql).fetchall()

    def value(self, sql: str) -> Any:
        """Return the single value of a query."""
        row = self.con.execute(sql).fetchone()
        return row[0] if row else None

    def path(self, name: str) -> Path:
        """Return the path of an output file, its folder made."""
        target = self.out / name
        target.parent.mkdir(parents=True, exist_ok=True)
        return target


def open_world(out: Path, journey: Path, seed: int, customers: int, sample: int | None) -> World:
    """Open a world in memory with its macros and word lists.

    One thread: with more of them the order of rows within a file, and so its bytes, would vary.
    """
    con = duckdb.connect(":memory:")
    spill = out / ".spill"
    for setting in (
        "threads = 1",
        "timezone = 'UTC'",
        "memory_limit = '6GB'",
        f"temp_directory = '{spill}'",
    ):
        con.execute(f"set {setting}").fetchall()
    for statement in _MACROS.format(seed=seed, timezone=TIMEZONE).split(";\n"):
        if statement.strip():
            con.execute(statement).fetchall()
    for name, words in load_words().items():
        con.execute(f"set variable {name} = $words", {"words": words}).fetchall()
    return World(con, out, journey, seed, customers, sample)
