"""The one relation that the value models learn from, in their words."""

from __future__ import annotations

PURCHASE_DAYS = """(
    select
        customer_key,
        purchased_on,
        purchase_order_count as order_count,
        kept_net_amount as net_amount,
        contribution_margin_amount as margin_amount,
        channel_id
    from warehouse.core.customer_purchase_days
)"""
"""One row per customer and business date with a purchase; see core/customer_purchase_days.yml."""


def category_days(category: str) -> str:
    """One row per order line that was kept, with its category: what was bought on which day.

    Args:
        category: SQL over `products`, a row of dim_products, that names the category.
    """
    return f"""(
        select
            lines.customer_key,
            lines.ordered_date as purchased_on,
            {category} as category,
            lines.kept_net_amount as net_amount
        from warehouse.core.fct_order_lines as lines
        inner join warehouse.core.dim_products as products
            on lines.product_id = products.product_id
        where lines.kept_net_amount > 0 and not products.is_unknown
    )"""
