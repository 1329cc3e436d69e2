"""What the small build needs for rules of sense: whose rows they are, and the wide mart."""

from __future__ import annotations

from expectations.marts.customers import WIDE

_FIRST = "(select min(customer_key) from vault.identity.customers_map)"

_ITS_ACCOUNT = (
    f"(select source_record_id from vault.identity.customers_map where customer_key = {_FIRST})"
)

_CORE = f"""
alter table vault.staging.stg_feedback__responses add column shop_customer_id varchar;
update vault.staging.stg_feedback__responses set shop_customer_id = {_ITS_ACCOUNT};
alter table vault.staging.stg_service__tickets add column shop_customer_id varchar;
update vault.staging.stg_service__tickets set shop_customer_id = {_ITS_ACCOUNT};
alter table warehouse.core.fct_service_tickets add column ticket_id varchar default '1';
alter table vault.staging.stg_loyalty__points_ledger add column entry_id varchar default 'E1';
alter table vault.staging.stg_loyalty__points_ledger add column member_id varchar default 'M1';
alter table warehouse.core.fct_loyalty_points add column entry_id varchar default 'E1';
alter table warehouse.core.fct_orders add column order_status varchar default 'completed';
alter table warehouse.core.fct_orders add column is_cancelled boolean default false;
alter table warehouse.core.fct_orders add column is_test_account boolean default false;
alter table warehouse.core.fct_orders add column kept_net_amount decimal(18, 2);
update warehouse.core.fct_orders set kept_net_amount = net_amount - refunded_amount;
update warehouse.core.fct_refunds set customer_key =
    (select customer_key from warehouse.core.fct_orders where order_id = 'O1')
"""

_MARTS = """
alter table warehouse.marts.rfm add column recency_days integer default 1;
create or replace table warehouse.marts.customer_transactions as
select rfm.customer_key, rfm.as_of_date, count(*) as placed_order_count,
    sum(orders.refunded_amount) as refunded_amount, sum(case when orders.is_valid_order
    then orders.net_amount - orders.refunded_amount else 0 end) as net_amount_90d
from warehouse.marts.rfm as rfm inner join warehouse.core.fct_orders as orders using (customer_key)
group by all
"""


def _conversions() -> list[str]:
    return [
        "alter table warehouse.marts.campaign_performance add column"
        f" {model}_attributed_conversions decimal(18, 6) default 19"
        for model in ("first", "last", "linear", "time_decay", "position_based")
    ]


def _columns() -> list[str]:
    return [
        f"alter table warehouse.marts.{mart} add column if not exists {column.split()[0]} varchar"
        " default '1'"
        for mart, columns in WIDE.items()
        for column in columns
    ]


def _wide() -> str:
    columns = ", ".join(
        f"{mart}.{column.split()[0]} as {column.split()[-1]}"
        for mart, columns in WIDE.items()
        for column in columns
    )
    joined = " ".join(
        f"left join warehouse.marts.{mart} as {mart}"
        f" on {mart}.customer_key = customers.customer_key"
        for mart in WIDE
    )
    return (
        "create or replace table warehouse.marts.customer_360 as select customers.customer_key,"
        f" customers.as_of_date, {columns} from warehouse.marts.rfm as customers {joined}"
    )


WIDE_MART = _wide()
"""The wide mart as its marts are now."""

MORE = (
    *_CORE.strip().split(";\n"),
    *_MARTS.strip().split(";\n"),
    *_conversions(),
    *_columns(),
    WIDE_MART,
)
"""Statements after those of the small build."""
