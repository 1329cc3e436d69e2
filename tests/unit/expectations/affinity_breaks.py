"""What the gate of affinity and recommendations must block, and what it must let pass."""

from __future__ import annotations

MARTS = "warehouse.marts"
TEA = "product_category = 'DRINKS', product_type = 'TEA', product_id = 'P1'"
UP_SELL = f"update {MARTS}.recommendations set recommendation_kind = 'up_sell'"

BREAKS = {
    **{
        ("product_affinity", f"{column}_from_0_to_1"): (
            f"update {MARTS}.product_affinity set {column} = 1.01",
            f"{column} lies between 0 and 1 (2 rows against it)",
        )
        for column in ("support_ratio", "confidence_ratio", "reverse_confidence_ratio")
    },
    ("product_affinity", "both_directions"): (
        f"delete from {MARTS}.product_affinity where item = 'DRINKS'",
        "every pair of items is there in both directions with the same count (1 rows against it)",
    ),
    ("product_affinity", "baskets_as_orders"): (
        f"update {MARTS}.product_affinity set basket_count = basket_count + 1",
        "each level is counted over all valid orders with known goods in its window",
    ),
    ("recommendations", "ranks_without_gaps"): (
        f"update {MARTS}.recommendations set recommendation_rank = 2",
        "the ranks of each customer and kind run from 1 without gaps (1 rows against it)",
    ),
    ("recommendations", "in_catalogue"): (
        "delete from warehouse.core.dim_products where product_id = 'P2'",
        "every recommended product is in the catalogue, with its category and type (1 rows against",
    ),
    ("recommendations", "not_excluded"): (
        "update warehouse.reference.recommendation_exclusions set product_category = 'STAPLES'",
        "nothing of a category of the seed recommendation_exclusions is recommended",
    ),
    ("recommendations", "sold_lately"): (
        "update warehouse.core.fct_order_lines set ordered_date = date '2017-10-02'",
        "every recommended product was bought by somebody in the last days (1 rows against it)",
    ),
    ("recommendations", "not_returned"): (
        "update warehouse.core.fct_refund_lines set product_id = 'P2',"
        f" customer_key = (select max(customer_key) from {MARTS}.recommendations)",
        "nobody is recommended what he or she gave back (1 rows against it)",
    ),
    ("recommendations", "cross_sell_is_new"): (
        f"update {MARTS}.recommendations set {TEA}",
        "nobody is cross-sold a type that was bought before (1 rows against it)",
    ),
    ("recommendations", "cross_sell_not_returned"): (
        "insert into warehouse.core.dim_products values ('P9', false, 'STAPLES', 'RICE')",
        "nobody is cross-sold a type of which a product was given back (1 rows against it)",
    ),
    ("recommendations", "up_sell_not_just_bought"): (
        f"update {MARTS}.recommendations set {TEA}, recommendation_kind = 'up_sell'",
        "nobody is offered a price step in a type that was just bought (1 rows against it)",
    ),
    ("recommendations", "up_sell_is_new"): (
        f"{UP_SELL}, {TEA}",
        "nobody is offered as a price step what was bought before (1 rows against it)",
    ),
    ("recommendations", "up_sell_from_own_product"): (
        f"{UP_SELL}, reason_product_id = 'P1'",
        "a price step starts from a bought product of the same category and type (1 rows against",
    ),
    ("recommendations", "up_sell_is_a_step"): (
        f"{UP_SELL}, reason_product_id = 'P1'",
        "a price step is as large as the seed recommendation_rules allows (1 rows against it)",
    ),
    ("recommendations", "buy_again_of_own_type"): (
        f"update {MARTS}.recommendations set product_category = 'SOAP', product_type = 'TEA',"
        " recommendation_kind = 'buy_again'",
        "what is to be bought again is of a category and type bought before (1 rows against it)",
    ),
    ("recommendations", "buy_again_due"): (
        f"update {MARTS}.recommendations set {TEA},"
        " recommendation_kind = 'buy_again', recommendation_method = 'own_frequency_due'",
        "what is to be bought again when due is due by the own rhythm (1 rows against it)",
    ),
    ("recommendations", "contact_consented"): (
        f"update {MARTS}.recommendations set is_contactable = true, channel_id = 'sms'",
        "whatever may be sent has a channel that the customer consented to (1 rows against it)",
    ),
    ("recommendations", "contact_not_blocked"): (
        f"update {MARTS}.recommendations set is_contactable = true;"
        f" update {MARTS}.customer_contact_states set blocking_action = 'service_recovery'",
        "nothing may be sent to whom customer_contact_states blocks (1 rows against it)",
    ),
    **{
        ("recommendation_backtests", f"{column}_from_0_to_1"): (
            f"update {MARTS}.recommendation_backtests set {column} = 1.01",
            f"{column} lies between 0 and 1 (2 rows against it)",
        )
        for column in ("precision_ratio", "offered_precision_ratio", "recall_ratio", "hit_ratio")
    },
    ("recommendation_backtests", "naive_beside"): (
        f"delete from {MARTS}.recommendation_backtests where not is_shipped",
        "every kind of recommendation has one shipped method and the naive one (1 rows against",
    ),
    **{
        (mart, "of_this_date"): (
            f"update {MARTS}.{mart} set as_of_date = date '2017-12-30'",
            "every row is of the run's business date",
        )
        for mart in ("product_affinity", "recommendations", "recommendation_backtests")
    },
}
"""Statement and words of the sentence, by subject and rule."""

ALLOWED = [
    (
        "product_affinity",
        "update warehouse.reference.affinity_rules set window_days = 30;"
        " update warehouse.core.fct_order_lines set ordered_date = date '2017-12-01'"
        " where order_id = 'O2';"
        f" update {MARTS}.product_affinity set basket_count = basket_count - 1",
    ),
    (
        "recommendations",
        f"update {MARTS}.recommendations set {TEA}, recommendation_kind = 'buy_again',"
        " recommendation_method = 'own_frequency'",
    ),
    (
        "recommendations",
        "update warehouse.core.fct_refund_lines set product_id = 'P2', is_split = true,"
        " refund_amount = 0.01, order_line_id = (select min(order_line_id)"
        " from warehouse.core.fct_order_lines where product_id = 'P2'),"
        f" customer_key = (select max(customer_key) from {MARTS}.recommendations)",
    ),
    (
        "recommendations",
        f"{UP_SELL}, product_id = 'P3', product_type = 'TEA', product_category = 'DRINKS',"
        " reason_product_id = 'P1';"
        " insert into warehouse.core.dim_products values ('P3', false, 'DRINKS', 'TEA');"
        " update warehouse.core.fct_order_lines set ordered_date = date '2017-12-01';"
        " update warehouse.core.fct_order_lines set product_id = 'P3',"
        " net_amount = 2 * net_amount where product_id = 'P2'",
    ),
]
"""Subject and statement: edits of the seeds that the documents allow, and rightful rows."""
