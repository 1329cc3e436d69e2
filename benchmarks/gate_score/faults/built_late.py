"""Mistakes of our own in enrichment, marts and publication."""

from __future__ import annotations

from benchmarks.gate_score.faults.registry import FAULTS, Built, share

PREDICTIONS = "warehouse.enrich.customer_value_predictions"
WIDE = "warehouse.marts.customer_360"
RFM = "warehouse.marts.rfm"
VALUE = "warehouse.marts.customer_lifetime_value"


@FAULTS.into("enrich_buyers_missing", PREDICTIONS)
def enrich_buyers_missing(build: Built) -> None:
    """One buyer of twenty has no prediction."""
    build.sql(f"delete from {{t}} where {share('customer_key', 50)}")


@FAULTS.into("enrich_value_hundredfold", PREDICTIONS)
def enrich_value_hundredfold(build: Built) -> None:
    """Lifetime values are a hundred times too high."""
    build.sql("update {t} set clv = clv * 100")


@FAULTS.into("enrich_probabilities_inverted", PREDICTIONS)
def enrich_probabilities_inverted(build: Built) -> None:
    """Probabilities are one minus themselves."""
    build.sql("update {t} set p_alive = 1 - p_alive, p_active_horizon = 1 - p_active_horizon")


@FAULTS.into("enrich_last_nights_scores", PREDICTIONS)
def enrich_last_nights_scores(build: Built) -> None:
    """The predictions are those of the night before, under tonight's date."""
    build.sql("delete from {t}")
    build.sql(
        f"insert into {{t}} by name select * replace (date '{build.as_of}' as as_of_date)"
        " from {before}"
    )


@FAULTS.into("marts_customer_missing", RFM)
def marts_customer_missing(build: Built) -> None:
    """One customer of a hundred is missing."""
    build.sql(f"delete from {{t}} where {share('customer_key', 10)}")


@FAULTS.into("marts_customer_doubled", WIDE)
def marts_customer_doubled(build: Built) -> None:
    """One customer of a hundred is there twice."""
    build.sql(f"insert into {{t}} select * from {{t}} where {share('customer_key', 10)}")


@FAULTS.into("marts_scores_inverted", RFM)
def marts_scores_inverted(build: Built) -> None:
    """The best customers have the lowest scores."""
    build.sql(
        "update {t} set recency_score = 6 - recency_score, frequency_score = 6 - frequency_score,"
        " monetary_score = 6 - monetary_score, rfm_cell ="
        " (6 - recency_score) || '' || (6 - frequency_score) || '' || (6 - monetary_score)"
    )


@FAULTS.into("marts_money_inflated", VALUE)
def marts_money_inflated(build: Built) -> None:
    """What customers spent is three percent too high."""
    build.sql(
        "update {t} set historic_net_amount = round(historic_net_amount * 1.03, 2),"
        " average_order_amount = round(average_order_amount * 1.03, 2)"
    )


@FAULTS.into("marts_points_off", "warehouse.marts.loyalty")
def marts_points_off(build: Built) -> None:
    """One member of ten has a hundred points too many."""
    build.sql(
        "update {t} set points_balance = points_balance + 100"
        f" where is_member and {share('customer_key', 100)}"
    )


@FAULTS.into("marts_one_segment", "warehouse.marts.segments")
def marts_one_segment(build: Built) -> None:
    """Every customer is in the segment that is commonest."""
    for column in ("behavioural_segment", "behavioural_segment_zh"):
        build.sql(f"update {{t}} set {column} = (select mode({column}) from {{t}})")


@FAULTS.into("marts_consent_ignored", "warehouse.marts.next_best_action")
def marts_consent_ignored(build: Built) -> None:
    """Those who never consented are to get an e-mail with an offer."""
    build.sql(
        """
        update {t} set
            action = other.action, action_zh = other.action_zh, is_outreach = true,
            channel_id = 'email', offer = other.offer, offer_zh = other.offer_zh,
            action_reason = other.action_reason, action_reason_zh = other.action_reason_zh
        from (select * from {t} where is_outreach order by customer_key limit 1) as other
        where {t}.action = 'ask_consent'
    """.replace("{t}.action =", "next_best_action.action =")
    )


