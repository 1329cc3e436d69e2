-- Occasions of the next weeks of customers who agreed to be written to, and of nobody else. An
-- occasion for one country is kept from customers of another and of none.
with

customers as (
    select
        customer_key,
        country,
        loyalty_joined_date
    from {{ ref('dim_customers') }}
    where is_counted and is_marketing_consented
),

rules as (
    select days_ahead
    from {{ ref('care_rules') }}
    where rule_set = 'default'
),

occasions as (
    select * from {{ ref('care_occasions') }}
),

days_ahead as (
    select
        dates.date_day,
        dates.month_number,
        dates.day_of_month,
        dates.festival_name
    from {{ ref('dim_dates') }} as dates
    cross join rules
    where
        dates.is_after_as_of
        and dates.date_day <= {{ days_after(as_of_date(), 'rules.days_ahead') }}
),

celebrated as (
    {{ celebrated_days('days_ahead') }}
),

beginnings as (
    select
        customer_key,
        'membership_anniversary' as occasion,
        loyalty_joined_date as began_on
    from customers
    where loyalty_joined_date is not null
    union all
    select
        customer_key,
        'first_purchase_anniversary' as occasion,
        first_order_date as began_on
    from {{ ref('customer_lifetime_value') }}
    where first_order_date is not null
),

own_days as (
    select
        customer_key,
        occasion,
        occasion_date,
        cast(null as integer) as anniversary_years
    from {{ ref('bridge_customer_birthdays') }}
    union all
    select
        beginnings.customer_key,
        beginnings.occasion,
        celebrated.occasion_date,
        cast(
            extract(year from celebrated.occasion_date) - extract(year from beginnings.began_on)
            as integer
        ) as anniversary_years
    from beginnings
    inner join celebrated
        on
            extract(month from beginnings.began_on) = celebrated.month_number
            and extract(day from beginnings.began_on) = celebrated.day_of_month
            and extract(year from beginnings.began_on) < extract(year from celebrated.occasion_date)
),

festivals as (
    select
        occasions.occasion,
        days_ahead.date_day as occasion_date
    from occasions
    inner join days_ahead
        on
            (
                occasions.calendar = 'lunar'
                and occasions.festival_name = days_ahead.festival_name
            )
            or (
                occasions.calendar = 'solar'
                and occasions.month_number = days_ahead.month_number
                and occasions.day_of_month = days_ahead.day_of_month
            )
),

all_days as (
    select
        customer_key,
        occasion,
        occasion_date,
        anniversary_years
    from own_days
    union all
    select
        customers.customer_key,
        festivals.occasion,
        festivals.occasion_date,
        cast(null as integer) as anniversary_years
    from festivals
    cross join customers
),

final as (
    select
        all_days.customer_key,
        {{ as_of_date() }} as as_of_date,
        all_days.occasion_date,
        all_days.occasion,
        occasions.occasion_zh,
        occasions.occasion_kind,
        all_days.anniversary_years,
        cast({{ days_between(as_of_date(), 'all_days.occasion_date') }} as integer)
            as days_until_occasion,
        cast(
            row_number() over (
                partition by all_days.customer_key
                order by all_days.occasion_date, occasions.priority
            ) as integer
        ) as occasion_number
    from all_days
    inner join customers on all_days.customer_key = customers.customer_key
    inner join occasions on all_days.occasion = occasions.occasion
    where
        occasions.audience_country = 'any'
        or occasions.audience_country = customers.country
)

select * from final
