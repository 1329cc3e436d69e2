-- What to offer each customer, by the shipped method of each kind, with the reason in words. In a
-- type that is new to the customer the best-selling product of the preferred brand is offered, or
-- else of any brand. A recommendation is for the shop in any case; for a message only where
-- is_contactable: what blocks one, customer_contact_states knows.
with

methods as (
    select * from {{ ref('recommendation_methods') }}
    where is_shipped
),

offers as (
    select * from {{ ref('product_offers') }}
    where cut_name = 'live'
),

basket_items as (
    select * from {{ ref('basket_items') }}
),

contact_states as (
    select * from {{ ref('customer_contact_states') }}
),

cross_sell as (
    select * from {{ ref('cross_sell_candidates') }}
    where cut_name = 'live'
),

brand_counts as (
    select
        customer_key,
        brand,
        count(*) as line_count
    from basket_items
    where brand is not null
    group by customer_key, brand
),

brands as (
    select
        *,
        row_number() over (
            partition by customer_key
            order by line_count desc, brand asc
        ) as preference_rank
    from brand_counts
),

candidates as (
    select
        customer_key,
        recommendation_kind,
        method,
        recommendation_rank,
        product_id,
        recommendation_score,
        product_type as reason_type,
        cast(null as varchar) as reason_product_id,
        purchase_day_count,
        purchase_gap_days,
        last_purchase_date,
        cast(null as decimal(18, 2)) as own_unit_price
    from {{ ref('buy_again_candidates') }}
    where cut_name = 'live'
    union all
    select
        cross_sell.customer_key,
        cross_sell.recommendation_kind,
        cross_sell.method,
        cross_sell.recommendation_rank,
        coalesce(brand_offers.product_id, type_offers.product_id) as product_id,
        cross_sell.recommendation_score,
        cross_sell.reason_type,
        null as reason_product_id,
        null as purchase_day_count,
        null as purchase_gap_days,
        null as last_purchase_date,
        null as own_unit_price
    from cross_sell
    inner join offers as type_offers
        on cross_sell.product_type = type_offers.product_type and type_offers.type_rank = 1
    left join brands
        on cross_sell.customer_key = brands.customer_key and brands.preference_rank = 1
    left join offers as brand_offers
        on
            cross_sell.product_type = brand_offers.product_type
            and brands.brand = brand_offers.brand
            and brand_offers.brand_rank = 1
    union all
    select
        customer_key,
        recommendation_kind,
        method,
        recommendation_rank,
        product_id,
        recommendation_score,
        product_type as reason_type,
        reason_product_id,
        purchase_day_count,
        null as purchase_gap_days,
        null as last_purchase_date,
        own_unit_price
    from {{ ref('up_sell_candidates') }}
    where cut_name = 'live'
),

{%- set values = [
    ('days', 'cast(candidates.purchase_day_count as varchar)'),
    ('gap', 'cast(cast(round(candidates.purchase_gap_days) as integer) as varchar)'),
    ('last', 'cast(candidates.last_purchase_date as varchar)'),
    ('item', 'candidates.reason_type'),
    ('price', 'cast(offers.unit_price as varchar)'),
    ('own_price', 'cast(candidates.own_unit_price as varchar)'),
] %}

final as (
    select
        candidates.customer_key,
        candidates.recommendation_kind,
        candidates.recommendation_rank,
        {{ as_of_date() }} as as_of_date,
        methods.kind_zh as recommendation_kind_zh,
        offers.product_category,
        offers.product_type,
        offers.product_id,
        offers.brand,
        offers.unit_price,
        candidates.recommendation_score,
        candidates.method as recommendation_method,
        {{ filled_in('methods.reason', values) }} as recommendation_reason,
        {{ filled_in('methods.reason_zh', values) }} as recommendation_reason_zh,
        candidates.reason_type,
        candidates.reason_product_id,
        coalesce(
            contact_states.blocking_action is null
            and contact_states.preferred_channel_id is not null,
            false
        ) as is_contactable,
        case
            when contact_states.blocking_action is null then contact_states.preferred_channel_id
        end as channel_id
    from candidates
    inner join methods
        on
            candidates.recommendation_kind = methods.recommendation_kind
            and candidates.method = methods.method
    inner join offers on candidates.product_id = offers.product_id
    left join contact_states on candidates.customer_key = contact_states.customer_key
)

select * from final
