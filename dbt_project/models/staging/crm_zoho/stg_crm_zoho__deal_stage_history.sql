with
source as (
    {{ latest_rows(
        source('crm_zoho', 'deal_stage_history'),
        key=['id'],
        where=up_to_as_of('modified_time')
    ) }}
),

final as (
    select
        id as stage_entry_id,
        deal_id,
        {{ clean_text('stage') }} as stage,
        probability as probability_percent,
        amount as deal_amount,
        modified_time as reached_at
    from source
)

select * from final
