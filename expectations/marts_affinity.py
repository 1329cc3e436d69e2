"""What must be true of affinity and recommendations before they are published, from the facts."""

from __future__ import annotations

from expectations.rules import Relation, Rule, no_rows, within

_CONSENTS = "warehouse.core.bridge_customer_consents where purpose = 'marketing' and is_granted"

_BOUGHT = (
    "from warehouse.core.fct_order_lines as lines inner join warehouse.core.fct_orders as orders"
    " using (order_id) inner join warehouse.core.dim_products as products"
    " on products.product_id = lines.product_id and not products.is_unknown"
    " and products.product_category is not null"
    " where orders.is_valid_order and lines.quantity > 0"
)

_TYPE = "coalesce(products.product_type, products.product_category)"


def _setting(column: str) -> str:
    return f"(select {column} from warehouse.reference.recommendation_rules)"


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
            sentence="categories are counted over all valid orders with known goods",
            action="Look which orders basket_items leaves out",
            check=no_rows(
                f"select 1 from {relation.sql} where affinity_level = 'category' and basket_count"
                f" <> (select count(distinct lines.order_id) {_BOUGHT})"
            ),
        ),
    ]


def recommendations(relation: Relation) -> list[Rule]:
    """Nothing is offered that cannot be sold, was given back or just bought."""
    return [
        Rule(
            name="ranks_without_gaps",
            sentence="the ranks of each customer and kind run from 1 without gaps",
            action="Look which candidates get lost after they are ranked",
            check=no_rows(
                f"select 1 from {relation.sql} group by customer_key, recommendation_kind having"
                " min(recommendation_rank) <> 1 or max(recommendation_rank) <> count(*)"
                " or count(distinct recommendation_rank) <> count(*)"
            ),
        ),
        Rule(
            name="in_catalogue",
            sentence="every recommended product is in the catalogue",
            action="Look how product_offers joins dim_products",
            check=no_rows(
                f"select 1 from {relation.sql} where product_id not in"
                " (select product_id from warehouse.core.dim_products where not is_unknown)"
            ),
        ),
        Rule(
            name="sold_lately",
            sentence="every recommended product was bought by somebody in the last days",
            action="Look which days product_offers takes",
            check=no_rows(
                f"select 1 from {relation.sql} as mart where not exists (select 1 {_BOUGHT}"
                " and lines.product_id = mart.product_id and lines.ordered_date"
                f" > mart.as_of_date - {_setting('offer_days')})"
            ),
        ),
        Rule(
            name="not_returned",
            sentence="nobody is recommended what he or she gave back",
            action="Look which candidates leave fct_refund_lines out",
            check=no_rows(
                f"select 1 from {relation.sql} where (customer_key, product_id) in"
                " (select (customer_key, product_id) from warehouse.core.fct_refund_lines)"
            ),
        ),
        Rule(
            name="cross_sell_is_new",
            sentence="nobody is cross-sold a type that was bought before",
            action="Look how cross_sell_candidates leaves the own types out",
            check=no_rows(
                f"select 1 from {relation.sql} where recommendation_kind = 'cross_sell' and"
                f" (customer_key, product_type) in (select (lines.customer_key, {_TYPE}) {_BOUGHT})"
            ),
        ),
        Rule(
            name="up_sell_not_just_bought",
            sentence="nobody is offered a price step in a type that was just bought",
            action="Look how up_sell_candidates counts the days",
            check=no_rows(
                f"select 1 from {relation.sql} as mart where recommendation_kind = 'up_sell' and"
                f" exists (select 1 {_BOUGHT} and lines.customer_key = mart.customer_key"
                f" and {_TYPE} = mart.product_type and lines.ordered_date"
                f" > mart.as_of_date - {_setting('just_bought_days')})"
            ),
        ),
        Rule(
            name="buy_again_due",
            sentence="what is to be bought again is due by the own rhythm",
            action="Look how buy_again_candidates measures the own gap",
            check=no_rows(
                f"select 1 from {relation.sql} as mart left join ({_rhythms()}) as rhythms"
                " on rhythms.customer_key = mart.customer_key"
                " and rhythms.product_type = mart.product_type"
                " where mart.recommendation_kind = 'buy_again' and not coalesce("
                f" mart.as_of_date - rhythms.last_date >= {_setting('just_bought_gap_ratio')}"
                " * rhythms.gap_days, false)"
            ),
        ),
        Rule(
            name="contact_consented",
            sentence="whatever may be sent has a channel that the customer consented to",
            action="Look how recommendations joins customer_contact_states",
            check=no_rows(
                f"select 1 from {relation.sql} where is_contactable and (channel_id is null or"
                f" (customer_key, channel_id) not in (select (customer_key, channel_id)"
                f" from {_CONSENTS}))"
            ),
        ),
    ]


def _rhythms() -> str:
    """Last purchase and mean gap of each customer and type, from the facts."""
    return (
        f"select lines.customer_key, {_TYPE} as product_type, max(lines.ordered_date) as last_date,"
        " cast((max(lines.ordered_date) - min(lines.ordered_date))"
        " / nullif(count(distinct lines.ordered_date) - 1, 0) as decimal(9, 2)) as gap_days"
        f" {_BOUGHT} group by all"
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
