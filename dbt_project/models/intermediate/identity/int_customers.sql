with
customers_map as (
    select * from {{ source('identity', 'customers_map') }}
),

identity_records as (
    select * from {{ ref('int_identity_records') }}
),

members as (
    select
        customers_map.customer_key,
        {{ source_system('identity_records.source') }} as source_system,
        identity_records.first_seen_at,
        identity_records.is_test,
        identity_records.is_linkable
    from customers_map
    inner join identity_records
        on
            customers_map.source = identity_records.source
            and customers_map.source_record_id = identity_records.source_record_id
    where customers_map.is_current
),

final as (
    select
        customer_key,
        min(first_seen_at) as first_seen_at,
        count(*) as record_count,
        count(distinct source_system) as source_count,
        max(case when is_test then 1 else 0 end) = 1 as is_test,
        max(case when is_linkable or is_test then 1 else 0 end) = 0 as is_deleted
    from members
    group by customer_key
)

select * from final
