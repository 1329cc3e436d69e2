-- Nothing is dropped: a line of a product or store that is not in its list points to the unknown
-- member and keeps the id of the source. An unknown cost counts as 0 and is flagged; an amount that
-- cannot be converted is empty and flagged. Each amount of a foreign order is converted as a whole,
-- so that it sums up over the lines.
{%- set amounts = [
    'charged_amount', 'retail_discount_amount', 'coupon_match_discount_amount',
    'order_discount_amount', 'coupon_discount_amount'
] %}
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

channels as (
    select channel_id
    from {{ ref('dim_channels') }}
),

joined as (
    select
        order_lines.*,
        channels.channel_id as known_channel_id,
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
    left join channels
        on order_lines.channel_id = channels.channel_id
),

foreign_lines as (
    select * from joined
    where currency_code <> '{{ var("reporting_currency") }}' and rate is not null
),

amount_names as (
    {%- for amount in amounts %}
    select '{{ amount }}' as amount_name
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

foreign_amounts as (
    select
        foreign_lines.order_id,
        foreign_lines.order_line_id,
        foreign_lines.rate,
        amount_names.amount_name,
        coalesce(
            case amount_names.amount_name
                {%- for amount in amounts %}
                when '{{ amount }}' then foreign_lines.{{ amount }}
                {%- endfor %}
            end,
            0
        ) as amount
    from foreign_lines
    cross join amount_names
),

converted_amounts as (
    {{ convert_parts(
        'foreign_amounts',
        whole='order_id, amount_name',
        part='order_line_id',
        amount='amount',
        rate='rate'
    ) }}
),

converted as (
    select
        order_line_id,
        {%- for amount in amounts %}
        max(case when amount_name = '{{ amount }}' then converted_amount end) as {{ amount }}
        {%- if not loop.last %},{% endif %}
        {%- endfor %}
    from converted_amounts
    group by order_line_id
),

valued as (
    select
        joined.*,
        {%- for amount in amounts %}
        case
            when joined.currency_code = '{{ var("reporting_currency") }}'
                then cast(coalesce(joined.{{ amount }}, 0) as decimal(18, 2))
            else converted.{{ amount }}
        end as {{ amount | replace('_amount', '_value') }},
        {%- endfor %}
        {{ to_reporting('joined.source_cost_amount', 'joined.cost_rate') }} as known_cost_amount
    from joined
    left join converted
        on joined.order_line_id = converted.order_line_id
),

-- A refund is converted like the line that it gives back: what is wholly refunded leaves nothing.
refunded as (
    select
        *,
        retail_discount_value + coupon_match_discount_value + order_discount_value
            as discount_value,
        coalesce(known_cost_amount, 0) as cost_amount,
        case
            when refunded_amount = 0 then 0
            when charged_amount > 0
                then {{ in_proportion('charged_value', 'refunded_amount', 'charged_amount') }}
            else {{ to_reporting('refunded_amount', 'rate') }}
        end as given_back_amount
    from valued
),

kept as (
    select
        *,
        case when is_cancelled then 0 else charged_value - given_back_amount end as kept_amount
    from refunded
),

final as (
    select
        order_line_id,
        order_id,
        customer_key,
        shop_customer_key,
        coalesce(known_channel_id, 'unknown') as channel_id,
        coalesce(known_product_id, 'unknown') as product_id,
        product_id as source_product_id,
        known_product_id is null as is_unknown_product,
        coalesce(known_store_id, 'unknown') as store_id,
        store_id as source_store_id,
        ordered_at,
        ordered_date,
        quantity,
        cast(charged_value + discount_value as decimal(18, 2)) as gross_amount,
        retail_discount_value as retail_discount_amount,
        coupon_match_discount_value as coupon_match_discount_amount,
        order_discount_value as order_discount_amount,
        cast(discount_value as decimal(18, 2)) as discount_amount,
        coupon_discount_value as coupon_discount_amount,
        charged_value as net_amount,
        cast(cost_amount as decimal(18, 2)) as cost_amount,
        known_cost_amount is not null as has_known_cost,
        cast(charged_value - cost_amount as decimal(18, 2)) as margin_amount,
        cast(given_back_amount as decimal(18, 2)) as refunded_amount,
        is_cancelled,
        cast(kept_amount as decimal(18, 2)) as kept_net_amount,
        cast(
            case
                when is_cancelled then 0
                else {{ margin_kept('kept_amount', 'charged_value', 'cost_amount') }}
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
