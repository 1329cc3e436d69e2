"""The speed set: any number of records as one wide relation, written by DuckDB alone.

    write_million(folder, 1_000_000, seed=1)     people.parquet and truth.parquet
    next_night(folder, later, seed=1)            the same a night later

Record r is a duplicate when r % 5 == 4, of an earlier r that is none; so any range of records can
be made alone, and the next night simply goes on counting. Every value follows from a hash of the
person or of the record.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.identity_world.chinese import (
    CHARACTERS,
    CITIES,
    NICKNAMES,
    PREFIXES,
    STREETS,
    SURNAMES,
    words,
)

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

HUB_PHONE, HUB_EMAIL = "13651234567", "shop@example.com"
_NIGHT = {"new": 0.03, "deleted_per_mille": 5, "cleared_per_mille": 10}
_GIVEN = words("James Mary Robert Linda David Susan Carlos Elena Ivan Greta Oscar Paula Hugo Nina")
_ENDS = words("son man berg field ford ley ton wood stein er")
_STARTS = words("Ander Bald Carl Dun El Fair Gold Hart Jack Kel Lang Mar Nor Os Pat Ral Stan Wil")

_PEOPLE = """
create temp table speed_people as
with numbers as (
    select distinct person, if(person % 25 = 1, person - 1, person) as home
    from speed_records
), drawn as (
    select
        *,
        draw(person, 1, 100) < 12 as is_western,
        1 + draw(person, 2, len(getvariable('family_han'))) as f,
        1 + draw(person, 3, len(getvariable('given_han'))) as g,
        1 + draw(person, 4, len(getvariable('given_han'))) as h,
        draw(person, 5, 4) > 0 as is_double,
        1 + draw(home, 6, len(getvariable('cities'))) as c,
    from numbers
)
select
    person, is_western,
    if(is_western, pick('starts', draw(person, 7, 1000)) || pick('ends', draw(person, 8, 1000)),
        getvariable('family_han')[f]) as family,
    if(is_western, pick('western', draw(person, 9, 1000)),
        getvariable('given_han')[g] || if(is_double, getvariable('given_han')[h], '')) as given,
    getvariable('family_old')[f] || getvariable('given_old')[g]
        || if(is_double, getvariable('given_old')[h], '') as traditional,
    getvariable('family_read')[f] as family_read,
    getvariable('given_read')[g] || if(is_double, getvariable('given_read')[h], '') as given_read,
    date '1945-01-01' + draw(person, 10, 21900)::integer as birth,
    getvariable('regions')[c] as region,
    getvariable('cities')[c] as city,
    if(is_western, draw(home, 11, 900)::varchar || ' ' || pick('starts', draw(home, 12, 1000))
        || ' Street', pick('streets', draw(home, 12, 1000)) || draw(home, 11, 900)::varchar || '号'
        || (1 + draw(home, 13, 30))::varchar || '幢' || (101 + draw(home, 14, 2000))::varchar
        || '室') as street,
    pick('prefixes', draw(home, 15, 1000))
        || lpad((home * 48271 % 99999989)::varchar, 8, '0') as phone,
    lpad((person * 7919 % 9999991)::varchar, 7, '0') as tail,
    pick('hosts', draw(person, 18, 1000)) as host,
from drawn
"""

_RECORDS = """
create or replace temp table speed_wide as
select
    source,
    'R' || r::varchar as source_record_id,
    timestamp '2018-01-01' + to_seconds(draw(r, 31, 250000000)) as first_seen_at,
    first_seen_at + to_seconds(draw(r, 32, 8000000)) as observed_at,
    true as is_linkable,
    case
        when source = 'social' and draw(r, 33, 100) < 75 then null
        when is_western and draw(r, 34, 2) = 0 then given || ' ' || family
        when is_western then upper(family) || ', ' || given
        when draw(r, 34, 100) < 60 then family || given
        when draw(r, 34, 100) < 68 then traditional
        when draw(r, 34, 100) < 76 then family || given || pick('titles', draw(r, 35, 1000))
        when draw(r, 34, 100) < 80 then family || pick('titles', draw(r, 35, 1000))
        when draw(r, 34, 100) < 90 then family_read || ' ' || given_read
        else given_read || ' ' || upper(family_read)
    end as full_name,
    case
        when source <> 'crm' or draw(r, 36, 100) < 30 then null
        when draw(r, 37, 3) = 0 then strftime(birth, '%Y%m%d')
        when draw(r, 37, 3) = 1 then strftime(birth, '%Y/%m/%d')
        else birth::varchar
    end as birth_date,
    if(source = 'crm' and not is_western, region, null) as region,
    if(source = 'order_customers', null, city) as city,
    case
        when source = 'social' or draw(r, 38, 100) < 35 then null
        when source = 'crm' or is_western then street
        else region || city || street
    end as address,
    case
        when draw(r, 39, 100) < 18 then null
        when draw(r, 40, 2000) = 0 then getvariable('hub_phone')
        when draw(r, 41, 16) < 8 then phone
        when draw(r, 41, 16) = 8 then '+86' || phone
        when draw(r, 41, 16) = 9 then '+86 ' || phone[:3] || ' ' || phone[4:7] || ' ' || phone[8:]
        when draw(r, 41, 16) = 10 then '0086-' || phone
        when draw(r, 41, 16) = 11 then '86' || phone
        when draw(r, 41, 16) = 12 then phone[:3] || '-' || phone[4:7] || '-' || phone[8:]
        when draw(r, 41, 16) = 13 then phone[:3] || ' ' || phone[4:7] || ' ' || phone[8:]
        when draw(r, 41, 16) = 14 then translate(phone, '0123456789', '０１２３４５６７８９')
        else '(+86)' || phone
    end as phone,
    case
        when source = 'social' or draw(r, 42, 100) < 40 then null
        when draw(r, 43, 2000) = 0 then getvariable('hub_email')
        when draw(r, 44, 10) = 0
            then upper(if(is_western, family, family_read) || tail || '@' || host)
        when draw(r, 44, 10) = 1 and host = 'gmail.com'
            then lower(if(is_western, family, family_read)) || '.' || tail || '+shop@' || host
        else lower(if(is_western, family, family_read)) || tail || '@' || host
    end as email,
    case
        when source = 'social' and draw(r, 45, 100) < 55 or source = 'crm' and draw(r, 45, 100) < 15
            then 'oU6' || person::varchar
    end as unionid,
    if(source = 'social' and draw(r, 46, 100) < 30, 'wb' || person::varchar, null) as weibo_uid,
    if(source = 'social' and draw(r, 47, 100) < 60, 'dev' || home_device::varchar, null)
        as device_id,
    person,
