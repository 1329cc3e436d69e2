-- The one place where a shop account becomes a customer. Its number crosses as a keyed hash only:
-- beside the customer key the number itself would name the person to everybody in the shop.
with

shop_accounts as (
    select
        source,
        source_record_id,
        customer_key
    from {{ source('identity', 'customers_map') }}
    where source = 'orders.customers' and is_current
),

identity_records as (
    select
        source,
        source_record_id,
        is_test
    from {{ ref('int_identity_records') }}
),

final as (
    select
        shop_accounts.source_record_id as shop_customer_id,
        shop_accounts.customer_key,
        {{ keyed_hash('shop_accounts.source_record_id') }} as shop_customer_key,
        coalesce(identity_records.is_test, false) as is_test
    from shop_accounts
    left join identity_records
        on
            shop_accounts.source = identity_records.source
            and shop_accounts.source_record_id = identity_records.source_record_id
)

select * from final
