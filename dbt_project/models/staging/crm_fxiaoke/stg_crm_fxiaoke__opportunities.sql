with
source as (
    {{ latest_rows(
        source('crm_fxiaoke', 'opportunities'),
        key=['record_id'],
        order_by=['last_modified_time'],
        where=up_to_as_of('last_modified_time')
    ) }}
),

final as (
    select
        record_id as opportunity_id,
        {{ clean_text('account_id') }} as account_id,
        {{ clean_text('contact_id') }} as contact_id,
        {{ json_first('owner') }} as owner_id,
        {{ clean_text('name') }} as opportunity_name,
        {{ clean_text('sales_stage') }} as stage,
        probability as probability_percent,
        amount as opportunity_amount,
        mc_currency as currency_code,
        {{ to_business_date('close_date') }} as closing_date,
        create_time as created_at,
        last_modified_time as modified_at
    from source
)

select * from final
