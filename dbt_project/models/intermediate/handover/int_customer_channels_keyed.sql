{#- A table: DuckDB refuses a view in the database `vault` that reads its schema `vault`. -#}
{{ config(materialized='table') }}

-- Only that there is an address crosses, never the address. A shared one is nobody's own, as in the
-- golden record; what a ticket or a consent names is on a record of the customer too, or is not
-- known to be the customer's.
with

identifiers as (
    select
        source,
        source_record_id,
        identifier_type
    from {{ source('identity', 'identifiers') }}
    where is_valid and not is_shared and not is_reference
),

customers_map as (
    select
        source,
        source_record_id,
        customer_key
    from {{ source('identity', 'customers_map') }}
    where is_current
),

app_logins as (
    select distinct shop_customer_id
    from {{ ref('stg_web__events') }}
    where channel_id = 'app'
),

channel_addresses as (
    select * from {{ ref('channel_addresses') }}
),

addresses as (
    select
        customers_map.customer_key,
        identifiers.identifier_type as address_type
    from identifiers
    inner join customers_map
        on
            identifiers.source = customers_map.source
            and identifiers.source_record_id = customers_map.source_record_id
    union all
    select
        customer_key,
        'postal_address' as address_type
    from {{ ref('customer_pii') }}
    where address is not null
    union all
    select
        shop_customers.customer_key,
        'app_login' as address_type
    from {{ ref('int_shop_customer_keys') }} as shop_customers
    inner join app_logins on shop_customers.shop_customer_id = app_logins.shop_customer_id
),

final as (
    select distinct
        addresses.customer_key,
        channel_addresses.channel_id
    from addresses
    inner join channel_addresses on addresses.address_type = channel_addresses.address_type
)

select * from final
