with

customers as (
    select customer_key
    from {{ ref('dim_customers') }}
),

current_versions as (
    select
        customer_key,
        count(*) as version_count
    from {{ ref('dim_customers_history') }}
    where is_current
    group by customer_key
)

select coalesce(customers.customer_key, current_versions.customer_key) as customer_key
from customers
full outer join current_versions
    on customers.customer_key = current_versions.customer_key
where
    customers.customer_key is null
    or current_versions.version_count is null
    or current_versions.version_count <> 1
