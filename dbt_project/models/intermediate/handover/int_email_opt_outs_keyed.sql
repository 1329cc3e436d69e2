with

zoho_contacts as (
    select * from {{ ref('stg_crm_zoho__contacts') }}
),

ranked as (
    select
        contact_id,
        is_email_opt_out,
        modified_at,
        row_number() over (partition by contact_id order by modified_at desc) as version_rank
    from zoho_contacts
),

contact_customers as (
    select
        source_record_id as contact_id,
        customer_key
    from {{ source('identity', 'customers_map') }}
    where source = 'crm_zoho.contacts' and is_current
),

final as (
    select
        contact_customers.customer_key,
        {{ keyed_hash("'crm_zoho.contacts:' || ranked.contact_id") }} as subject_key,
        ranked.modified_at as opted_out_at
    from ranked
    inner join contact_customers
        on ranked.contact_id = contact_customers.contact_id
    where ranked.version_rank = 1 and ranked.is_email_opt_out
)

select * from final
