with
source as (
    {{ latest_rows(
        source('crm_zoho', 'deals'),
        key=['id'],
        order_by=['modified_time'],
        where=up_to_as_of('modified_time')
    ) }}
),

final as (
    select
        id as deal_id,
        {{ clean_text('account_name_id') }} as account_id,
        {{ clean_text('contact_name_id') }} as contact_id,
        {{ clean_text('owner_id') }} as owner_id,
        {{ clean_text('deal_name') }} as deal_name,
        {{ clean_text('stage') }} as stage,
        probability as probability_percent,
        amount as deal_amount,
        currency as currency_code,
        closing_date,
        created_time as created_at,
        modified_time as modified_at
    from source
)

select * from final
