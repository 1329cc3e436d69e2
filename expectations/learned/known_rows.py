"""Are the rows of the last good build still there, and do they still say the same (历史数据不变).

Belongs here: tonight's staging tables against those of the last good build, by the key of the dbt
model. What a row of a log (流水) said once, it says for ever; a snapshot may change, but hardly in
one night and everywhere. Without a last good build nothing is asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from expectations.engine.columns import Column
from expectations.engine.day import Day
from expectations.engine.models import Model
from expectations.engine.rules import MEASURED, Rule, no_rows_measured
from expectations.learned.event_times import day_clock, version_time
from expectations.learned.past import Past
from expectations.raw.streams import FEW, SHRINKAGE

FIXED = 0.005
"""Share of the known rows of a log that may be gone, and that may say something else."""

FIXED_FEW = 10
"""So many may be in any case: a source mends a few rows, a person asks to be forgotten."""

UNSAID = 0.05
"""Share of the known rows of a snapshot that may change though their version says they did not."""

AGED_OUT_DAYS = 35
"""A source that keeps a window of time may drop so many of its oldest days in one night."""

CHANGING = frozenset({"is_current_version", "is_version_known", "landed_at"})
"""Columns that tell of the load or of later rows, not of what the row says."""

COLUMNS_NAMED = 3


@dataclass(frozen=True)
class _Table:
    """A table tonight and in the last good build."""

    now: str
    before: str
    key: tuple[str, ...]
    content: tuple[str, ...]
    clock: str
    version: str
    may_go: float
    may_change: float
    few: int


def known_rows_rule(
    model: Model, columns: Sequence[Column], day: Day, past: Past, tolerance: float = 1.0
) -> Rule | None:
    """The rule of one table; None when the last good build has not its key."""
    names = [column.name for column in columns]
    common = past.columns(model.relation).intersection(names)
    if not model.key or not common.issuperset(model.key):
        return None
    table = _table(model, [name for name in names if name in common], day, past, tolerance)
    what = "a log's rows stay as they were" if table.clock else "most rows stay"
    return Rule(
        name="known_rows",
        sentence=(
            f"{what}: of the rows of the last good build ({past.as_of}) at most"
            f" {table.may_go:.1%} are gone and {table.may_change:.1%} say something else"
        ),
        action=(
            "Ask the source whether it exported everything and what it changed in the past; if"
            " the change is meant, or comes from a new release, accept it in quality.yml"
        ),
        check=no_rows_measured(
            _counts(table, day),
            f"select 1 from {MEASURED}"
            f" where gone > greatest({table.few}, {table.may_go!r} * known)"
            f" or changed > greatest({table.few}, {table.may_change!r} * known)",
        ),
        finding=_finding(table, day),
        can_be_accepted=True,
        with_tolerance=lambda wider: known_rows_rule(model, columns, day, past, wider) or _never(),
    )


def _never() -> Rule:
    raise ValueError("a rule that was made once is made again")


def _table(model: Model, common: Sequence[str], day: Day, past: Past, tolerance: float) -> _Table:
    clock = day_clock(model, common)
    version = "" if clock else version_time(model, common)
    nights = max((day.as_of - past.as_of).days, 1) if past.as_of else 1
    since_then = 1 - (1 - SHRINKAGE) ** nights
    go, few = (FIXED, FIXED_FEW) if clock else (since_then, FEW)
    change = FIXED if clock else UNSAID if version else since_then
    before = past.of(model.relation).sql
    if "is_version_known" in common:
        # Of a record that was edited after a past date it is only known that it was there: once
        # the edit is up to date, another row stands for it.
        before = f"(select * from {before} where is_version_known)"
    return _Table(
        now=model.relation.sql,
        before=before,
        key=model.key,
        content=tuple(
            name for name in common if name not in {*model.key, *CHANGING, version} - {""}
        ),
        clock=clock,
        version=version,
        may_go=min(go * tolerance, 1.0),
        may_change=min(change * tolerance, 1.0),
        few=round(few * tolerance),
    )


def _counts(table: _Table, day: Day) -> str:
    """SQL: one row: rows known to the last good build, how many are gone, how many changed."""
    return (
        f"with {_pairs(table, day)} select (select count(*) from {table.before}) as known,"
        " count(*) filter (where is_gone) as gone, count(*) filter (where is_changed) as changed"
        " from pairs"
    )


def _pairs(table: _Table, day: Day) -> str:
    """SQL: `pairs`, each known row that may differ, with the same row tonight."""
    key = f"hash({_listed(table.key)})"
    content = f"hash({_listed(table.content)})" if table.content else "0"
    version = f'"{table.version}"' if table.version else "null"
    row = f"select {key} as row_key, {content} as content, {version} as version"
    if not table.clock:
        return (
            f"before as ({row} from {table.before}), tonight as ({row} from {table.now}),"
            f" pairs as (select tonight.row_key is null as is_gone,"
            " tonight.content <> before.content and not coalesce(tonight.version > before.version,"
            # Of a record that was edited after a past date, nobody knew then what it said.
            " before.version is null and tonight.version is not null) as is_changed,"
            " before.row_key from before left join tonight on before.row_key = tonight.row_key)"
        )
    # Whole days are compared by the sum of their rows' hashes; only where it differs, the rows.
    clock = f'"{table.clock}"'
    utc_day = f"coalesce(cast({clock} as date), date '1900-01-01')"
    summed = (
        f"select {utc_day} as utc_day, count(*) as row_count,"
        f" sum(hash({_listed((*table.key, *table.content))})) as fingerprint"
    )
    aged_out = (
        f"(select case when date_diff('day', oldest_before, oldest) <= {AGED_OUT_DAYS}"
        " then oldest end from"
        f" (select min({clock}) as oldest from {table.now})"
        f" cross join (select min({clock}) as oldest_before from {table.before}))"
    )
    dated = f", {clock} as row_time"
    return (
        f"days_before as ({summed} from {table.before} group by utc_day),"
        f" days_now as ({summed} from {table.now} group by utc_day),"
        " alike as materialized (select days_before.utc_day from days_before"
        " inner join days_now on days_before.utc_day = days_now.utc_day"
        " and days_before.row_count = days_now.row_count"
        " and days_before.fingerprint = days_now.fingerprint),"
        f" before as ({row}{dated} from {table.before}"
        f" where {utc_day} not in (select utc_day from alike)),"
        f" tonight as ({row}{dated} from {table.now}"
        f" where {utc_day} not in (select utc_day from alike)),"
        " pairs as (select tonight.row_key is null"
        f" and not coalesce(before.row_time < {aged_out}, false) as is_gone,"
        " tonight.content <> before.content or tonight.row_time <> before.row_time as is_changed,"
        " before.row_key from before left join tonight on before.row_key = tonight.row_key)"
    )


def _finding(table: _Table, day: Day) -> str:
    """SQL: how many rows are gone and changed, and in which columns."""
    compared = tuple(dict.fromkeys((*table.content, *([table.clock] if table.clock else []))))
    key = f"hash({_listed(table.key)})"
    differing = ", ".join(
        f'count(*) filter (where b."{name}" is distinct from n."{name}") as "{name}"'
        for name in compared
        if name not in table.key
    )
    named = (
        "(select string_agg(name || ' (' || differing || ')', ', ' order by differing desc, name)"
        " from (select name, differing from (unpivot ("
        f"select {differing} from (select row_key from pairs where is_changed) as p"
        f" inner join (select *, {key} as row_key from {table.before}) as b"
        " on p.row_key = b.row_key"
        f" inner join (select *, {key} as row_key from {table.now}) as n"
        " on p.row_key = n.row_key)"
        " on columns(*) into name name value differing) where differing > 0"
        f" order by differing desc, name limit {COLUMNS_NAMED}))"
        if differing
        else "cast(null as varchar)"
    )
    return (
        f"with {_pairs(table, day)} select format('of {{:,}} rows of the last good build {{:,}} are"
        " gone and {:,} say something else', known, gone, changed)"
        " || coalesce(', most in ' || named, '') from ("
        f"select (select count(*) from {table.before}) as known,"
        " count(*) filter (where is_gone) as gone, count(*) filter (where is_changed) as changed,"
        f" {named} as named from pairs)"
    )


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)
