-- Nothing is dropped: a line of a product or store that is not in its list points to the unknown
-- member and keeps the id of the source. An unknown cost counts as 0 and is flagged; an amount that
-- cannot be converted is empty and flagged.
with

order_lines as (
    select * from {{ ref('int_order_lines_keyed') }}
),

exchange_rates as (
    select * from {{ ref('exchange_rates') }}
),

product_versions as (
    select * from {{ ref('dim_products_history') }}
    where product_id <> 'unknown'
),

stores as (
    select store_id
    from {{ ref('dim_stores') }}
    where not is_unknown
),

joined as (
    select
        order_lines.*,
        product_versions.product_id as known_product_id,
        stores.store_id as known_store_id,
        {{ rate_or_one('order_lines.currency_code') }} as rate,
        cast(
            order_lines.quantity * product_versions.source_unit_cost as decimal(18, 6)
        ) as source_cost_amount,
        {{ rate_or_one('product_versions.cost_currency_code', 'cost_rates') }} as cost_rate
    from order_lines
    left join exchange_rates
        on
            order_lines.currency_code = exchange_rates.currency_code
            and order_lines.ordered_date = exchange_rates.date_day
    left join product_versions
        on
            order_lines.product_id = product_versions.product_id
            and {{ valid_on('product_versions', 'order_lines.ordered_date') }}
    left join exchange_rates as cost_rates
        on
            product_versions.cost_currency_code = cost_rates.currency_code
            and order_lines.ordered_date = cost_rates.date_day
    left join stores
        on order_lines.store_id = stores.store_id
),

foreign_lines as (
    select
        order_line_id,
        order_id,
        charged_amount,
        rate
    from joined
    where currency_code <> '{{ var("reporting_currency") }}' and rate is not null
),

converted as (
    {{ convert_parts(
        'foreign_lines',
        whole='order_id',
        part='order_line_id',
        amount='charged_amount',
        rate='rate'
    ) }}
),

valued as (
    select
        joined.*,
        case
            when joined.currency_code = '{{ var("reporting_currency") }}'
                then cast(joined.charged_amount as decimal(18, 2))
            else converted.converted_amount
        end as value_amount,
        {{ to_reporting('joined.gross_amount - joined.charged_amount', 'joined.rate') }}
            as discount_amount,
        {{ to_reporting('joined.source_cost_amount', 'joined.cost_rate') }} as known_cost_amount
    from joined
    left join converted
        on joined.order_line_id = converted.order_line_id
),

-- A refund is converted like the line that it gives back: what is wholly refunded leaves nothing.
refunded as (
    select
        *,
        coalesce(known_cost_amount, 0) as cost_amount,
        case
            when refunded_amount = 0 then 0
            when charged_amount > 0
                then {{ in_proportion('value_amount', 'refunded_amount', 'charged_amount') }}
            else {{ to_reporting('refunded_amount', 'rate') }}
        end as given_back_amount
    from valued
),

kept as (
    select
        *,
        case when is_cancelled then 0 else value_amount - given_back_amount end as kept_amount
    from refunded
),

final as (
    select
        order_line_id,
        order_id,
        customer_key,
        shop_customer_key,
        coalesce(known_product_id, 'unknown') as product_id,
        product_id as source_product_id,
        known_product_id is null as is_unknown_product,
        coalesce(known_store_id, 'unknown') as store_id,
        store_id as source_store_id,
        ordered_at,
        ordered_date,
        quantity,
        cast(value_amount + discount_amount as decimal(18, 2)) as gross_amount,
        {{ to_reporting('coalesce(retail_discount_amount, 0)', 'rate') }}
            as retail_discount_amount,
        {{ to_reporting('coalesce(coupon_match_discount_amount, 0)', 'rate') }}
            as coupon_match_discount_amount,
        {{ to_reporting('order_discount_amount', 'rate') }} as order_discount_amount,
        discount_amount,
        {{ to_reporting('coalesce(coupon_discount_amount, 0)', 'rate') }}
            as coupon_discount_amount,
        value_amount as net_amount,
        cast(cost_amount as decimal(18, 2)) as cost_amount,
        known_cost_amount is not null as has_known_cost,
        cast(value_amount - cost_amount as decimal(18, 2)) as margin_amount,
        cast(given_back_amount as decimal(18, 2)) as refunded_amount,
        is_cancelled,
        cast(kept_amount as decimal(18, 2)) as kept_net_amount,
        cast(
            case
                when is_cancelled then 0
                else {{ margin_kept('kept_amount', 'value_amount', 'cost_amount') }}
            end as decimal(18, 2)
        ) as kept_margin_amount,
        is_zero_or_negative,
        currency_code as source_currency_code,
        net_amount as source_net_amount,
        rate is not null as has_exchange_rate,
        '{{ var("reporting_currency") }}' as currency_code
    from kept
)

select * from final
