-- A birthday is nobody's business but of those who agreed to be written to. Who withdraws is gone
-- from here the same night.
with

birthdays as (
    select * from {{ ref('int_birthdays_ahead_keyed') }}
),

customers as (
    select customer_key
    from {{ ref('dim_customers') }}
    where is_counted and is_marketing_consented
),

final as (
    select
        birthdays.customer_key,
        birthdays.occasion,
        birthdays.occasion_date
    from birthdays
    inner join customers on birthdays.customer_key = customers.customer_key
)

select * from final
