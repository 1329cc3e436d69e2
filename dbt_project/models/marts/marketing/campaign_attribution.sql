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

paths as (
    select * from {{ ref('conversion_paths') }}
),

-- A refunded share of an order keeps no margin, as everywhere (customer_lifetime_value).
orders as (
    select
        order_id,
        cast(net_amount - refunded_amount as decimal(18, 2)) as kept_net_amount,
        kept_margin_amount
    from {{ ref('fct_orders') }}
    where is_valid_order
),

whole as (
    select
        paths.order_id,
        paths.step_number,
        models.attribution_model,
        models.is_default_model,
        1000000 as credit_units,
        cast(orders.kept_net_amount * 100 as bigint) as net_cents,
        cast(orders.kept_margin_amount * 100 as bigint) as margin_cents
    from paths
    inner join orders
        on paths.order_id = orders.order_id
    cross join models
    where paths.step_count <= 1
),

weighted as (
    select
        paths.order_id,
        paths.step_number,
        models.attribution_model,
        models.is_default_model,
        cast(
            case models.attribution_model
                when 'first' then case when paths.step_number = 1 then 1 else 0 end
                when 'last' then case when paths.step_number = paths.step_count then 1 else 0 end
                when 'linear' then 1
                when 'time_decay'
                    then greatest(
                        round(
                            1000000 * power(
                                0.5, paths.days_before_order / cast(rules.half_life_days as double)
                            )
                        ), 1
                    )
                when 'position_based'
                    then case
                        when paths.step_number = 1
                            then rules.first_touch_percent * greatest(paths.step_count - 2, 1)
                        when paths.step_number = paths.step_count
                            then rules.last_touch_percent * greatest(paths.step_count - 2, 1)
                        else 100 - rules.first_touch_percent - rules.last_touch_percent
                    end
            end as bigint
        ) as weight
    from paths
    cross join models
    cross join rules
    where paths.step_count > 1
),

credited as (
    select
        weighted.*,
        sum(weighted.weight) over (
            partition by weighted.order_id, weighted.attribution_model
        ) as total_weight,
        cast(abs(orders.kept_net_amount) * 100 as bigint) as net_cents_to_share,
        cast(abs(orders.kept_margin_amount) * 100 as bigint) as margin_cents_to_share,
        case when orders.kept_margin_amount < 0 then -1 else 1 end as margin_sign
    from weighted
    inner join orders
        on weighted.order_id = orders.order_id
    where weighted.weight > 0
),

{% set group = ['order_id', 'attribution_model'] -%}
split as (
    select
        order_id,
        step_number,
        attribution_model,
        is_default_model,
        {{ shared_units('1000000', 'weight', 'total_weight', group, 'step_number') }}
            as credit_units,
        {{ shared_units('net_cents_to_share', 'weight', 'total_weight', group, 'step_number') }}
            as net_cents,
        {{ shared_units('margin_cents_to_share', 'weight', 'total_weight', group, 'step_number') }}
        * margin_sign as margin_cents
    from credited
),

credits as (
    select * from whole
    union all
    select * from split
),

final as (
    select
        credits.order_id,
        credits.attribution_model,
        credits.step_number,
        {{ as_of_date() }} as as_of_date,
        credits.is_default_model,
        paths.customer_key,
        paths.ordered_date,
        paths.touchpoint_id,
        paths.touch_kind,
        paths.campaign_id,
        paths.channel_id,
        paths.touched_date,
        cast(credits.credit_units * 0.000001 as decimal(9, 6)) as credit_ratio,
        cast(credits.net_cents * 0.01 as decimal(18, 2)) as attributed_net_amount,
        cast(credits.margin_cents * 0.01 as decimal(18, 2)) as attributed_margin_amount
    from credits
    inner join paths
        on
            credits.order_id = paths.order_id
            and credits.step_number = paths.step_number
)

select * from final
