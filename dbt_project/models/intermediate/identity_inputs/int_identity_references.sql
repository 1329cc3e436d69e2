-- Records that name a person without being one: they find their customer, they never make or
-- bridge customers, because anybody can type anything into a form.
with
final as (
    select
        'service.tickets' as source,
        ticket_id as source_record_id,
        contact_phone as phone,
        contact_email as email,
        cast(null as {{ dbt.type_string() }}) as unionid,
        shop_customer_id
    from {{ ref('stg_service__tickets') }}
    union all
    select
        'feedback.responses' as source,
        response_id as source_record_id,
        respondent_mobile as phone,
        respondent_email as email,
        null as unionid,
        shop_customer_id
    from {{ ref('stg_feedback__responses') }}
    union all
    select
        'consent.consent_events' as source,
        event_id as source_record_id,
        case when subject_type = 'mobile' then subject_value end as phone,
        case when subject_type = 'email' then subject_value end as email,
        case when subject_type = 'unionid' then subject_value end as unionid,
        case when subject_type = 'customer_id' then subject_value end as shop_customer_id
    from {{ ref('stg_consent__consent_events') }}
)

select * from final
