with

order_headers as (
    select * from {{ ref('stg_orders__order_headers') }}
),

final as (
    select
        order_id,
        order_status,
        updated_at,
        is_current_version
    from order_headers
)

select * from final
