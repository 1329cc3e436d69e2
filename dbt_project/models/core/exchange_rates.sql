-- A list of quotes prices one base in many currencies. Two currencies of one list give a cross
-- rate, and a list in which one of the two is the base itself gives the direct one.
with

quotes as (
    select * from {{ ref('int_exchange_rates_keyed') }}
),

rules as (
    select carry_forward_days
    from {{ ref('exchange_rate_rules') }}
),

calendar as (
    select date_day
    from {{ ref('dim_dates') }}
    where date_day <= {{ as_of_date() }}
),

listed as (
    select
        quoted_on,
        base_currency_code,
        currency_code,
        quoted_rate
    from quotes
    where currency_code <> base_currency_code
    union all
    select distinct
        quoted_on,
        base_currency_code,
        base_currency_code as currency_code,
        1 as quoted_rate
    from quotes
),

-- A direct quote before a cross rate, then the first base by name.
crossed as (
    select
        listed.quoted_on,
        listed.currency_code,
        listed.base_currency_code,
        cast(reporting.quoted_rate / listed.quoted_rate as decimal(20, 10)) as rate_to_reporting,
        row_number() over (
            partition by listed.currency_code, listed.quoted_on
            order by
                case
                    when listed.base_currency_code = listed.currency_code then 1
                    when listed.base_currency_code = reporting.currency_code then 2
                    else 3
                end,
                listed.base_currency_code
        ) as choice
    from listed
    inner join listed as reporting
        on
            listed.quoted_on = reporting.quoted_on
            and listed.base_currency_code = reporting.base_currency_code
    where
        reporting.currency_code = '{{ var("reporting_currency") }}'
        and listed.currency_code <> '{{ var("reporting_currency") }}'
        and listed.quoted_rate > 0
),

followed as (
    select
        crossed.*,
        lead(crossed.quoted_on) over (
            partition by crossed.currency_code order by crossed.quoted_on
        ) as next_quoted_on,
        {{ days_after('crossed.quoted_on', 'rules.carry_forward_days') }} as last_carried_on
    from crossed
    cross join rules
    where crossed.choice = 1 and crossed.rate_to_reporting > 0
),

carried as (
    select
        followed.currency_code,
        calendar.date_day,
        followed.rate_to_reporting,
        followed.quoted_on,
        followed.base_currency_code
    from followed
    inner join calendar
        on
            followed.quoted_on <= calendar.date_day
            and (followed.next_quoted_on is null or followed.next_quoted_on > calendar.date_day)
            and followed.last_carried_on >= calendar.date_day
),

final as (
    select
        currency_code,
        date_day,
        rate_to_reporting,
        date_day > quoted_on as is_carried_forward,
        quoted_on,
        base_currency_code
    from carried
    union all
    select
        '{{ var("reporting_currency") }}' as currency_code,
        date_day,
        cast(1 as decimal(20, 10)) as rate_to_reporting,
        false as is_carried_forward,
        date_day as quoted_on,
        '{{ var("reporting_currency") }}' as base_currency_code
    from calendar
)

select * from final
