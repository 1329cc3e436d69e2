with

key_aliases as (
    select * from {{ source('identity', 'key_aliases') }}
),

final as (
    select
        customer_key_before as former_customer_key,
        coalesce(customer_key, 'unknown') as customer_key,
        became_on as replaced_on,
        reason as replacement
    from key_aliases
)

select * from final
