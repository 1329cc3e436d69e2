-- The records of all customers together are the records of all persons: none lost, none twice.
with
customers as (select coalesce(sum(record_count), 0) as records from {{ ref('int_customers') }}),

persons as (select count(*) as records from {{ ref('int_identity_records') }})

select
    customers.records as records_of_customers,
    persons.records as records_of_persons
from customers
cross join persons
where customers.records <> persons.records
