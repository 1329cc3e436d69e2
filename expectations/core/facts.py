"""What each fact table is compared with: one entry for each, asked by fact_rules.py."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

STAGED = "vault.staging"


@dataclass(frozen=True)
class Fact:
    """What one fact table is compared with.

    Attributes:
        date_column: Business date of the event.
        rows: Query for the number of rows that staging holds; empty where rows are not one to one.
        totals: (column, query for the same total in staging).
        unnamed: Query for the number of rows that name nobody, or whose source of names is not
            delivered: they belong to the unknown customer rightly.
        unknown_limit: Share of the other rows that may have no customer.
        unknown_reason: Why more unknown customers are only a warning; empty makes it an error.
    """

    date_column: str
    rows: str = ""
    totals: tuple[tuple[str, str], ...] = ()
    unnamed: str = "0"
    unknown_limit: float = 0.05
    unknown_reason: str = ""


_ORDERS = (
    f"(select order_id, shop_customer_id from {STAGED}.stg_orders__order_lines"
    f" union all select order_id, shop_customer_id from {STAGED}.stg_orders__order_headers)"
)

_REFUNDED = f"select sum(refund_amount) from {STAGED}.stg_orders__refunds"

_REFUNDS_OF_NOBODY = (
    f"{STAGED}.stg_orders__refunds where order_id in (select order_id"
    f" from {_ORDERS} group by order_id having max(shop_customer_id) is null)"
)

_OLD_ORDERS = "a refund may belong to an order older than the orders that are delivered"

_OFTEN_ANONYMOUS = "people often write, visit or post without saying who they are"

_LIVE_OPPORTUNITIES = (
    f"(select 'crm_zoho.deals' as source, deal_id as id, max(contact_id) as contact_id"
    f" from {STAGED}.stg_crm_zoho__deals group by deal_id union all"
    " select 'crm_fxiaoke.opportunities', opportunity_id, max(contact_id)"
    f" from {STAGED}.stg_crm_fxiaoke__opportunities group by opportunity_id) as staged"
    " anti join vault.handover.int_crm_deleted_records as deleted"
    " on staged.source = deleted.source and staged.id = deleted.source_record_id"
)


def _staged_rows(*tables: str) -> str:
    counted = " + ".join(f"(select count(*) from {STAGED}.stg_{table})" for table in tables)
    return f"select {counted}"


FACTS: Mapping[str, Fact] = {
    "fct_order_lines": Fact(
        "ordered_date",
        rows=f"select count(*) from {STAGED}.stg_orders__order_lines",
        totals=(
            ("source_net_amount", f"select sum(net_amount) from {STAGED}.stg_orders__order_lines"),
            ("quantity", f"select sum(quantity) from {STAGED}.stg_orders__order_lines"),
        ),
        unnamed=(
            f"select count(*) from {STAGED}.stg_orders__order_lines where shop_customer_id is null"
        ),
    ),
    "fct_orders": Fact(
        "ordered_date",
        rows=(
            f"select count(*) from (select order_id from {STAGED}.stg_orders__order_lines"
            f" union select order_id from {STAGED}.stg_orders__order_headers)"
        ),
        totals=(
            ("source_net_amount", f"select sum(net_amount) from {STAGED}.stg_orders__order_lines"),
        ),
        unnamed=(
            f"select count(*) from (select order_id from {_ORDERS} group by order_id"
            " having max(shop_customer_id) is null)"
        ),
    ),
    "fct_refunds": Fact(
        "refunded_date",
        rows=f"select count(*) from {STAGED}.stg_orders__refunds",
        totals=(("source_refund_amount", _REFUNDED),),
        unnamed=f"select count(*) from {_REFUNDS_OF_NOBODY}",
        unknown_reason=_OLD_ORDERS,
    ),
    "fct_refund_lines": Fact(
        "refunded_date",
        totals=(("source_refund_amount", _REFUNDED),),
        unnamed=f"select count(*) from {_REFUNDS_OF_NOBODY}",
        unknown_reason=_OLD_ORDERS,
    ),
    "fct_order_statuses": Fact(
        "entered_date",
        rows=(
            "select count(*) from (select order_status, lag(order_status) over (partition by"
            " order_id order by updated_at) as status_before from"
            f" {STAGED}.stg_orders__order_headers) where status_before is distinct from"
            " order_status"
        ),
        unnamed=(
            f"select count(*) from {STAGED}.stg_orders__order_headers"
            " where shop_customer_id is null"
        ),
    ),
    "fct_coupon_redemptions": Fact(
        "redeemed_date",
        rows=f"select count(*) from {STAGED}.stg_marketing__coupon_redemptions",
        unnamed=(
            f"select count(*) from {STAGED}.stg_marketing__coupon_redemptions"
            " where shop_customer_id is null"
        ),
    ),
    "fct_campaign_touches": Fact(
        "touched_date",
        rows=(
            f"select (select count(*) from {STAGED}.stg_marketing__campaign_events)"
            f" + (select count(*) from {STAGED}.stg_marketing__campaign_targets"
            f" where campaign_id in (select campaign_id from {STAGED}.stg_marketing__campaigns))"
        ),
        unnamed=(
            f"select count(*) from {STAGED}.stg_marketing__campaign_events"
            " where shop_customer_id is null"
        ),
    ),
    "fct_service_tickets": Fact(
        "opened_date",
        rows=f"select count(distinct ticket_id) from {STAGED}.stg_service__tickets",
        unknown_limit=0.3,
        unknown_reason=_OFTEN_ANONYMOUS,
    ),
    "fct_service_ticket_events": Fact(
        "occurred_date",
        totals=(("is_logged", f"select count(*) from {STAGED}.stg_service__ticket_events"),),
        unknown_limit=0.3,
        unknown_reason=_OFTEN_ANONYMOUS,
    ),
    "fct_feedback": Fact(
        "responded_date",
        rows=f"select count(*) from {STAGED}.stg_feedback__responses",
        unknown_limit=0.4,
        unknown_reason=_OFTEN_ANONYMOUS,
    ),
    "fct_survey_answers": Fact(
        "answered_date",
        rows=f"select count(*) from {STAGED}.stg_feedback__survey_answers",
        unnamed=(
            f"select count(*) from {STAGED}.stg_feedback__survey_answers"
            " where shop_customer_id is null"
        ),
    ),
    "fct_social_interactions": Fact(
        "occurred_date",
        rows=f"select count(*) from {STAGED}.stg_social__interactions",
        unknown_limit=0.4,
        unknown_reason=_OFTEN_ANONYMOUS,
    ),
    "fct_web_sessions": Fact(
        "started_date",
        totals=(("event_count", f"select count(*) from {STAGED}.stg_web__events"),),
        unknown_limit=0.5,
        unknown_reason=_OFTEN_ANONYMOUS,
    ),
    "fct_web_events": Fact(
        "occurred_date",
        rows=f"select count(*) from {STAGED}.stg_web__events",
        unknown_limit=0.5,
        unknown_reason=_OFTEN_ANONYMOUS,
    ),
    "fct_loyalty_points": Fact(
        "occurred_date",
        rows=f"select count(*) from {STAGED}.stg_loyalty__points_ledger",
        totals=(("points", f"select sum(points) from {STAGED}.stg_loyalty__points_ledger"),),
        unnamed=(
            f"select count(*) from {STAGED}.stg_loyalty__points_ledger"
            f" where not exists (select 1 from {STAGED}.stg_loyalty__members)"
        ),
    ),
    "fct_loyalty_tiers": Fact(
        "tier_entered_date",
        rows=(
            "select count(*) from (select tier_id, lag(tier_id) over (partition by member_id"
            f" order by updated_at) as tier_before from {STAGED}.stg_loyalty__members)"
            " where tier_before is null or tier_before <> tier_id"
        ),
    ),
    "fct_referrals": Fact(
        "referred_date",
        rows=f"select count(*) from {STAGED}.stg_loyalty__referrals",
        unnamed=(
            f"select count(*) from {STAGED}.stg_loyalty__referrals"
            f" where not exists (select 1 from {STAGED}.stg_loyalty__members)"
        ),
    ),
    "fct_consents": Fact(
        "occurred_date",
        rows=f"select count(*) from {STAGED}.stg_consent__consent_events",
        unknown_limit=0.2,
        unknown_reason="people consent and withdraw before any delivered source knows them",
    ),
    "fct_activities": Fact(
        "occurred_date",
        rows=_staged_rows(
            "crm_zoho__calls", "crm_zoho__events", "crm_zoho__tasks", "crm_fxiaoke__active_records"
        ),
        unknown_limit=0.3,
        unknown_reason="staff note down what they did without naming whom they did it with",
    ),
    "fct_leads": Fact(
        "lead_created_date", rows=_staged_rows("crm_zoho__leads", "crm_fxiaoke__leads")
    ),
    "fct_notes": Fact(
        "written_date",
        rows=(
            f"select (select count(*) from {STAGED}.stg_crm_zoho__notes)"
            f" + (select count(content) from {STAGED}.stg_crm_fxiaoke__active_records)"
        ),
    ),
    "fct_opportunities": Fact(
        "opportunity_created_date",
        rows=f"select count(*) from {_LIVE_OPPORTUNITIES}",
        unnamed=f"select count(*) from {_LIVE_OPPORTUNITIES} where contact_id is null",
        unknown_reason="a contact that was edited since is not known on a past business date",
    ),
    "fct_opportunity_stages": Fact(
        "entered_date",
        totals=(
            ("cast(is_current_stage as integer)", f"select count(*) from {_LIVE_OPPORTUNITIES}"),
        ),
        unknown_limit=0.6,
        unknown_reason="an opportunity may name a company and no person",
    ),
}
