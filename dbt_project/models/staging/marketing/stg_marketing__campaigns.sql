with
source as (
    {{ latest_rows(
        source('marketing', 'campaigns'),
        key=['campaign_id'],
        where=up_to_as_of_date('start_date')
    ) }}
),

final as (
    select
        {{ to_id('campaign_id') }} as campaign_id,
        {{ clean_text('campaign_type') }} as campaign_type,
        start_date as starts_on,
        end_date as ends_on
    from source
)

select * from final
