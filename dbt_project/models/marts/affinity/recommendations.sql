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
        product_type_key as reason_type_key,
        cast(null as {{ dbt.type_string() }}) as reason_product_id,
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
        cross_sell.reason_type_key,
        null as reason_product_id,
        null as purchase_day_count,
        null as purchase_gap_days,
        null as last_purchase_date,
        null as own_unit_price
    from cross_sell
    inner join offers as type_offers
        on cross_sell.product_type_key = type_offers.product_type_key and type_offers.type_rank = 1
    left join brands
        on cross_sell.customer_key = brands.customer_key and brands.preference_rank = 1
    left join offers as brand_offers
        on
            cross_sell.product_type_key = brand_offers.product_type_key
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
        product_type_key as reason_type_key,
        reason_product_id,
        purchase_day_count,
        null as purchase_gap_days,
        null as last_purchase_date,
        own_unit_price
    from {{ ref('up_sell_candidates') }}
    where cut_name = 'live'
),

-- A name that several categories share says nothing alone.
reason_types as (
    select
        product_type_key,
        product_type,
        case
            when product_type = product_category then product_type
            else product_type || ' (' || product_category || ')'
        end as item
    from offers
    where type_rank = 1
),

{%- set values = {
    'days': 'candidates.purchase_day_count',
    'gap': 'cast(round(candidates.purchase_gap_days) as integer)',
    'last': 'candidates.last_purchase_date',
    'item': 'reason_types.item',
    'price': 'offers.unit_price',
    'own_price': 'candidates.own_unit_price',
} %}

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
        {{ fill_in('methods.reason', values) }} as recommendation_reason,
        {{ fill_in('methods.reason_zh', values) }} as recommendation_reason_zh,
        reason_types.product_type as reason_type,
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
    left join reason_types on candidates.reason_type_key = reason_types.product_type_key
    left join contact_states on candidates.customer_key = contact_states.customer_key
)

select * from final
