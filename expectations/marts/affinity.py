"""What must be true of product affinity and of the back-test before they are published."""

from __future__ import annotations

from expectations.engine.rules import Relation, Rule, no_rows, within

BOUGHT = (
    "from warehouse.core.fct_order_lines as lines inner join warehouse.core.fct_orders as orders"
    " using (order_id) inner join warehouse.core.dim_products as products"
    " on products.product_id = lines.product_id and not products.is_unknown"
    " and products.product_category is not null"
    " where orders.is_valid_order and lines.quantity > 0"
)
"""Lines of goods in baskets; more conditions may follow."""


def _ratios(*columns: str) -> list[Rule]:
    return [
        Rule(
            name=f"{column}_from_0_to_1",
            sentence=f"{column} lies between 0 and 1",
            action=f"Look which counts {column} is made of",
            check=within(column, 0, 1),
        )
        for column in columns
    ]


def product_affinity(relation: Relation) -> list[Rule]:
    """Shares are shares, each pair is there in both directions, and all baskets are counted."""
    return [
        *_ratios("support_ratio", "confidence_ratio", "reverse_confidence_ratio"),
        Rule(
            name="both_directions",
            sentence="every pair of items is there in both directions with the same count",
            action="Look how product_affinity turns a pair round",
            check=no_rows(
                f"select 1 from {relation.sql} as one left join {relation.sql} as other"
                " on one.affinity_level = other.affinity_level and one.item = other.other_item"
                " and one.other_item = other.item"
                " where one.pair_basket_count is distinct from other.pair_basket_count"
            ),
        ),
        Rule(
            name="baskets_as_orders",
            sentence="each level is counted over all valid orders with known goods in its window",
            action="Look which orders basket_items leaves out",
            check=no_rows(
                f"select 1 from {relation.sql} as mart left join ({_orders(relation)}) as orders"
                " using (affinity_level)"
                " where mart.basket_count is distinct from orders.order_count"
            ),
        ),
    ]


def _orders(relation: Relation) -> str:
    """Valid orders with known goods in the window of each level of the seed."""
    return (
        "select rules.affinity_level, count(distinct bought.order_id) as order_count"
        f" from (select lines.order_id, lines.ordered_date {BOUGHT}) as bought"
        " cross join warehouse.reference.affinity_rules as rules where rules.window_days = 0"
        f" or bought.ordered_date > (select max(as_of_date) from {relation.sql})"
        " - rules.window_days group by all"
    )


def backtests(relation: Relation) -> list[Rule]:
    """Shares are shares, and what is shipped is shown beside the naive method."""
    return [
        *_ratios("precision_ratio", "offered_precision_ratio", "recall_ratio", "hit_ratio"),
        Rule(
            name="naive_beside",
            sentence="every kind of recommendation has one shipped method and the naive one",
            action="Look whether the seed recommendation_methods has both",
            check=no_rows(
                f"select 1 from {relation.sql} group by recommendation_kind having"
                " count(*) filter (is_shipped) <> 1"
                " or count(*) filter (recommendation_method = 'popularity') <> 1"
            ),
        ),
    ]