from (
    select
        *,
        case when draw(r, 30, 100) < 40 then 'crm' when draw(r, 30, 100) < 76
            then 'order_customers' else 'social' end as source,
        if(person % 50 = 1, person - 1, person) as home_device,
    from speed_records
    join speed_people using (person)
)
"""


def write_million(folder: Path, records: int = 1_000_000, seed: int = 1) -> None:
    """people.parquet (the wide relation) and truth.parquet (person of each record)."""
    import duckdb

    with duckdb.connect() as con:
        _prepare(con, seed)
        _make(con, 0, records)
        _write(con, "select * from speed_wide", folder)


def next_night(before: Path, after: Path, seed: int = 1) -> None:
    """The set of `before` with 3 % new records, 0.5 % deleted, 1 % with the phone cleared."""
    import duckdb

    with duckdb.connect() as con:
        _prepare(con, seed)
        count, last = con.execute(f"""
            select count(*), max(source_record_id[2:]::bigint)
            from read_parquet('{before / "people.parquet"}')
        """).fetchall()[0]
        _make(con, last + 1, last + 1 + round(count * _NIGHT["new"]))
        _write(
            con,
            f"""
            with old as (
                select people.*, truth.person, source_record_id[2:]::bigint as r
                from read_parquet('{before / "people.parquet"}') as people
                join read_parquet('{before / "truth.parquet"}') as truth
                    using (source, source_record_id)
            )
            select * exclude (r)
            replace (if(draw(r, {last} + 1, 1000) < {_NIGHT["cleared_per_mille"]}, null, phone)
                as phone)
            from old
            where draw(r, {last} + 2, 1000) >= {_NIGHT["deleted_per_mille"]}
            union all
            select * from speed_wide
        """,
            after,
        )


def _prepare(con: DuckDBPyConnection, seed: int) -> None:
    """Word lists as variables, and the draw that stands for chance."""
    lists = {
        "family_han": [row[0] for row in SURNAMES for _ in range(row[3])],
        "family_old": [row[1] for row in SURNAMES for _ in range(row[3])],
        "family_read": [row[2] for row in SURNAMES for _ in range(row[3])],
        "given_han": [row[0] for row in CHARACTERS],
        "given_old": [row[1] for row in CHARACTERS],
        "given_read": [row[2] for row in CHARACTERS],
        "regions": [row[0] for row in CITIES],
        "cities": [row[1] for row in CITIES],
        "streets": STREETS,
        "western": _GIVEN + [name for name in NICKNAMES if name.isascii()],
        "starts": _STARTS,
        "ends": _ENDS,
        "titles": ["先生", "女士", "小姐"],
        "prefixes": PREFIXES,
        "hosts": ["gmail.com", "example.com", "example.org", "example.net"],
        "hub_phone": HUB_PHONE,
        "hub_email": HUB_EMAIL,
    }
    for name, value in lists.items():
        con.execute(f"set variable {name} = {value!r}").fetchall()
    con.execute(f"""
        create temp macro draw(number, salt, below) as
            (hash(number::ubigint, salt::ubigint, {int(seed)}::ubigint) % below)::bigint
    """).fetchall()
    con.execute("""
        create temp macro pick(name, number) as
            getvariable(name)[1 + number % len(getvariable(name))]
    """).fetchall()


def _make(con: DuckDBPyConnection, first: int, last: int) -> None:
    con.execute(f"""
        create or replace temp table speed_records as
        select r, if(r % 5 <> 4, r, earlier - (earlier % 5 = 4)::bigint) as person
        from (
            select range as r, draw(range, 20, greatest(range, 1)) as earlier
            from range({int(first)}, {int(last)})
        )
    """).fetchall()
    con.execute(_PEOPLE).fetchall()
    con.execute(_RECORDS).fetchall()


def _write(con: DuckDBPyConnection, select: str, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    con.execute(f"create temp table speed_out as {select} order by source_record_id").fetchall()
    con.execute(f"""
        copy (select * exclude (person) from speed_out) to '{folder / "people.parquet"}'
    """).fetchall()
    con.execute(f"""
        copy (select source, source_record_id, person from speed_out)
        to '{folder / "truth.parquet"}'
    """).fetchall()
