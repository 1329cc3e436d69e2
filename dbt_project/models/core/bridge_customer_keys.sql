with

key_aliases as (
    select * from {{ ref('int_customer_key_aliases_keyed') }}
),

final as (
    select
        former_customer_key,
        customer_key,
        replaced_on,
        replacement
    from key_aliases
)

select * from final
