-- The current period of the history and the customer of today are made in two ways: kept versions
-- here, the golden record there. Only a warning: a source that took a place back leaves a gap.
{{ config(severity='warn') }}

with

customers as (
    select
        customer_key,
        geography_key,
        coalesce(loyalty_tier_id, '') as loyalty_tier_id
    from {{ ref('dim_customers') }}
),

current_versions as (
    select
        customer_key,
        geography_key,
        coalesce(loyalty_tier_id, '') as loyalty_tier_id
    from {{ ref('dim_customers_history') }}
    where is_current
)

select customers.customer_key
from customers
inner join current_versions
    on customers.customer_key = current_versions.customer_key
where
    customers.geography_key <> current_versions.geography_key
    or customers.loyalty_tier_id <> current_versions.loyalty_tier_id
