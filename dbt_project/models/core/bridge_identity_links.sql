with

links as (
    select * from {{ ref('int_identity_links_keyed') }}
),

final as (
    select
        link_key,
        identity_key_a,
        identity_key_b,
        source_object_a,
        source_object_b,
        customer_key_a,
        customer_key_b,
        rule,
        identifier_type,
        identifier_hash,
        agreement,
        weight,
        is_accepted,
        reason
    from links
)

select * from final
