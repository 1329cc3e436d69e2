{#- A table: the steps are computed once; DuckDB refuses a view that reads the schema `vault`. -#}
{{ config(materialized='table') }}

{%- set attributes = quasi_identifiers() %}

-- What may cross of a customer. Combinations of attributes that fewer than `anonymity_minimum`
-- customers share lose the city, then the region, the income, the country and the language, the
-- children, the household, the sex and at last the age: what reports use least goes first.
-- Where all who share the others are of one income band, it stays untold as well.
-- Test accounts and deleted customers count for themselves: reports leave them out.
with

attributes as (
    select
        *,
        not is_test_account and not is_deleted as is_counted
    from {{ ref('int_customer_attributes') }}
),

{{ generalisation(
    'attributes',
    columns=attributes,
    steps=[
        ['city'],
        ['region'],
        ['income_band'],
        ['country', 'preferred_language'],
        ['kids_count'],
        ['household_composition'],
        ['gender'],
        ['age_band'],
    ],
    apart=['is_counted'],
    sensitive=['income_band']
) }}

final as (
    select
        attributes.customer_key,
        attributes.first_seen_date,
        attributes.acquisition_source,
        generalised.age_band,
        generalised.income_band,
        generalised.household_composition,
        generalised.kids_count,
        generalised.gender,
        {{ geography_key('generalised.country', 'generalised.region', 'generalised.city') }}
            as geography_key,
        generalised.preferred_language,
        attributes.loyalty_tier_id,
        attributes.loyalty_member_key,
        attributes.loyalty_joined_date,
        attributes.source_count,
        attributes.record_count,
        attributes.is_test_account,
        attributes.is_deleted
    from attributes
    inner join generalised
        on attributes.customer_key = generalised.customer_key
)

select * from final
