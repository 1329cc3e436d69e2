with

months as (
    {{ months_up_to_as_of() }}
),

cohort_months as (
    select
        month_start_date,
        cohort_month_date,
        cohort_order_count,
        cohort_net_amount,
        cohort_margin_amount
    from {{ ref('cohort_retention') }}
),

campaigns as (
    select
        campaign_id,
        campaign_type,
        starts_on,
        coalesce(ends_on, starts_on) as ends_on,
        marketing_cost_amount is null as is_uncosted
    from {{ ref('dim_campaigns') }}
    where not is_unknown
),

cost_rules as (
    select
        campaign_type,
        acquisition_cost_percent
    from {{ ref('acquisition_cost_rules') }}
),

orders as (
    select
        month_start_date,
        sum(cohort_order_count) as month_order_count,
        sum(cohort_net_amount) as month_net_amount,
        sum(cohort_margin_amount) as month_margin_amount
    from cohort_months
    group by month_start_date
),

new_customers as (
    select
        cohort_month_date,
        sum(cohort_margin_amount) as new_customer_margin_amount
    from cohort_months
    group by cohort_month_date
),

costs as (
    select
        {{ month_start('costs.date_day') }} as month_start_date,
        sum(costs.marketing_cost_amount) as marketing_cost_amount,
        sum(
            costs.marketing_cost_amount
            * coalesce(own_rules.acquisition_cost_percent, default_rules.acquisition_cost_percent)
        ) * 0.01 as acquisition_cost_amount
    from {{ ref('campaign_daily_costs') }} as costs
    inner join campaigns on costs.campaign_id = campaigns.campaign_id
    inner join cost_rules as default_rules on default_rules.campaign_type = 'default'
    left join cost_rules as own_rules on campaigns.campaign_type = own_rules.campaign_type
    group by {{ month_start('costs.date_day') }}
),

uncosted as (
    select
        months.month_start_date,
        count(*) as uncosted_campaign_count
    from campaigns
    inner join months
        on
            campaigns.starts_on <= months.last_day
            and campaigns.ends_on >= months.month_start_date
    where campaigns.is_uncosted
    group by months.month_start_date
),

attributed as (
    select
        {{ month_start('attribution.ordered_date') }} as month_start_date,
        sum(attribution.attributed_margin_amount) as attributed_margin_amount
    from {{ ref('campaign_attribution') }} as attribution
    inner join campaigns on attribution.campaign_id = campaigns.campaign_id
    where attribution.is_default_model
    group by {{ month_start('attribution.ordered_date') }}
),

final as (
    select
        months.month_start_date,
        {{ as_of_date() }} as as_of_date,
        months.is_complete_month,
        cast(coalesce(orders.month_order_count, 0) as bigint) as month_order_count,
        {%- for amount in (
            'orders.month_net',
            'orders.month_margin',
            'new_customers.new_customer_margin',
            'costs.marketing_cost',
            'costs.acquisition_cost',
            'attributed.attributed_margin',
        ) %}
        cast(coalesce({{ amount }}_amount, 0) as decimal(18, 2))
            as {{ amount.split('.')[1] }}_amount,
        {%- endfor %}
        coalesce(uncosted.uncosted_campaign_count, 0) as uncosted_campaign_count
    from months
    left join orders on months.month_start_date = orders.month_start_date
    left join new_customers on months.month_start_date = new_customers.cohort_month_date
    left join costs on months.month_start_date = costs.month_start_date
    left join uncosted on months.month_start_date = uncosted.month_start_date
    left join attributed on months.month_start_date = attributed.month_start_date
)

select * from final
