"""What must be true of the marts of marketing before they may be published."""

from __future__ import annotations

from expectations.engine.comparisons import Figure, figures_agree
from expectations.engine.rules import Relation, Rule, no_rows


def attribution_rules(relation: Relation) -> list[Rule]:
    """Every model shares out all conversions and their value."""
    wrong = (
        "select 1 from warehouse.reference.attribution_models as models"
        " cross join (select count(*) as orders, coalesce(sum(net_amount - refunded_amount), 0)"
        " as net_amount from warehouse.core.fct_orders where is_valid_order) as wanted"
        " left join (select attribution_model, sum(credit_ratio) as orders,"
        f" sum(attributed_net_amount) as net_amount from {relation.sql} group by attribution_model)"
        " as found on found.attribution_model = models.attribution_model"
        " where coalesce(found.orders, 0) <> wanted.orders"
        " or coalesce(found.net_amount, 0) <> wanted.net_amount"
    )
    return [
        Rule(
            name="models_credit_all",
            sentence="every attribution model credits all valid orders and what they are worth",
            action="Look which orders conversion_paths leaves out or splits without a rest",
            check=no_rows(wrong),
        )
    ]


def campaign_rules(relation: Relation) -> list[Rule]:
    """The campaigns, with the members for none, have all conversions of every model."""
    found = []
    for model in ("first", "last", "linear", "time_decay", "position_based"):
        net_amount = f"{model}_attributed_net_amount"
        found.append(
            figures_agree(
                f"{net_amount}_as_orders",
                f"the total of {net_amount} is the kept amount of all valid orders",
                "Look which campaign or member of dim_campaigns has no row",
                Figure(
                    "the kept amount of all valid orders",
                    "select sum(net_amount - refunded_amount) from warehouse.core.fct_orders"
                    " where is_valid_order",
                ),
                Figure(f"total {net_amount}", f"select sum({net_amount}) from {relation.sql}"),
            )
        )
        conversions = f"{model}_attributed_conversions"
        found.append(
            figures_agree(
                f"{conversions}_as_orders",
                f"the total of {conversions} is the number of valid orders",
                "Look which campaign has credit for more, or fewer, orders than there were",
                Figure(
                    "valid orders",
                    "select count(*) from warehouse.core.fct_orders where is_valid_order",
                ),
                Figure(f"total {conversions}", f"select sum({conversions}) from {relation.sql}"),
            )
        )
    return found
