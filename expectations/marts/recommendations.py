"""What must be true of recommendations before they are published, from the facts."""

from __future__ import annotations

from expectations.engine.rules import Relation, Rule, no_rows
from expectations.marts.affinity import BOUGHT
from expectations.marts.bought import GIVEN_BACK, SAME_TYPE, TYPE, own

_CONSENTS = "warehouse.core.bridge_customer_consents where purpose = 'marketing' and is_granted"


def _setting(column: str) -> str:
    return f"(select {column} from warehouse.reference.recommendation_rules)"


def _last_days(relation: Relation, column: str) -> str:
    """SQL: the day before the last days that a setting counts."""
    return f"(select max(as_of_date) from {relation.sql}) - {_setting(column)}"


def _mart(relation: Relation, kind: str = "") -> str:
    return f"select 1 from {_rows(relation, kind)} where true"


def _rows(relation: Relation, kind: str = "") -> str:
    """The recommendations, or those of a kind, as `mart`."""
    of_kind = f"recommendation_kind = '{kind}'" if kind else "true"
    return f"(select * from {relation.sql} where {of_kind}) as mart"


def recommendations(relation: Relation) -> list[Rule]:
    """Nothing is offered that cannot be sold, was given back or just bought."""
    return [
        *_every_kind(relation),
        *_buy_again(relation),
        *_cross_sell(relation),
        *_up_sell(relation),
        *_contact(relation),
    ]


def _every_kind(relation: Relation) -> list[Rule]:
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
            sentence="every recommended product is in the catalogue, with its category and type",
            action="Look how product_offers joins dim_products",
            check=no_rows(
                f"{_mart(relation)} and (product_id, product_category, product_type) not in"
                f" (select (product_id, {TYPE}) from warehouse.core.dim_products as products"
                " where not is_unknown)"
            ),
        ),
        Rule(
            name="not_excluded",
            sentence="nothing of a category of the seed recommendation_exclusions is recommended",
            action="Look how product_offers leaves the excluded categories out",
            check=no_rows(
                f"{_mart(relation)} and product_category in"
                " (select product_category from warehouse.reference.recommendation_exclusions)"
            ),
        ),
        Rule(
            name="sold_lately",
            sentence="every recommended product was bought by somebody in the last days",
            action="Look which days product_offers takes",
            check=no_rows(
                f"select 1 from {_rows(relation)} anti join (select lines.product_id {BOUGHT}"
                f" and lines.ordered_date > {_last_days(relation, 'offer_days')}) as sold"
                " on sold.product_id = mart.product_id"
            ),
        ),
        Rule(
            name="not_returned",
            sentence="nobody is recommended what he or she gave back",
            action="Look which candidates leave fct_refund_lines out",
            check=no_rows(
                f"{_mart(relation)} and (customer_key, product_id) in"
                f" (select (customer_key, product_id) from ({GIVEN_BACK}))"
            ),
        ),
    ]


def _buy_again(relation: Relation) -> list[Rule]:
    return [
        Rule(
            name="buy_again_of_own_type",
            sentence="what is to be bought again is of a category and type bought before",
            action="Look what buy_again_candidates joins product_offers on",
            check=no_rows(
                f"select 1 from {_rows(relation, 'buy_again')} anti join {own()}{SAME_TYPE}"
            ),
        ),
        Rule(
            name="buy_again_due",
            sentence="what is to be bought again when due is due by the own rhythm",
            action="Look how buy_again_candidates measures the own gap",
            check=no_rows(
                f"select 1 from {_rows(relation, 'buy_again')}"
                f" left join ({_rhythms(relation)}) as rhythms"
                " on rhythms.customer_key = mart.customer_key"
                " and rhythms.product_category = mart.product_category"
                " and rhythms.product_type = mart.product_type"
                " where mart.recommendation_method = 'own_frequency_due' and not coalesce("
                f" mart.as_of_date - rhythms.last_date >= {_setting('just_bought_gap_ratio')}"
                " * rhythms.gap_days, false)"
            ),
        ),
    ]


