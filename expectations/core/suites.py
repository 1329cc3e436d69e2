"""What must be true before the marts read core.

Nothing was lost or doubled on the way from staging, nothing is dated after the run's business
date, few rows have no customer, and no join to a dimension multiplies rows (fan_out.py).

dbt tests the keys of these tables and their relations; they are not repeated here.
"""

from __future__ import annotations

from collections.abc import Iterable

from expectations.core.fact_rules import fact_rules
from expectations.core.facts import FACTS
from expectations.core.fan_out import fan_out_rules
from expectations.core.sense import sense_of
from expectations.engine.comparisons import Figure, figures_agree, ratio_at_most
from expectations.engine.day import Day
from expectations.engine.models import Model
from expectations.engine.rules import Relation, Rule, Suite, no_rows, row_count
from expectations.learned.past import NO_PAST, Past

BOUNDARY = "core"


def suites(models: Iterable[Model], day: Day, past: Past = NO_PAST) -> list[Suite]:
    """One suite for each core model."""
    return [
        Suite(
            boundary=BOUNDARY,
            subject=model.name,
            asset=model.asset,
            relation=model.relation,
            rules=tuple(_rules(model, day)),
        )
        for model in models
    ]


def _rules(model: Model, day: Day) -> list[Rule]:
    if model.name in FACTS:
        found = fact_rules(model, FACTS[model.name], day)
    else:
        # A dimension has at least its unknown member; a table without either may be empty.
        found = [_not_empty()] if model.name.startswith("dim_") else []
    fact = FACTS.get(model.name)
    found += fan_out_rules(model, fact.date_column if fact else None)
    found += sense_of(model)
    specific = {
        "bridge_customer_identities": _identities,
        "dim_customers": _customers,
        "dim_customers_history": _history,
        "fct_orders": _orders,
    }
    return found + (specific[model.name](model.relation, day) if model.name in specific else [])


def _not_empty() -> Rule:
    return Rule(
        name="not_empty",
        sentence="the dimension has rows, at least its unknown member",
        action="Look at the model's inputs in staging",
        check=row_count(minimum=1),
    )


def _orders(relation: Relation, day: Day) -> list[Rule]:
    lines, refunds = "warehouse.core.fct_order_lines", "warehouse.core.fct_refunds"
    differing = (
        f"select 1 from {relation.sql} as orders full outer join"
        " (select order_id, count(*) as line_count, sum(net_amount) as net_amount"
        f" from {lines} group by order_id) as lines on orders.order_id = lines.order_id"
        " where orders.order_id is null"
        " or orders.line_count <> coalesce(lines.line_count, 0)"
        " or orders.net_amount <> coalesce(lines.net_amount, 0)"
    )
    return [
        Rule(
            name="orders_as_lines",
            sentence="every order has the lines and the net amount of its lines",
            action="Look how fct_orders sums fct_order_lines",
            check=no_rows(differing),
            finding=(
                "select format('{:,} orders differ from the sum of their lines', count(*))"
                f" from ({differing})"
            ),
        ),
        figures_agree(
            "refunds_as_facts",
            "the orders' refunds are the refunds of orders that were delivered",
            "Look how fct_orders sums fct_refunds",
            Figure(
                "refunds of delivered orders",
                f"select sum(refund_amount) from {refunds}"
                f" where order_id in (select order_id from {relation.sql})",
            ),
            Figure("refunds in fct_orders", f"select sum(refunded_amount) from {relation.sql}"),
        ),
        ratio_at_most(
            "orders_as_headers",
            "at most 0.5 % of the orders have another total than their lines less discount plus"
            " shipping and tax, to the cent",
            "Look what the shop's total contains that the contract has no column for",
            relation=relation,
            condition="not is_header_matched",
            limit=0.005,
            among="is_header_matched is not null",
        ),
        ratio_at_most(
            "orders_convertible",
            "at most 1 % of the orders have a currency without an exchange rate on their day",
            "Have the exchange rates delivered (finance.exchange_rates): such orders count nowhere",
            relation=relation,
            condition="not has_exchange_rate",
            limit=0.01,
        ),
        ratio_at_most(
            "orders_valid",
            "at most 20 % of the orders are not valid (cancelled, test, nothing paid)",
            "Look at is_cancelled and at the test accounts: the marts count valid orders only",
            relation=relation,
            condition="not is_valid_order",
            limit=0.20,
            reason="how many orders are cancelled or given back depends on the trade",
        ),
    ]


def _identities(relation: Relation, day: Day) -> list[Rule]:
    return [
        figures_agree(
            "identities_as_map",
            "there is one row for every record that identity knows",
            "Look which record of vault.identity.customers_map has no row, or two",
            Figure(
                "records in identity",
                "select count(*) from vault.identity.customers_map where is_current",
            ),
            Figure("in the bridge", f"select count(*) from {relation.sql}"),
        )
    ]


def _customers(relation: Relation, day: Day) -> list[Rule]:
    return [
        figures_agree(
            "customers_as_identity",
            "there is one row for every customer of identity",
            "Look which customer of vault.identity.customers_map has no row, or two",
            Figure(
                "customers in identity",
                "select count(distinct customer_key) from vault.identity.customers_map"
                " where is_current",
            ),
            Figure(
                "in dim_customers",
                f"select count(*) from {relation.sql} where not is_unknown",
            ),
        ),
        Rule(
            name="one_unknown",
            sentence="there is exactly one unknown customer",
            action="Facts without a customer point to it: look how dim_customers adds it",
            check=no_rows(
                f"select 1 from (select count(*) as members from {relation.sql} where is_unknown)"
                " where members <> 1"
            ),
        ),
    ]


def _history(relation: Relation, day: Day) -> list[Rule]:
    wrong = (
        f"select customer_key from {relation.sql} group by customer_key"
        " having count(*) filter (where is_current) <> 1"
    )
    gaps = (
        "select 1 from (select customer_key, valid_to, lead(valid_from) over"
        f" (partition by customer_key order by valid_from) as next_from from {relation.sql})"
        " where next_from is not null and (valid_to is null or valid_to >= next_from)"
    )
    return [
        Rule(
            name="one_current_row",
            sentence="every customer has exactly one current row",
            action="Look how dim_customers_history closes a version when the next one begins",
            check=no_rows(wrong),
            finding=(
                "select format('{:,} customers do not have exactly one current row', count(*))"
                f" from ({wrong})"
            ),
        ),
        Rule(
            name="versions_do_not_overlap",
            sentence="no version is still valid when the next one begins",
            action="Look how dim_customers_history sets valid_to",
            check=no_rows(gaps),
        ),
        figures_agree(
            "customers_as_dimension",
            "the history knows the customers of dim_customers",
            "Look which customers one of the two tables leaves out",
            Figure(
                "customers in dim_customers",
                "select count(*) from warehouse.core.dim_customers where not is_unknown",
            ),
            Figure(
                "in the history",
                f"select count(distinct customer_key) from {relation.sql}"
                " where customer_key <> 'unknown'",
            ),
        ),
        Rule(
            name="not_after_as_of",
            sentence="no version begins after the run's business date",
            action="The model must leave later versions out: a past date could not be rebuilt",
            check=no_rows(f"select 1 from {relation.sql} where valid_from > {day.sql}"),
        ),
    ]
