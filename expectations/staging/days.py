"""Does the day look like a day: rules that only one staging table has.

Belongs here: freshness, hours, shares of a table's rows. Limits that another trade may rightly
exceed are warnings; a shop that knows its own changes them here.

A rule that compares two tables is asked when both have rows: that a table must have rows is asked
in raw.py, of every object whose contract does not say `optional: true`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from expectations.engine.comparisons import ratio_at_most
from expectations.engine.day import Day
from expectations.engine.rules import Relation, Rule, Severity, no_rows

HERE = "expectations/staging/days.py"

_UNKNOWN_PRODUCT = (
    "product_id not in (select product_id from vault.staging.stg_orders__products)"
    " and exists (select 1 from vault.staging.stg_orders__products)"
)


def _recent(relation: Relation, column: str, days: int, day: Day) -> Rule:
    newest = f"select {day.date_of(f'max({column})')} as newest from {relation.sql}"
    return Rule(
        name="recent",
        sentence=f"the newest {column} is at most {days} days before the run's business date",
        action="Ask the source whether its export still runs",
        check=no_rows(f"select 1 from ({newest}) where newest < {day.sql} - {days}"),
        severity=Severity.WARN,
        reason="a shop may close for holidays, and a past date may be rebuilt from few files",
        finding=(
            f"select format('the newest {column} is of {{}}, {{}} days before {day.as_of}',"
            f" cast(newest as varchar), {day.sql} - newest) from ({newest})"
        ),
    )


def order_lines(relation: Relation, day: Day) -> list[Rule]:
    """Sales arrive every day, by day, of known products, for money."""
    hour = f"extract(hour from {day.local('ordered_at')})"
    return [
        _recent(relation, "ordered_at", 3, day),
        ratio_at_most(
            "sold_by_day",
            "at most 3 % of the lines are sold between 2 and 5 in the night",
            "Look at the time zone of the source: a shift of some hours moves sales to the night",
            relation=relation,
            condition=f"{hour} between 2 and 4",
            limit=0.03,
            reason="a shop of another kind may well sell by night",
        ),
        ratio_at_most(
            "products_known",
            "at most 1 % of the lines name a product that is not in the catalogue",
            "Have the catalogue delivered again; such lines go to the unknown product",
            relation=relation,
            condition=_UNKNOWN_PRODUCT,
            limit=0.01,
        ),
        ratio_at_most(
            "lines_paid",
            "at most 5 % of the lines are of zero or negative quantity or amount",
            "Look whether the source changed the sign or the unit of its amounts",
            relation=relation,
            condition="is_zero_or_negative",
            limit=0.05,
            reason="a shop may give goods away, or book returns as negative lines",
        ),
    ]


def order_headers(relation: Relation, day: Day) -> list[Rule]:
    """Orders have a header; how its states are shared out, the day's profile learns (drift.py)."""
    return [
        Rule(
            name="headers_complete",
            sentence="at least 99 % of the orders that have lines have a header",
            action="Have the order headers delivered again: status and payment are missing",
            check=no_rows(
                "select 1 from (select count(*) as orders, count(headers.order_id) as found"
                " from (select distinct order_id from vault.staging.stg_orders__order_lines)"
                f" as lines left join {relation.sql} as headers"
                " on lines.order_id = headers.order_id and headers.is_current_version)"
                " where found < 0.99 * orders"
                f" and exists (select 1 from {relation.sql})"
            ),
        ),
    ]


def refunds(relation: Relation, day: Day) -> list[Rule]:
    """Refunds are a small part of the sales."""
    totals = (
        f"select coalesce((select sum(refund_amount) from {relation.sql}), 0) as refunded,"
        " coalesce((select sum(net_amount) from vault.staging.stg_orders__order_lines), 0) as sold"
    )
    return [
        Rule(
            name="refunds_plausible",
            sentence="refunds are at most 20 % of the sales",
            action=(
                "Look at the unit of refund_amount, and whether refunds are delivered twice; if it"
                f" is usual, raise the limit in {HERE}"
            ),
            check=no_rows(f"select 1 from ({totals}) where refunded > 0.2 * sold and sold > 0"),
            severity=Severity.WARN,
            reason="in some trades, fashion for one, a third and more is given back",
            finding=(
                "select format('{} refunded of {} sold', cast(refunded as varchar),"
                f" cast(sold as varchar)) from ({totals})"
            ),
        )
    ]


def exchange_rates(relation: Relation, day: Day) -> list[Rule]:
    """Rates are as fresh as amounts in another currency need them."""
    newest = f"select max(quoted_on) as newest from {relation.sql}"
    return [
        Rule(
            name="recent",
            sentence="the newest rate is at most 5 days before the run's business date",
            action="Have the rates delivered: without them amounts in other currencies are empty",
            check=no_rows(f"select 1 from ({newest}) where newest < {day.sql} - 5"),
            severity=Severity.WARN,
            reason="markets close for holidays; a quote stands in for some days after it",
            finding=(
                "select format('the newest quoted_on is of {}, {} days before"
                f" {day.as_of}', cast(newest as varchar), {day.sql} - newest) from ({newest})"
            ),
        )
    ]


def customers(relation: Relation, day: Day) -> list[Rule]:
    """Test accounts are few."""
    return [
        ratio_at_most(
            "few_test_accounts",
            "at most 5 % of the shop accounts are test accounts",
            "Look whether the shop changed the meaning of is_test: test accounts are not counted",
            relation=relation,
            condition="is_test",
            limit=0.05,
        )
    ]


def web_events(relation: Relation, day: Day) -> list[Rule]:
    """Events arrive every day, about known products."""
    return [
        _recent(relation, "occurred_at", 3, day),
        ratio_at_most(
            "products_known",
            "at most 1 % of the events name a product that is not in the catalogue",
            "Have the catalogue delivered again",
            relation=relation,
            condition=_UNKNOWN_PRODUCT,
            limit=0.01,
        ),
    ]


SPECIFIC: Mapping[str, Callable[[Relation, Day], list[Rule]]] = {
    "stg_finance__exchange_rates": exchange_rates,
    "stg_orders__customers": customers,
    "stg_orders__order_headers": order_headers,
    "stg_orders__order_lines": order_lines,
    "stg_orders__refunds": refunds,
    "stg_web__events": web_events,
}
"""Rules that only one table has."""
