-- Every name that any record gives a customer: who is known as 李伟 here signs as Wei Li there.
with

customers_map as (
    select * from {{ source('identity', 'customers_map') }}
),

identity_records as (
    select * from {{ ref('int_identity_records') }}
),

final as (
    select
        customers_map.customer_key,
        {{ one_per_line('identity_records.record_name') }} as full_names
    from customers_map
    inner join identity_records
        on
            customers_map.source = identity_records.source
            and customers_map.source_record_id = identity_records.source_record_id
    where customers_map.is_current and identity_records.record_name is not null
    group by customers_map.customer_key
)

select * from final
