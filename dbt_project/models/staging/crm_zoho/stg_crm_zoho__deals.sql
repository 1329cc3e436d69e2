with
source as (
    {{ known_versions(
        source('crm_zoho', 'deals'),
        key=['id'],
        version='modified_time',
        created='created_time'
    ) }}
),

final as (
    select
        id as deal_id,
        {{ clean_text('account_name_id') }} as account_id,
        {{ clean_text('contact_name_id') }} as contact_id,
        {{ clean_text('owner_id') }} as owner_id,
        {{ clean_text('deal_name') }} as deal_name,
        case when is_version_known then {{ clean_text('stage') }} end as stage,
        case when is_version_known then probability end as probability_percent,
        amount as deal_amount,
        currency as currency_code,
        case when is_version_known then closing_date end as closing_date,
        created_time as created_at,
        case when is_version_known then modified_time end as modified_at,
        _loaded_at as landed_at
    from source
)

select * from final
