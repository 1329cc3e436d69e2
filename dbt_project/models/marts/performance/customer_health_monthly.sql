with

months as (
    {{ months_up_to_as_of() }}
),

buying_stages as (
    select lifecycle_stage
    from {{ ref('lifecycle_stages') }}
    where purchase_days_min >= 1
),

transitions as (
    select
        month_start_date,
        from_stage,
        to_stage,
        transition_customer_count as customer_count
    from {{ ref('lifecycle_transitions') }}
),

base as (
    select
        transitions.month_start_date,
        sum(case when starts.lifecycle_stage is null then 0 else transitions.customer_count end)
            as customer_base_start_count,
        sum(case when ends.lifecycle_stage is null then 0 else transitions.customer_count end)
            as customer_base_end_count
    from transitions
    left join buying_stages as starts
        on transitions.from_stage = starts.lifecycle_stage
    left join buying_stages as ends
        on transitions.to_stage = ends.lifecycle_stage
    group by transitions.month_start_date
),

buyers as (
    select
        customer_key,
        {{ month_start('purchased_on') }} as month_start_date,
        min(purchase_day_number) = 1 as is_new
    from {{ ref('lifecycle_purchase_days') }}
    group by
        customer_key,
        {{ month_start('purchased_on') }}
),

won_back_buyers as (
    select distinct
        customer_key,
        {{ month_start('entered_on') }} as month_start_date
    from {{ ref('lifecycle_history') }}
    where is_won_back
),

activity as (
    select
        buyers.month_start_date,
        count(*) as active_customer_count,
        count(case when buyers.is_new then 1 end) as new_customer_count,
        count(case when not buyers.is_new and won_back_buyers.customer_key is not null then 1 end)
            as won_back_customer_count,
        count(case when not buyers.is_new and won_back_buyers.customer_key is null then 1 end)
            as retained_customer_count
    from buyers
    left join won_back_buyers
        on
            buyers.customer_key = won_back_buyers.customer_key
            and buyers.month_start_date = won_back_buyers.month_start_date
    group by buyers.month_start_date
),

churns as (
    select
        {{ month_start('entered_on') }} as month_start_date,
        count(*) as churned_customer_count
    from {{ ref('lifecycle_history') }}
    where lifecycle_stage = 'churned'
    group by {{ month_start('entered_on') }}
),

answers as (
    select
        {{ month_start('responded_date') }} as month_start_date,
        count(*) as nps_response_count,
        count(case when nps_group = 'promoter' then 1 end) as promoter_count,
        count(case when nps_group = 'detractor' then 1 end) as detractor_count
    from {{ ref('fct_feedback') }}
    where feedback_kind = 'nps' and nps_group is not null
    group by {{ month_start('responded_date') }}
),

final as (
    select
        months.month_start_date,
        {{ as_of_date() }} as as_of_date,
        months.is_complete_month,
        cast(base.customer_base_start_count as bigint) as customer_base_start_count,
        {%- for measure in ('new', 'won_back', 'retained', 'active') %}
        coalesce(activity.{{ measure }}_customer_count, 0) as {{ measure }}_customer_count,
        {%- endfor %}
        coalesce(churns.churned_customer_count, 0) as churned_customer_count,
        cast(base.customer_base_end_count as bigint) as customer_base_end_count,
        cast(
            (activity.retained_customer_count + activity.won_back_customer_count)
            / activity.active_customer_count
            as decimal(9, 6)
        ) as repeat_ratio,
        cast(
            coalesce(churns.churned_customer_count, 0) / nullif(base.customer_base_start_count, 0)
            as decimal(9, 6)
        ) as churn_ratio,
        money.month_order_count,
        money.month_net_amount,
        money.month_margin_amount,
        cast(money.month_margin_amount / activity.active_customer_count as decimal(18, 2))
            as margin_per_active_customer_amount,
        money.marketing_cost_amount,
        money.uncosted_campaign_count,
        money.acquisition_cost_amount,
        cast(
            nullif(money.acquisition_cost_amount, 0) / nullif(activity.new_customer_count, 0)
            as decimal(18, 2)
        ) as customer_acquisition_cost_amount,
        money.new_customer_margin_amount,
        cast(
            money.new_customer_margin_amount / nullif(money.acquisition_cost_amount, 0)
            as decimal(18, 4)
        ) as clv_to_cac_multiple,
        money.attributed_margin_amount,
        cast(
            (money.attributed_margin_amount - money.marketing_cost_amount)
            / nullif(money.marketing_cost_amount, 0)
            as decimal(18, 4)
        ) as marketing_roi,
        coalesce(answers.nps_response_count, 0) as nps_response_count,
        cast(
            100 * (answers.promoter_count - answers.detractor_count) / answers.nps_response_count
            as decimal(5, 1)
        ) as nps
    from months
    inner join base on months.month_start_date = base.month_start_date
    inner join {{ ref('customer_money_monthly') }} as money
        on months.month_start_date = money.month_start_date
    left join activity on months.month_start_date = activity.month_start_date
    left join churns on months.month_start_date = churns.month_start_date
    left join answers on months.month_start_date = answers.month_start_date
)

select * from final
