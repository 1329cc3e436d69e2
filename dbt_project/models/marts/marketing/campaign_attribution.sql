-- Weights are whole numbers and the shares are split to the cent, so that the credit of an order
-- adds up to exactly 1 and its money to exactly what it is worth: in every model the totals are
-- those of all conversions. Most orders have one step or none; those need no splitting.
with

models as (
    select
        attribution_model,
        is_default_model
    from {{ ref('attribution_models') }}
),

rules as (
    select * from {{ ref('attribution_rules') }}
),

orders as (
    select
        order_id,
        cast(kept_net_amount * 100 as bigint) as order_net_cents,
        cast(kept_margin_amount * 100 as bigint) as order_margin_cents
    from {{ ref('fct_orders') }}
    where is_valid_order
),

steps as (
    select
        paths.*,
        orders.order_net_cents,
        orders.order_margin_cents
    from {{ ref('conversion_paths') }} as paths
    inner join orders
        on paths.order_id = orders.order_id
),

whole as (
    select
        steps.*,
        models.attribution_model,
        models.is_default_model,
        1000000 as credit_units,
        steps.order_net_cents as net_cents,
        steps.order_margin_cents as margin_cents
    from steps
    cross join models
    where steps.step_count <= 1
),

weighted as (
    select
        steps.*,
        models.attribution_model,
        models.is_default_model,
        abs(steps.order_net_cents) as net_to_share,
        abs(steps.order_margin_cents) as margin_to_share,
        cast(
            case models.attribution_model
                when 'first' then case when steps.step_number = 1 then 1 else 0 end
                when 'last' then case when steps.step_number = steps.step_count then 1 else 0 end
                when 'linear' then 1
                when 'time_decay'
                    then greatest(
                        round(
                            1000000 * power(
                                0.5, steps.days_before_order / cast(rules.half_life_days as double)
                            )
                        ), 1
                    )
                when 'position_based'
                    then case
                        when steps.step_number = 1
                            then rules.first_touch_percent * greatest(steps.step_count - 2, 1)
                        when steps.step_number = steps.step_count
                            then rules.last_touch_percent * greatest(steps.step_count - 2, 1)
                        else 100 - rules.first_touch_percent - rules.last_touch_percent
                    end
            end as bigint
        ) as weight
    from steps
    cross join models
    cross join rules
    where steps.step_count > 1
),

credited as (
    select
        *,
        sum(weight) over (partition by order_id, attribution_model) as total_weight
    from weighted
    where weight > 0
),

{% set group = ['order_id', 'attribution_model'] -%}
split as (
    select
        *,
        {{ shared_units('1000000', 'weight', 'total_weight', group, 'step_number') }}
            as credit_units,
        {{ shared_units('net_to_share', 'weight', 'total_weight', group, 'step_number') }}
        * case when order_net_cents < 0 then -1 else 1 end as net_cents,
        {{ shared_units('margin_to_share', 'weight', 'total_weight', group, 'step_number') }}
        * case when order_margin_cents < 0 then -1 else 1 end as margin_cents
    from credited
),

{% set columns = [
    'order_id', 'attribution_model', 'step_number', 'is_default_model', 'customer_key',
    'ordered_date', 'touchpoint_id', 'touch_kind', 'campaign_id', 'channel_id', 'touched_date',
    'credit_units', 'net_cents', 'margin_cents',
] | join(', ') -%}
credits as (
    select {{ columns }} from whole
    union all
    select {{ columns }} from split
),

final as (
    select
        order_id,
        attribution_model,
        step_number,
        {{ as_of_date() }} as as_of_date,
        is_default_model,
        customer_key,
        ordered_date,
        touchpoint_id,
        touch_kind,
        campaign_id,
        channel_id,
        touched_date,
        cast(credit_units * 0.000001 as decimal(9, 6)) as credit_ratio,
        cast(net_cents * 0.01 as decimal(18, 2)) as attributed_net_amount,
        cast(margin_cents * 0.01 as decimal(18, 2)) as attributed_margin_amount
    from credits
)

select * from final
