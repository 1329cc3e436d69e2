{#- A table: looking for all the names in every text once is dear enough. -#}
{{ config(materialized='table') }}

with

opportunities as (
    select * from {{ ref('int_opportunity_versions') }}
    where is_current
),

redacted_opportunities as (
    {{ with_redacted_texts('opportunities', ['opportunity_name']) }}
),

people as (
    select * from {{ ref('int_crm_people') }}
    where object = 'contacts'
),

staff_names as (
    select * from {{ ref('int_crm_staff_names') }}
),

final as (
    select
        opportunities.opportunity_key,
        opportunities.source_system,
        case
            when opportunities.account_id is not null
                then {{ surrogate_key([
                    'opportunities.source_system', 'opportunities.account_id'
                ]) }}
            else people.account_key
        end as account_key,
        coalesce(people.customer_key, 'unknown') as customer_key,
        case
            when opportunities.owner_id is not null
                then {{ staff_key('opportunities.source_system', 'opportunities.owner_id') }}
        end as staff_key,
        {{ redact_names(
            redact_introductions('opportunities.redacted_opportunity_name'),
            "concat_ws(chr(10), people.full_names, staff_names.full_name)"
        ) }} as opportunity_text,
        opportunities.stage,
        opportunities.probability_percent,
        opportunities.original_amount,
        opportunities.currency_code,
        opportunities.closing_date,
        opportunities.created_at,
        opportunities.modified_at
    from redacted_opportunities as opportunities
    left join people
        on
            opportunities.source_system = people.source_system
            and opportunities.contact_id = people.record_id
    left join staff_names
        on
            opportunities.source_system = staff_names.source_system
            and opportunities.owner_id = staff_names.user_id
)

select * from final
