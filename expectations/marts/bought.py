"""What customers bought and gave back, from the facts, as SQL for the rules of recommendations."""

from __future__ import annotations

from expectations.marts.affinity import BOUGHT

TYPE = "products.product_category, coalesce(products.product_type, products.product_category)"
"""Category and type of a product; a product without type is of its category's own."""

GIVEN_BACK = (
    "select refunds.customer_key, refunds.product_id"
    " from warehouse.core.fct_refund_lines as refunds"
    " left join warehouse.core.fct_order_lines as lines using (order_line_id)"
    " group by refunds.customer_key, refunds.product_id, order_line_id"
    " having not bool_and(refunds.is_split) or (sum(refunds.refund_amount) > 0"
    " and sum(refunds.refund_amount) >= max(lines.net_amount))"
)
"""A share of a refund of the whole order counts only where it leaves nothing of the line."""

SAME_TYPE = (
    " and own.product_category = mart.product_category and own.product_type = mart.product_type"
)


def own(lines: str = "") -> str:
    """What each customer bought, to be joined to `mart`; more conditions may follow."""
    return (
        f"(select lines.customer_key, lines.product_id, {TYPE} as product_type,"
        f" lines.ordered_date {BOUGHT}{lines}) as own on own.customer_key = mart.customer_key"
    )
