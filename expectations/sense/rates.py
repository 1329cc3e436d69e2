"""Sense of exchange rates (汇率): they move by little and keep coming."""

from __future__ import annotations

from expectations.engine.day import Day
from expectations.engine.rules import Relation, Rule, no_rows
from expectations.learned.past import Past

JUMP = 0.25
"""A rate that moves by more from one quote to the next, or becomes its inverse, is looked at."""

ENOUGH_QUOTES = 60

_PAIR = "base_currency_code, currency_code"


def exchange_rates(relation: Relation, day: Day, past: Past) -> list[Rule]:
    """The newest quotes follow from those before."""
    return [_no_jump(relation), _keep_coming(relation, day)]


def _no_jump(relation: Relation) -> Rule:
    newest = (
        f"select quoted_rate, lag(quoted_rate) over (partition by {_PAIR} order by quoted_on)"
        f" as rate_before, max(quoted_on) over (partition by {_PAIR}) - quoted_on as age"
        f" from {relation.sql}"
    )
    jumped = (
        f"select * from ({newest}) where age <= 7 and rate_before is not null"
        " and not coalesce(quoted_rate > 0 and abs(ln(quoted_rate / rate_before))"
        f" <= {JUMP!r}, false)"
    )
    return Rule(
        name="rates_do_not_jump",
        sentence=f"no rate of the last week moved by more than {JUMP:.0%} in one quote",
        action=(
            "Look whether the rate came the other way round (1/x) or in another unit; after a"
            " real devaluation accept it for some days"
        ),
        check=no_rows(jumped),
        finding=(
            "select format('{:,} rates jumped, by a factor of up to {:.2f}', count(*),"
            " max(greatest(quoted_rate / rate_before, rate_before / nullif(quoted_rate, 0))))"
            f" from ({jumped})"
        ),
        can_be_accepted=True,
    )


def _keep_coming(relation: Relation, day: Day) -> Rule:
    gaps = (
        "select max(quoted_on) as newest, count(*) as quote_days, max(gap) as longest from"
        " (select quoted_on, quoted_on - lag(quoted_on) over (order by quoted_on) as gap"
        f" from (select distinct quoted_on from {relation.sql}"
        f" where quoted_on > {day.sql} - 400))"
    )
    late = (
        f"quote_days >= {ENOUGH_QUOTES} and {day.sql} - newest > 7"
        f" and {day.sql} - newest > 2 * longest"
    )
    return Rule(
        name="quotes_keep_coming",
        sentence="quotes have not stopped for longer than they ever did in a year",
        action=(
            "Have the rates delivered: without them amounts in other currencies are empty; take"
            " the file away if no other currency is needed any more"
        ),
        check=no_rows(f"select 1 from ({gaps}) where {late}"),
        finding=(
            "select format('the newest quote is {} days old, the longest pause of the year was"
            f" {{}} days', {day.sql} - newest, longest) from ({gaps})"
        ),
        can_be_accepted=True,
    )
