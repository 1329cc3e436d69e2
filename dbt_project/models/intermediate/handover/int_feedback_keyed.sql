{#- A table: looking for all the names in every text once is dear enough. -#}
{{ config(materialized='table') }}

with

responses as (
    select * from {{ ref('stg_feedback__responses') }}
),

redacted_responses as (
    {{ with_redacted_texts('responses', ['comment_text']) }}
),

response_customers as (
    select
        source_record_id as response_id,
        customer_key
    from {{ source('identity', 'references_map') }}
    where source = 'feedback.responses'
),

customer_names as (
    select
        customer_key,
        full_names
    from {{ ref('int_customer_names') }}
),

final as (
    select
        responses.response_id,
        coalesce(response_customers.customer_key, 'unknown') as customer_key,
        responses.feedback_kind,
        responses.score,
        {{ redact_names(
            redact_introductions('responses.redacted_comment_text'), 'customer_names.full_names'
        ) }} as comment_text,
        responses.product_id,
        responses.channel_id,
        case
            when responses.staff_id is not null
                then {{ staff_key("'crm_zoho'", 'responses.staff_id') }}
        end as staff_key,
        responses.responded_at,
        {{ to_business_date('responses.responded_at') }} as responded_date
    from redacted_responses as responses
    left join response_customers
        on responses.response_id = response_customers.response_id
    left join customer_names
        on response_customers.customer_key = customer_names.customer_key
)

select * from final
