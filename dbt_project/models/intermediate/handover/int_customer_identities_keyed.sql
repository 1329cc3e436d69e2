with

customers_map as (
    select * from {{ source('identity', 'customers_map') }}
),

identity_records as (
    select * from {{ ref('int_identity_records') }}
),

final as (
    select
        {{ keyed_hash("customers_map.source || ':' || customers_map.source_record_id") }}
            as identity_key,
        customers_map.customer_key,
        customers_map.source as source_object,
        identity_records.is_linkable,
        {{ to_business_date('identity_records.first_seen_at') }} as first_seen_date,
        customers_map.valid_from
    from customers_map
    left join identity_records
        on
            customers_map.source = identity_records.source
            and customers_map.source_record_id = identity_records.source_record_id
    where customers_map.is_current
)

select * from final
