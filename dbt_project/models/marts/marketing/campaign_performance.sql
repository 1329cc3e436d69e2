-- Two answers stand side by side. Attribution says which touches stood before the sales; it credits
-- a campaign with orders that would have come anyway. The comparison with the control group says
-- what the campaign added. The two members for no campaign keep the attributed totals whole.
{% set models = ['first', 'last', 'linear', 'time_decay', 'position_based'] -%}
with

campaigns as (
    select * from {{ ref('dim_campaigns') }}
),

uplifts as (
    select * from {{ ref('campaign_uplift') }}
),

audiences as (
    select
        campaign_id,
        count(case when campaign_group <> 'outside' then 1 end) as audience_count,
        count(case when campaign_group = 'mixed' then 1 end) as mixed_count,
        count(case when is_reached then 1 end) as reached_count,
        count(case when is_opened then 1 end) as opened_count,
        count(case when is_clicked then 1 end) as clicked_count,
        count(case when is_responded then 1 end) as responded_count,
        count(case when is_participant then 1 end) as participant_count,
        count(case when is_participant and campaign_group = 'treated' then 1 end)
            as treated_participant_count,
        count(case when is_responded and is_converted then 1 end) as responded_converted_count
    from {{ ref('campaign_audience') }}
    group by campaign_id
),

redemptions as (
    select
        campaign_id,
        count(*) as coupon_redemption_count
    from {{ ref('fct_coupon_redemptions') }}
    group by campaign_id
),

unresolved as (
    select
        campaign_id,
        count(*) as unresolved_target_count
    from {{ ref('fct_campaign_touches') }}
    where
        customer_key = 'unknown'
        and touch_kind = 'targeted'
    group by campaign_id
),

credits as (
    select
        campaign_id,
        {%- for model in models %}
        sum(case when attribution_model = '{{ model }}' then credit_ratio end)
            as {{ model }}_conversions,
        sum(case when attribution_model = '{{ model }}' then attributed_net_amount end)
            as {{ model }}_net_amount,
        sum(case when attribution_model = '{{ model }}' then attributed_margin_amount end)
            as {{ model }}_margin_amount,
        {%- endfor %}
        sum(case when is_default_model then credit_ratio end) as conversions,
        sum(case when is_default_model then attributed_net_amount end) as net_amount,
        sum(case when is_default_model then attributed_margin_amount end) as margin_amount
    from {{ ref('campaign_attribution') }}
    group by campaign_id
),

final as (
    select
        campaigns.campaign_id,
        {{ as_of_date() }} as as_of_date,
        campaigns.is_unknown,
        campaigns.campaign_name,
        campaigns.campaign_type,
        campaigns.channel_id,
        campaigns.starts_on,
        campaigns.ends_on,
        campaigns.is_running,
        coalesce(audiences.audience_count, 0) as audience_count,
        coalesce(unresolved.unresolved_target_count, 0) as unresolved_target_count,
        coalesce(audiences.reached_count, 0) as reached_count,
        coalesce(audiences.opened_count, 0) as opened_count,
        coalesce(audiences.clicked_count, 0) as clicked_count,
        coalesce(audiences.responded_count, 0) as responded_count,
        coalesce(audiences.participant_count, 0) as participant_count,
        coalesce(audiences.responded_converted_count, 0) as responded_converted_count,
        coalesce(redemptions.coupon_redemption_count, 0) as coupon_redemption_count,
        {{ share_of('audiences.opened_count', 'audiences.reached_count') }} as campaign_open_ratio,
        {{ share_of('audiences.clicked_count', 'audiences.reached_count') }}
            as campaign_click_ratio,
        {{ share_of('audiences.responded_count', 'audiences.reached_count') }}
            as campaign_response_ratio,
        {{ share_of('audiences.treated_participant_count', 'uplifts.treated_count') }}
            as campaign_participation_ratio,
        coalesce(uplifts.treated_count, 0) as treated_count,
        coalesce(uplifts.treated_converted_count, 0) as treated_converted_count,
        uplifts.treated_conversion_ratio,
        coalesce(uplifts.control_count, 0) as control_count,
        coalesce(audiences.mixed_count, 0) as mixed_count,
        uplifts.control_conversion_ratio,
        uplifts.conversion_uplift,
        uplifts.conversion_uplift_low,
        uplifts.conversion_uplift_high,
        uplifts.is_uplift_significant,
        uplifts.incremental_margin_amount,
        cast(coalesce(credits.conversions, 0) as decimal(18, 6)) as attributed_conversions,
        cast(coalesce(credits.net_amount, 0) as decimal(18, 2)) as attributed_net_amount,
        cast(coalesce(credits.margin_amount, 0) as decimal(18, 2)) as attributed_margin_amount,
        {%- for model in models %}
        cast(coalesce(credits.{{ model }}_conversions, 0) as decimal(18, 6))
            as {{ model }}_attributed_conversions,
        cast(coalesce(credits.{{ model }}_net_amount, 0) as decimal(18, 2))
            as {{ model }}_attributed_net_amount,
        cast(coalesce(credits.{{ model }}_margin_amount, 0) as decimal(18, 2))
            as {{ model }}_attributed_margin_amount,
        {%- endfor %}
        campaigns.marketing_cost_amount,
        {{ return_on('credits.margin_amount', 'campaigns.marketing_cost_amount') }}
            as attributed_roi,
        case
            when uplifts.incremental_margin_amount is not null
                then {{ return_on(
                    'uplifts.incremental_margin_amount', 'campaigns.marketing_cost_amount'
                ) }}
        end as incremental_roi
    from campaigns
    left join audiences
        on campaigns.campaign_id = audiences.campaign_id
    left join uplifts
        on campaigns.campaign_id = uplifts.campaign_id
    left join redemptions
        on campaigns.campaign_id = redemptions.campaign_id
    left join unresolved
        on campaigns.campaign_id = unresolved.campaign_id
    left join credits
        on campaigns.campaign_id = credits.campaign_id
)

select * from final
