with

responses as (
    select * from {{ ref('int_feedback_keyed') }}
),

nps_groups as (
    select * from {{ ref('nps_groups') }}
),

products as (
    select product_id
    from {{ ref('dim_products') }}
    where not is_unknown
),

channels as (
    select channel_id
    from {{ ref('dim_channels') }}
),

staff as (
    select staff_key
    from {{ ref('dim_staff') }}
),

final as (
    select
        responses.response_id,
        responses.customer_key,
        responses.feedback_kind,
        cast(responses.score as integer) as score,
        nps_groups.nps_group,
        responses.comment_text,
        coalesce(products.product_id, 'unknown') as product_id,
        responses.product_id as source_product_id,
        coalesce(channels.channel_id, 'unknown') as channel_id,
        coalesce(staff.staff_key, 'unknown') as staff_key,
        responses.responded_at,
        responses.responded_date
    from responses
    left join nps_groups
        on
            responses.feedback_kind = 'nps'
            and responses.score between nps_groups.score_min and nps_groups.score_max
    left join products
        on responses.product_id = products.product_id
    left join channels
        on responses.channel_id = channels.channel_id
    left join staff
        on responses.staff_key = staff.staff_key
)

select * from final
