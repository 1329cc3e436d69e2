"""Sense of core: facts belong to the customers of their records, flags say what the states say.

Rows and totals are compared in facts.py; a join that gives every row to somebody else keeps
them all. That no column is called like a direct identifier is asked here already: a mart may read
any column of core.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from expectations.engine.models import Model
from expectations.engine.rules import Rule, no_rows
from expectations.publish.privacy import column_names

ORDERS = "warehouse.core.fct_orders"

_CURRENT = "vault.identity.customers_map where is_current"


@dataclass(frozen=True)
class Named:
    """Where a fact's rows name a record: a staging table, its key there, and the record.

    Attributes:
        key: Key of the fact, and of the staging table.
        table: The staging table.
        record: Its column that names a record.
        source: The source of that record, in identity.
    """

    key: str
    table: str
    record: str
    source: str


NAMED: Mapping[str, Named] = {
    "fct_feedback": Named(
        "response_id", "stg_feedback__responses", "shop_customer_id", "orders.customers"
    ),
    "fct_loyalty_points": Named(
        "entry_id", "stg_loyalty__points_ledger", "member_id", "loyalty.members"
    ),
    "fct_service_tickets": Named(
        "ticket_id", "stg_service__tickets", "shop_customer_id", "orders.customers"
    ),
}

OF_ORDERS = frozenset({"fct_order_lines", "fct_order_statuses", "fct_refunds"})
"""Facts of one order: its customer is theirs."""


def sense_of(model: Model) -> list[Rule]:
    """The rules of one core table."""
    found = [column_names(model.relation)]
    if model.name == "fct_orders":
        found += [_customers_as_staged(), *_flags()]
    if model.name in OF_ORDERS:
        found.append(_customers_as_orders(model))
    if model.name in NAMED:
        found.append(_customers_as_records(model, NAMED[model.name]))
    return found


def _rule(sentence: str, wrong: str, action: str) -> Rule:
    return Rule(
        name="customers_as_records",
        sentence=sentence,
        action=action,
        check=no_rows(wrong),
        finding=(
            "select format('{:,} rows belong to another customer than the record that they name',"
            f" count(*)) from ({wrong})"
        ),
    )


def _customers_as_staged() -> Rule:
    keys = (
        "(select staged.order_id, list(map.customer_key) as customer_keys from (select distinct"
        " order_id, shop_customer_id from vault.staging.stg_orders__order_lines union select"
        " distinct order_id, shop_customer_id from vault.staging.stg_orders__order_headers)"
        f" as staged inner join (select * from {_CURRENT} and source = 'orders.customers') as map"
        " on map.source_record_id = cast(staged.shop_customer_id as varchar)"
        " group by staged.order_id)"
    )
    return _rule(
        "an order belongs to the customer of the account that placed it",
        f"select 1 from {ORDERS} as orders inner join {keys} as keys using (order_id)"
        " where not list_contains(keys.customer_keys, orders.customer_key)",
        "Look which join of fct_orders mixes up orders and customers",
    )


def _customers_as_orders(model: Model) -> Rule:
    return _rule(
        "it belongs to the customer of its order",
        f"select 1 from {model.relation.sql} as facts inner join {ORDERS} as orders"
        " using (order_id) where facts.customer_key <> orders.customer_key",
        f"Look which join of {model.name} mixes up orders and customers",
    )


def _customers_as_records(model: Model, named: Named) -> Rule:
    # A table of versions names a record in each of them: one of them is enough.
    keys = (
        f"(select staged.{named.key}, list(map.customer_key) as customer_keys from"
        f" vault.staging.{named.table} as staged inner join (select * from {_CURRENT} and"
        f" source = '{named.source}') as map"
        f" on map.source_record_id = cast(staged.{named.record} as varchar)"
        f" group by staged.{named.key})"
    )
    return _rule(
        f"it belongs to the customer of the record that {named.record} names",
        f"select 1 from {model.relation.sql} as facts inner join {keys} as keys"
        f" on cast(keys.{named.key} as varchar) = cast(facts.{named.key} as varchar)"
        " where not list_contains(keys.customer_keys, facts.customer_key)",
        f"Look which join of {model.name} mixes up records and customers",
    )


def _flags() -> list[Rule]:
    return [
        Rule(
            name="valid_as_states",
            sentence="no order that is cancelled, of a test account or fully given back is valid",
            action="Look at is_valid_order in fct_orders: all marts count by it",
            check=no_rows(
                f"select 1 from {ORDERS} where is_valid_order and (is_cancelled or is_test_account"
                " or net_amount <= refunded_amount)"
            ),
        ),
        Rule(
            name="cancelled_as_states",
            sentence="an order is cancelled if and only if its state says so",
            action="Look at is_cancelled in fct_orders",
            check=no_rows(
                f"select 1 from {ORDERS}"
                " where is_cancelled is distinct from (order_status = 'cancelled')"
            ),
        ),
        Rule(
            name="kept_as_parts",
            sentence="what an order keeps is its net amount less what was given back",
            action="Look at kept_net_amount in fct_orders: refunds are subtracted once",
            check=no_rows(
                f"select 1 from {ORDERS} where not is_cancelled"
                " and kept_net_amount is distinct from net_amount - refunded_amount"
            ),
        ),
    ]
