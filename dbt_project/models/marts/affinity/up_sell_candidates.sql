-- One price step up in a type that the customer buys: the best-selling product of the next band
-- whose price is above that of the product bought last, neither by too little to be a step nor by
-- too much to be tried. Nothing that the customer bought before or gave back, and no type bought in
-- the last days. The own purchase days rank it, times the share of the type that is sold in this
-- band or above: who buys often, and where others step up.
with

rules as (
    select * from {{ ref('recommendation_rules') }}
    where rule_set = 'default'
),

methods as (
    select * from {{ ref('recommendation_methods') }}
    where recommendation_kind = 'up_sell'
),

purchased as (
    select * from {{ ref('customer_purchased_types') }}
),

offers as (
    select * from {{ ref('product_offers') }}
),

basket_items as (
    select * from {{ ref('basket_items') }}
),

refund_lines as (
    select * from {{ ref('fct_refund_lines') }}
),

order_lines as (
    select * from {{ ref('fct_order_lines') }}
),

cuts as (
    {{ recommendation_cuts('rules') }}
),

returned as (
    {{ returned_up_to('cuts', 'refund_lines', 'order_lines') }}
),

type_customers as (
    select
        cut_name,
        product_type_key,
        count(*) as type_customer_count
    from purchased
    group by cut_name, product_type_key
),

band_ranks as (
    select
        *,
        row_number() over (
            partition by cut_name, product_type_key, price_band
            order by type_rank
        ) as band_rank,
        {{ ratio_of(
            'sum(sold_basket_count) over ('
            ~ 'partition by cut_name, product_type_key order by price_band desc)',
            'sum(sold_basket_count) over (partition by cut_name, product_type_key)'
        ) }} as upper_ratio
    from offers
),

bands as (
    select * from band_ranks
    where band_rank = 1
),

owned as (
    select
        purchased.cut_name,
        purchased.cut_date,
        purchased.customer_key,
        purchased.product_type_key,
        purchased.last_product_id,
        purchased.purchase_day_count,
        offers.unit_price as own_unit_price,
        offers.price_band as own_price_band
    from purchased
    cross join rules
    inner join offers
        on
            purchased.cut_name = offers.cut_name
            and purchased.last_product_id = offers.product_id
    where
        purchased.is_recommended_to
        and purchased.purchase_day_count >= rules.buy_again_day_count_min
        and {{ days_between('purchased.last_purchase_date', 'purchased.cut_date') }}
        >= rules.just_bought_days
),

steps as (
    select
        owned.*,
        bands.product_id,
        bands.unit_price,
        bands.upper_ratio,
        row_number() over (
            partition by owned.cut_name, owned.customer_key, owned.product_type_key
            order by bands.price_band
        ) as step_number
    from owned
    cross join rules
    inner join bands
        on
            owned.cut_name = bands.cut_name
            and owned.product_type_key = bands.product_type_key
            and owned.own_price_band < bands.price_band
            and bands.unit_price >= rules.price_step_ratio_min * owned.own_unit_price
            and bands.unit_price <= rules.price_step_ratio_max * owned.own_unit_price
),

next_steps as (
    select * from steps
    where step_number = 1
),

stepped_products as (
    select distinct
        customer_key,
        product_id
    from next_steps
),

-- The first purchase decides whether a product was bought up to a cut.
first_purchases as (
    select
        basket_items.customer_key,
        basket_items.product_id,
        min(basket_items.ordered_date) as first_purchase_date
    from basket_items
    inner join stepped_products
        on
            basket_items.customer_key = stepped_products.customer_key
            and basket_items.product_id = stepped_products.product_id
    group by basket_items.customer_key, basket_items.product_id
),

candidates as (
    select
        next_steps.*,
        methods.method,
        case
            when methods.method = 'popularity' then type_customers.type_customer_count
            else next_steps.purchase_day_count * next_steps.upper_ratio
        end as ordering
    from next_steps
    inner join methods on {{ is_method_needed('next_steps.cut_name', 'methods') }}
    inner join type_customers
        on
            next_steps.cut_name = type_customers.cut_name
            and next_steps.product_type_key = type_customers.product_type_key
    left join returned
        on
            next_steps.cut_name = returned.cut_name
            and next_steps.customer_key = returned.customer_key
            and next_steps.product_id = returned.product_id
    left join first_purchases
        on
            next_steps.customer_key = first_purchases.customer_key
            and next_steps.product_id = first_purchases.product_id
            and next_steps.cut_date >= first_purchases.first_purchase_date
    where returned.product_id is null and first_purchases.product_id is null
),

ranked as (
    select
        *,
        cast(
            row_number() over (
                partition by cut_name, customer_key, method
                order by ordering desc, product_type_key asc
            ) as integer
        ) as recommendation_rank
    from candidates
),

final as (
    select
        ranked.cut_name,
        ranked.customer_key,
        {{ as_of_date() }} as as_of_date,
        'up_sell' as recommendation_kind,
        ranked.method,
        ranked.recommendation_rank,
        ranked.product_type_key,
        ranked.product_id,
        cast(ranked.ordering as decimal(18, 6)) as recommendation_score,
        ranked.last_product_id as reason_product_id,
        ranked.own_unit_price,
        ranked.purchase_day_count
    from ranked
    cross join rules
    where ranked.recommendation_rank <= rules.recommendation_count
)

select * from final
