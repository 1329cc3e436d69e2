-- What a customer buys regularly and is due again: the own purchase days rank it, and what was
-- bought just now, measured by the own rhythm, waits. For the back-test beside it the same without
-- waiting, and the own types by how many customers buy them. Offered is the product bought last, or
-- the best-selling one of the type where that is no longer sold or was given back.
with

rules as (
    select * from {{ ref('recommendation_rules') }}
    where rule_set = 'default'
),

methods as (
    select * from {{ ref('recommendation_methods') }}
    where recommendation_kind = 'buy_again'
),

purchased as (
    select * from {{ ref('customer_purchased_types') }}
),

offers as (
    select * from {{ ref('product_offers') }}
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

offered as (
    select
        purchased.*,
        case
            when last_offers.product_id is not null and last_returned.product_id is null
                then last_offers.product_id
            when best_returned.product_id is null then best_offers.product_id
        end as product_id,
        purchased.purchase_day_count >= rules.buy_again_day_count_min
        and {{ days_between('purchased.last_purchase_date', 'purchased.cut_date') }}
        >= rules.just_bought_gap_ratio * purchased.purchase_gap_days as is_due
    from purchased
    cross join rules
    inner join offers as best_offers
        on
            purchased.cut_name = best_offers.cut_name
            and purchased.product_type_key = best_offers.product_type_key
            and best_offers.type_rank = 1
    left join offers as last_offers
        on
            purchased.cut_name = last_offers.cut_name
            and purchased.last_product_id = last_offers.product_id
    left join returned as last_returned
        on
            purchased.cut_name = last_returned.cut_name
            and purchased.customer_key = last_returned.customer_key
            and purchased.last_product_id = last_returned.product_id
    left join returned as best_returned
        on
            purchased.cut_name = best_returned.cut_name
            and purchased.customer_key = best_returned.customer_key
            and best_offers.product_id = best_returned.product_id
    where purchased.is_recommended_to
),

candidates as (
    select
        offered.cut_name,
        offered.customer_key,
        methods.method,
        offered.product_type_key,
        offered.product_id,
        case
            when methods.method = 'popularity' then type_customers.type_customer_count
            else offered.purchase_day_count
        end as ordering,
        offered.purchase_day_count,
        offered.purchase_gap_days,
        offered.last_purchase_date
    from offered
    inner join methods
        on
            {{ is_method_needed('offered.cut_name', 'methods') }}
            and (offered.is_due or methods.method <> 'own_frequency_due')
    inner join type_customers
        on
            offered.cut_name = type_customers.cut_name
            and offered.product_type_key = type_customers.product_type_key
    where offered.product_id is not null
),

ranked as (
    select
        *,
        cast(
            row_number() over (
                partition by cut_name, customer_key, method
                order by ordering desc, last_purchase_date desc, product_type_key asc
            ) as integer
        ) as recommendation_rank
    from candidates
),

final as (
    select
        ranked.cut_name,
        ranked.customer_key,
        {{ as_of_date() }} as as_of_date,
        'buy_again' as recommendation_kind,
        ranked.method,
        ranked.recommendation_rank,
        ranked.product_type_key,
        ranked.product_id,
        cast(ranked.ordering as decimal(18, 6)) as recommendation_score,
        ranked.purchase_day_count,
        ranked.purchase_gap_days,
        ranked.last_purchase_date
    from ranked
    cross join rules
    where ranked.recommendation_rank <= rules.recommendation_count
)

select * from final
