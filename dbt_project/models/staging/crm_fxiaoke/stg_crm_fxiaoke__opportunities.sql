with
source as (
    {{ kept_versions(
        source('crm_fxiaoke', 'opportunities'),
        key=['record_id'],
        version='last_modified_time',
        created='create_time'
    ) }}
),

final as (
    select
        record_id as opportunity_id,
        {{ clean_text('account_id') }} as account_id,
        {{ clean_text('contact_id') }} as contact_id,
        {{ json_first('owner') }} as owner_id,
        {{ clean_text('name') }} as opportunity_name,
        case when is_version_known then {{ clean_text('sales_stage') }} end as stage,
        case when is_version_known then cast(probability as integer) end as probability_percent,
        amount as opportunity_amount,
        mc_currency as currency_code,
        case when is_version_known then {{ to_business_date('close_date') }} end as closing_date,
        case when is_version_known then stage_changed_time end as stage_changed_at,
        is_version_known
        and (coalesce(is_deleted, false) or coalesce(life_status = 'invalid', false)) as is_deleted,
        is_version_known,
        create_time as created_at,
        case when is_version_known then last_modified_time end as modified_at,
        version_at,
        _loaded_at as landed_at
    from source
)

select * from final
