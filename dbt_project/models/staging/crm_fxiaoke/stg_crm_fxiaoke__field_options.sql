with
source as (
    {{ latest_rows(source('crm_fxiaoke', 'field_options'), key=['object', 'field', 'value']) }}
),

final as (
    select
        object,
        field,
        value as option_code,
        {{ clean_text('label') }} as option_label,
        {{ clean_text('field_label') }} as field_label
    from source
)

select * from final
