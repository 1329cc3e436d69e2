-- Evidence beside its outcome: with it an analyst can say why two records are one customer, or why
-- not, without seeing whose they are. `make why` says the same of one pair, with the path between.
with

links as (
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
    from {{ ref('bridge_identity_links') }}
),

final as (
    select
        link_key,
        {{ as_of_date() }} as as_of_date,
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
        reason,
        customer_key_a = customer_key_b as is_same_customer
    from links
)

select * from final
