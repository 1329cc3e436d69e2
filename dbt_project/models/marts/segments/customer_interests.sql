-- An interest is a category that takes a clearly larger share of the customer's days, added up over
-- the categories, than of the average customer's (lift), seen on enough days, and shared by enough
-- customers to be compared. Purchases and views are judged apart, each against its own average;
-- either is enough. What a customer says in a survey counts as it is.
with

months as (
    select
        *,
        {{ month_index('month_start_date') }} as signal_month
    from {{ ref('customer_category_months') }}
),

rules as (
    select * from {{ ref('segment_rules') }}
    where rule_set = 'default'
),

dates as (
    select date_day from {{ ref('dim_dates') }}
),

windows as (
    {{ review_windows('style_review_count') }}
),

counted as (
    select
        months.customer_key,
        months.interest_source,
        months.interest,
        windows.review_month,
        sum(months.day_count) as day_count
    from months
    inner join windows on months.signal_month = windows.window_month
    group by months.customer_key, months.interest_source, months.interest, windows.review_month
),

shared as (
    select
        *,
        cast(
            day_count / sum(day_count) over (
                partition by customer_key, interest_source, review_month
            ) as decimal(18, 12)
        ) as interest_ratio
    from counted
),

shoppers as (
    select
        interest_source,
        review_month,
        count(distinct customer_key) as shopper_count
    from counted
    group by interest_source, review_month
),

averages as (
    select
        shared.interest_source,
        shared.interest,
        shared.review_month,
        count(*) as interested_count,
        sum(shared.interest_ratio) / max(shoppers.shopper_count) as average_interest_ratio
    from shared
    inner join shoppers
        on
            shared.interest_source = shoppers.interest_source
            and shared.review_month = shoppers.review_month
    group by shared.interest_source, shared.interest, shared.review_month
),

-- Nine digits are enough to keep what is just below a limit below it, and few enough for a quotient
-- that is exactly the limit.
lifted as (
    select
        shared.customer_key,
        shared.interest_source,
        shared.interest,
        shared.review_month,
        shared.day_count,
        shared.interest_ratio,
        averages.average_interest_ratio,
        cast(
            shared.interest_ratio / nullif(averages.average_interest_ratio, 0) as decimal(18, 9)
        ) as interest_lift,
        averages.interested_count >= rules.interest_min_customer_count
        and shared.day_count >= rules.interest_min_day_count as is_supported,
        {{ follows_a_gap(
            'shared.review_month',
            'shared.customer_key, shared.interest_source, shared.interest',
        ) }} as follows_a_gap
    from shared
    cross join rules
    inner join averages
        on
            shared.interest_source = averages.interest_source
            and shared.interest = averages.interest
            and shared.review_month = averages.review_month
),

judged as (
    select
        lifted.*,
        {{ with_dead_band(
            'lifted.review_month',
            'lifted.is_supported and lifted.interest_lift >= rules.interest_lift_enter',
            'lifted.follows_a_gap or not lifted.is_supported '
            ~ 'or lifted.interest_lift < rules.interest_lift_leave',
            'lifted.customer_key, lifted.interest_source, lifted.interest',
        ) }} as is_interest
    from lifted
    cross join rules
),

final as (
    select
        customer_key,
        {{ as_of_date() }} as as_of_date,
        {{ month_start(as_of_date()) }} as review_date,
        interest_source,
        interest,
        cast(day_count as bigint) as interest_day_count,
        cast(interest_ratio as decimal(9, 6)) as interest_ratio,
        cast(average_interest_ratio as decimal(9, 6)) as average_interest_ratio,
        cast(interest_lift as decimal(9, 2)) as interest_lift,
        cast(
            row_number() over (
                partition by customer_key, interest_source
                order by
                    cast(interest_lift as decimal(9, 2)) desc,
                    day_count desc,
                    interest asc
            ) as integer
        ) as interest_rank
    from judged
    where is_interest and review_month = {{ month_index(as_of_date()) }}
    union all
    select
        customer_key,
        as_of_date,
        {{ month_start(as_of_date()) }} as review_date,
        'survey' as interest_source,
        meaning as interest,
        null as interest_day_count,
        null as interest_ratio,
        null as average_interest_ratio,
        null as interest_lift,
        statement_rank as interest_rank
    from {{ ref('customer_statements') }}
    where meaning_kind = 'interest'
)

select * from final
