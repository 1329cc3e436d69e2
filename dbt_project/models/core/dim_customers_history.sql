-- Slowly changing dimension (type 2) out of the kept versions, rebuilt for any as_of: what was
-- known on a day is the newest version of each source up to that day; the place comes from the most
-- trusted source that gives one, in the order of the seed `identity_survivorship` (shop, Zoho,
-- Fxiaoke, social), the tier from the membership.
with

customers as (
    select
        *,
        not is_test_account and not is_deleted as is_counted
    from {{ ref('int_customers_keyed') }}
),

versions as (
    select * from {{ ref('int_customer_versions_keyed') }}
),

geographies as (
    select
        geography_key,
        country,
        region,
        city
    from {{ ref('dim_geographies') }}
),

-- Several versions of one source on one day: the last of the day is the version of that day.
ranked as (
    select
        customer_key,
        source_object,
        geography_key,
        loyalty_tier_id,
        changed_date,
        row_number() over (
            partition by customer_key, source_object, changed_date
            order by changed_at desc, geography_key asc, loyalty_tier_id asc
        ) as version_rank
    from versions
),

changes as (
    select
        customer_key,
        changed_date,
        max(case when source_object = 'orders.customers' then geography_key end) as shop_place,
        max(case when source_object = 'crm_zoho.contacts' then geography_key end) as zoho_place,
        max(case when source_object = 'crm_fxiaoke.contacts' then geography_key end)
            as fxiaoke_place,
        max(case when source_object = 'social.profiles' then geography_key end) as social_place,
        max(loyalty_tier_id) as loyalty_tier_id
    from ranked
    where version_rank = 1
    group by
        customer_key,
        changed_date
),

-- Every customer has a first version, also one that no versioned source knows.
known_days as (
    select
        customer_key,
        changed_date,
        shop_place,
        zoho_place,
        fxiaoke_place,
        social_place,
        loyalty_tier_id
    from changes
    union all
    select
        customers.customer_key,
        coalesce(customers.first_seen_date, {{ as_of_date() }}) as changed_date,
        null as shop_place,
        null as zoho_place,
        null as fxiaoke_place,
        null as social_place,
        null as loyalty_tier_id
    from customers
    left join changes
        on
            customers.customer_key = changes.customer_key
            and customers.first_seen_date >= changes.changed_date
    where changes.customer_key is null
),

carried_forward as (
    select
        customer_key,
        changed_date,
        last_value(shop_place ignore nulls) over so_far as shop_place,
        last_value(zoho_place ignore nulls) over so_far as zoho_place,
        last_value(fxiaoke_place ignore nulls) over so_far as fxiaoke_place,
        last_value(social_place ignore nulls) over so_far as social_place,
        last_value(loyalty_tier_id ignore nulls) over so_far as loyalty_tier_id
    from known_days
    window so_far as (
        partition by customer_key
        order by changed_date
        rows between unbounded preceding and current row
    )
),

told as (
    select
        customer_key,
        changed_date,
        coalesce(shop_place, zoho_place, fxiaoke_place, social_place, 'unknown') as geography_key,
        loyalty_tier_id
    from carried_forward
),

places as (
    select distinct
        told.customer_key,
        told.geography_key as told_geography_key,
        geographies.country,
        geographies.region,
        geographies.city,
        customers.gender,
        customers.age_band,
        customers.income_band,
        customers.household_composition,
        customers.kids_count,
        customers.preferred_language,
        customers.is_counted
    from told
    inner join customers
        on told.customer_key = customers.customer_key
    inner join geographies
        on told.geography_key = geographies.geography_key
    where told.geography_key <> 'unknown'
),

-- A place that few customers of the same attributes had at any time is told by its region or
-- country only: who lived there would be found by it.
{{ generalisation(
    'places',
    columns=quasi_identifiers(),
    steps=[['city'], ['region'], ['country']],
    kept=['told_geography_key'],
    apart=['is_counted']
) }}

states as (
    select
        told.customer_key,
        told.changed_date,
        {{ geography_key('generalised.country', 'generalised.region', 'generalised.city') }}
            as geography_key,
        told.loyalty_tier_id
    from told
    left join generalised
        on
            told.customer_key = generalised.customer_key
            and told.geography_key = generalised.told_geography_key
),

compared as (
    select
        *,
        lag(changed_date) over by_day as previous_date,
        lag(geography_key) over by_day as previous_geography_key,
        lag(loyalty_tier_id) over by_day as previous_loyalty_tier_id
    from states
    window by_day as (partition by customer_key order by changed_date)
),

real_changes as (
    select
        customer_key,
        changed_date,
        geography_key,
        loyalty_tier_id
    from compared
    where
        previous_date is null
        or geography_key <> previous_geography_key
        or coalesce(loyalty_tier_id, '') <> coalesce(previous_loyalty_tier_id, '')
),

periods as (
    select
        *,
        lead(changed_date) over by_day as next_date,
        row_number() over by_day as version_number
    from real_changes
    window by_day as (partition by customer_key order by changed_date)
),

final as (
    select
        {{ surrogate_key(['periods.customer_key', 'periods.changed_date']) }}
            as customer_version_key,
        periods.customer_key,
        periods.changed_date as valid_from,
        {{ days_after('periods.next_date', -1) }} as valid_to,
        periods.next_date is null as is_current,
        cast(periods.version_number as integer) as version_number,
        periods.geography_key,
        geographies.city,
        geographies.region,
        geographies.country,
        periods.loyalty_tier_id
    from periods
    left join geographies
        on periods.geography_key = geographies.geography_key
    union all
    select
        'unknown' as customer_version_key,
        'unknown' as customer_key,
        cast('1900-01-01' as date) as valid_from,
        null as valid_to,
        true as is_current,
        1 as version_number,
        'unknown' as geography_key,
        null as city,
        null as region,
        null as country,
        null as loyalty_tier_id
)

select * from final
