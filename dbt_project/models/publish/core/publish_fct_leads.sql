-- written by `make publish-models` from core/fct_leads.yml
{{ config(
    alias='fct_leads',
    meta={'order_by': ['lead_key']}
) }}

select
    lead_key,
    customer_key,
    staff_key,
    source_system,
    lead_source,
    lead_status,
    lead_stage,
    is_lead_deleted,
    lead_created_at,
    lead_created_date,
    is_lead_converted,
    lead_converted_at,
    lead_converted_date,
    lead_responded_at,
    lead_responded_date,
    lead_response_minutes,
    lead_response_business_minutes,
    is_lead_response_in_time
from {{ ref('fct_leads') }}