@FAULTS.into("marts_last_nights_columns", WIDE)
def marts_last_nights_columns(build: Built) -> None:
    """The wide table has the recency and the scores of the night before."""
    columns = ("recency_days", "recency_score", "frequency_score", "monetary_score", "clv")
    changed = ", ".join(f"{column} = earlier.{column}" for column in columns)
    build.sql(
        f"update {{t}} as wide set {changed} from {{before}} as earlier"
        " where wide.customer_key = earlier.customer_key"
    )


@FAULTS.into("marts_credit_too_high", "warehouse.marts.campaign_attribution")
def marts_credit_too_high(build: Built) -> None:
    """The first step of an order gets all of its credit beside what the others have."""
    build.sql("update {t} set credit_ratio = 1 where step_number = 1")


@FAULTS.into("marts_of_yesterday", "warehouse.marts.loyalty")
def marts_of_yesterday(build: Built) -> None:
    """The mart is that of the night before, dates and all."""
    build.sql("delete from {t}")
    build.sql("insert into {t} by name select * from {before}")


@FAULTS.into("publish_rows_lost", "warehouse.publish.customer_360")
def publish_rows_lost(build: Built) -> None:
    """The published wide table lacks one customer of a hundred."""
    build.view(f"select * from {WIDE} where not {share('customer_key', 10)}")


@FAULTS.into("publish_phone_in_text", "warehouse.publish.fct_notes")
def publish_phone_in_text(build: Built) -> None:
    """One published note in twenty was not cleaned of its phone number."""
    build.view(
        "select notes.* replace (case when"
        f" {share('note_key', 50)} then note_text || ' 电话 ' || (select min(phone)"
        " from vault.vault.customer_pii where phone is not null) else note_text end as note_text)"
        " from warehouse.core.fct_notes as notes"
    )


@FAULTS.into("publish_name_in_text", "warehouse.publish.fct_feedback")
def publish_name_in_text(build: Built) -> None:
    """Published comments name the customer who wrote them."""
    build.view("""
        select feedback.* replace (
            case when comment_text is not null and full_name is not null
                then full_name || '：' || comment_text else comment_text end as comment_text
        )
        from warehouse.core.fct_feedback as feedback
        left join (select customer_key as person_key, full_name from vault.vault.customer_pii)
            as people on feedback.customer_key = people.person_key
    """)


@FAULTS.into("publish_mobile_as_number", WIDE.replace("marts", "publish"))
def publish_mobile_as_number(build: Built) -> None:
    """The points balance of some members is their mobile number."""
    build.view(f"""
        select wide.* replace (
            case when {share("wide.customer_key", 100)} and phone is not null
                then phone else wide.points_balance end as points_balance
        )
        from {WIDE} as wide
        left join (
            select
                customer_key as person_key,
                try_cast(right(regexp_replace(phone, '[^0-9]', '', 'g'), 11) as bigint) as phone
            from vault.vault.customer_pii
        ) as people on wide.customer_key = people.person_key
    """)


@FAULTS.into("publish_small_cell", "warehouse.publish.dim_customers")
def publish_small_cell(build: Built) -> None:
    """One customer is the only one of a village, with sex and age."""
    build.view("""
        select customers.* exclude (is_one) replace (
            case when is_one then 'Lost Springs' else city end as city,
            case when is_one then 'female' else gender end as gender,
            case when is_one then '85+' else age_band end as age_band
        )
        from (
            select *, customer_key = (
                select min(customer_key) from warehouse.core.dim_customers where not is_unknown
            ) as is_one
            from warehouse.core.dim_customers
        ) as customers
    """)
