with
source as (
    {{ latest_rows(
        source('crm_fxiaoke', 'contacts'),
        key=['record_id', 'last_modified_time'],
        order_by=['last_modified_time'],
        where=up_to_as_of('last_modified_time')
    ) }}
),

final as (
    select
        record_id as contact_id,
        {{ clean_text('account_id') }} as account_id,
        {{ json_first('owner') }} as owner_id,
        {{ clean_text('shop_customer_id') }} as shop_customer_id,
        {{ clean_text('wechat_unionid') }} as unionid,
        {{ clean_text('name') }} as full_name,
        {{ clean_text('email') }} as email,
        {{ clean_text('mobile') }} as mobile,
        {{ clean_text('tel') }} as phone,
        {{ to_date_in('date_of_birth', 'Asia/Shanghai') }} as birth_date,
        {{ clean_text('address_city') }} as city,
        coalesce(is_deleted, false) or coalesce(life_status = 'invalid', false) as is_deleted,
        create_time as created_at,
        last_modified_time as modified_at,
        _loaded_at as landed_at
    from source
)

select * from final