def _cross_sell(relation: Relation) -> list[Rule]:
    return [
        Rule(
            name="cross_sell_is_new",
            sentence="nobody is cross-sold a type that was bought before",
            action="Look how cross_sell_candidates leaves the own types out",
            check=no_rows(
                f"select 1 from {_rows(relation, 'cross_sell')} semi join {own()}{SAME_TYPE}"
            ),
        ),
        Rule(
            name="cross_sell_not_returned",
            sentence="nobody is cross-sold a type of which a product was given back",
            action="Look how cross_sell_candidates closes types",
            check=no_rows(
                f"{_mart(relation, 'cross_sell')} and"
                " (customer_key, product_category, product_type) in"
                f" (select (given_back.customer_key, {TYPE}) from ({GIVEN_BACK}) as given_back"
                " inner join warehouse.core.dim_products as products using (product_id))"
            ),
        ),
    ]


def _up_sell(relation: Relation) -> list[Rule]:
    just = _last_days(relation, "just_bought_days")
    return [
        Rule(
            name="up_sell_not_just_bought",
            sentence="nobody is offered a price step in a type that was just bought",
            action="Look how up_sell_candidates counts the days",
            check=no_rows(
                f"select 1 from {_rows(relation, 'up_sell')} semi join"
                f" {own(f' and lines.ordered_date > {just}')}{SAME_TYPE}"
            ),
        ),
        Rule(
            name="up_sell_is_new",
            sentence="nobody is offered as a price step what was bought before",
            action="Look how up_sell_candidates uses the first purchases",
            check=no_rows(
                f"select 1 from {_rows(relation, 'up_sell')} semi join {own()}"
                " and own.product_id = mart.product_id"
            ),
        ),
        Rule(
            name="up_sell_from_own_product",
            sentence="a price step starts from a bought product of the same category and type",
            action="Look what up_sell_candidates joins product_offers on",
            check=no_rows(
                f"select 1 from {_rows(relation, 'up_sell')} anti join {own()}{SAME_TYPE}"
                " and own.product_id = mart.reason_product_id"
            ),
        ),
        Rule(
            name="up_sell_is_a_step",
            sentence="a price step is as large as the seed recommendation_rules allows",
            action="Look how up_sell_candidates compares prices",
            check=no_rows(
                f"with prices as ({_prices(relation)}) select 1 from {relation.sql} as mart"
                " left join prices as own on own.product_id = mart.reason_product_id"
                " left join prices as step on step.product_id = mart.product_id"
                " where mart.recommendation_kind = 'up_sell' and not coalesce(step.unit_price"
                f" between {_setting('price_step_ratio_min')} * own.unit_price"
                f" and {_setting('price_step_ratio_max')} * own.unit_price, false)"
            ),
        ),
    ]


def _contact(relation: Relation) -> list[Rule]:
    return [
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
        Rule(
            name="contact_not_blocked",
            sentence="nothing may be sent to whom customer_contact_states blocks",
            action="Look how recommendations joins customer_contact_states",
            check=no_rows(
                f"{_mart(relation)} and is_contactable and customer_key not in (select"
                " customer_key from warehouse.marts.customer_contact_states"
                " where blocking_action is null)"
            ),
        ),
    ]


def _rhythms(relation: Relation) -> str:
    """Last purchase and mean gap of each customer and type that is to be bought again."""
    days = (
        "select distinct own.customer_key, own.product_category, own.product_type,"
        f" own.ordered_date from {_rows(relation, 'buy_again')} inner join {own()}{SAME_TYPE}"
    )
    return (
        "select customer_key, product_category, product_type, max(ordered_date) as last_date,"
        " cast((max(ordered_date) - min(ordered_date)) / nullif(count(*) - 1, 0)"
        f" as decimal(9, 2)) as gap_days from ({days}) group by all"
    )


def _prices(relation: Relation) -> str:
    """What was paid for a piece of each product in the last days, on average."""
    return (
        "select lines.product_id, cast(sum(lines.net_amount) / sum(lines.quantity)"
        f" as decimal(18, 2)) as unit_price {BOUGHT} and lines.ordered_date"
        f" > {_last_days(relation, 'offer_days')} group by all"
    )
