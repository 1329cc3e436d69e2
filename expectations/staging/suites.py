"""What must be true before identity and core read staging: the rows are there, and of this day.

dbt tests keys, relations and accepted values of these tables; they are not repeated here. That
no row was lost on the way is row_accounting.py, and how a day looks is days.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from expectations.engine.columns import Column
from expectations.engine.day import Day
from expectations.engine.models import Model
from expectations.engine.rules import Relation, Rule, Suite, no_rows, row_count
from expectations.learned.day_measures import measurable
from expectations.learned.day_volume import delivers_late, is_known, volume_rule
from expectations.learned.drift import drift_rule
from expectations.learned.event_times import EVENT_TIMES, VERSION_TIMES, day_clock
from expectations.learned.known_rows import known_rows_rule
from expectations.learned.past import NO_PAST, Past
from expectations.raw.objects import RawObject
from expectations.sense.suites import sense_rules
from expectations.staging.days import SPECIFIC

BOUNDARY = "staging"

NOTHING_KNOWN: Mapping[str, Sequence[Column]] = {}


FACT_INPUTS = frozenset(
    {
        "stg_consent__consent_events",
        "stg_feedback__responses",
        "stg_feedback__survey_answers",
        "stg_loyalty__members",
        "stg_loyalty__points_ledger",
        "stg_loyalty__referrals",
        "stg_marketing__campaign_events",
        "stg_orders__order_lines",
        "stg_orders__refunds",
        "stg_service__ticket_events",
        "stg_service__tickets",
        "stg_social__interactions",
        "stg_web__events",
    }
)
"""Tables whose rows become facts of that day, which dim_dates must have."""


def suites(
    models: Iterable[Model],
    objects: Iterable[RawObject],
    day: Day,
    past: Past = NO_PAST,
    columns: Mapping[str, Sequence[Column]] = NOTHING_KNOWN,
) -> list[Suite]:
    """One suite for each staging model.

    Args:
        models: The staging models.
        objects: The raw objects that the models stand for.
        day: The run's business date.
        past: The last good build.
        columns: The columns of the tables; of a table without any, the past is not asked.
    """
    described = {(known.source, known.name): known for known in objects}
    return [
        Suite(
            boundary=BOUNDARY,
            subject=model.name,
            asset=model.asset,
            relation=model.relation,
            rules=(
                *_rules(model, described, day),
                *_learned(model, described, columns.get(model.name, ()), day, past),
                *(sense_rules(model.relation, day, past) if model.name in columns else ()),
            ),
        )
        for model in models
    ]


def _rules(model: Model, objects: Mapping[tuple[str, str], RawObject], day: Day) -> list[Rule]:
    described = objects.get(model.source_object) if model.source_object else None
    found = [_not_emptied(model, described, day)] if described else [_not_empty()]
    if model.name in EVENT_TIMES:
        found.append(_not_after(model.relation, EVENT_TIMES[model.name], day))
    if model.name in FACT_INPUTS:
        found.append(_not_before(model.relation, EVENT_TIMES[model.name], day))
    specific = SPECIFIC.get(model.name)
    return found + (specific(model.relation, day) if specific else [])


def _learned(
    model: Model,
    objects: Mapping[tuple[str, str], RawObject],
    columns: Sequence[Column],
    day: Day,
    past: Past,
) -> list[Rule]:
    """What the table's own days, and the last good build, let expect."""
    if not columns:
        return []
    found = []
    clock = day_clock(model, [column.name for column in columns])
    described = objects.get(model.source_object) if model.source_object else None
    # A system tells the newest state only: what it changed again has left the days before.
    is_thinned = described is not None and described.is_stream and clock in VERSION_TIMES
    if clock and not is_thinned:
        measured = measurable(columns, model.key)
        found += [
            volume_rule(model.relation, clock, day, past),
            drift_rule(
                model.relation,
                clock,
                measured,
                day,
                is_whole_day=(
                    f"not ({delivers_late(model.relation, clock, day, past, 'tonight_rows')})"
                    if is_known(model.relation, clock, past)
                    else "false"
                ),
            ),
        ]
    kept = known_rows_rule(model, columns, day, past) if past.has(model.relation) else None
    return [*found, kept] if kept else found


def _not_empty() -> Rule:
    return Rule(
        name="not_empty",
        sentence="the table has rows",
        action="Look at the step that writes the raw table",
        check=row_count(minimum=1),
    )


def _not_emptied(model: Model, described: RawObject, day: Day) -> Rule:
    arrived = "count(*) > 0"
    if described.event_column:
        earliest = f'min("{described.event_column}")'
        arrived = f"{earliest if described.event_is_date else day.date_of(earliest)} <= {day.sql}"
    emptied = (
        f'select (select {arrived} from vault.raw."{described.table}") as arrived,'
        f" (select count(*) from {model.relation.sql}) as in_staging"
    )
    return Rule(
        name="not_emptied",
        sentence="rows arrive, unless every raw row lies after the run's business date",
        action=f"Look how {model.name} filters",
        check=no_rows(f"select 1 from ({emptied}) where in_staging = 0 and arrived"),
        finding=(f"select 'raw has rows up to {day.as_of}, and none of them reached {model.name}'"),
    )


def _not_after(relation: Relation, column: str, day: Day) -> Rule:
    # The latest moment has the latest date: one conversion in place of one for every row.
    newest = f"select max({column}) as newest from {relation.sql}"
    return Rule(
        name="not_after_as_of",
        sentence=f"no {column} lies after the run's business date",
        action="The model must filter with up_to_as_of(): a past date could not be rebuilt",
        check=no_rows(f"select 1 from ({newest}) where {day.date_of('newest')} > {day.sql}"),
        finding=(
            f"select format('{{:,}} rows lie after {day.as_of}', count(*)) from {relation.sql}"
            f" where {day.date_of(column)} > {day.sql}"
        ),
    )


def _not_before(relation: Relation, column: str, day: Day) -> Rule:
    first = day.first_date.isoformat()
    oldest = f"select min({column}) as oldest from {relation.sql}"
    before = f"from {relation.sql} where {day.date_of(column)} < date '{first}'"
    return Rule(
        name="not_before_first_date",
        sentence=f"no {column} lies before C360_FIRST_DATE ({first})",
        action="Set C360_FIRST_DATE earlier, or mend the rows: the calendar begins on that day",
        check=no_rows(f"select 1 from ({oldest}) where {day.date_of('oldest')} < date '{first}'"),
        finding=(
            f"select format('{{:,}} rows are dated before C360_FIRST_DATE ({first}), the earliest"
            f" {{}}', count(*), cast(min({day.date_of(column)}) as varchar)) {before}"
        ),
    )
