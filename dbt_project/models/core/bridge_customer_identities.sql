with

identities as (
    select * from {{ ref('int_customer_identities_keyed') }}
),

final as (
    select
        identity_key,
        customer_key,
        source_object,
        is_linkable,
        count(*) over (partition by customer_key, source_object) as source_record_count,
        first_seen_date,
        valid_from
    from identities
)

select * from final
