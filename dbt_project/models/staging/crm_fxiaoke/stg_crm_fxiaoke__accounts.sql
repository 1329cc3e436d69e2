with
source as (
    {{ kept_versions(
        source('crm_fxiaoke', 'accounts'),
        key=['record_id'],
        version='modified_time',
        created='created_time'
    ) }}
),

industries as (
    {{ option_labels('AccountObj', 'industry') }}
),

company_sizes as (
    {{ option_labels('AccountObj', 'field_size__c') }}
),

final as (
    select
        source.record_id as account_id,
        {{ json_first('source.owner') }} as owner_id,
        {{ clean_text('source.account_name') }} as account_name,
        coalesce(industries.option_label, {{ clean_text('source.industry') }}) as industry,
        coalesce(company_sizes.option_label, {{ clean_text('source.company_size') }})
            as company_size,
        {{ clean_text('source.city') }} as city,
        source.is_version_known
        and (
            coalesce(source.is_deleted, false) or coalesce(source.life_status = 'invalid', false)
        ) as is_deleted,
        source.created_time as created_at,
        source.version_at,
        case when source.is_version_known then source.modified_time end as modified_at,
        source._loaded_at as landed_at
    from source
    left join industries
        on source.industry = industries.option_code
    left join company_sizes
        on source.company_size = company_sizes.option_code
)

select * from final
