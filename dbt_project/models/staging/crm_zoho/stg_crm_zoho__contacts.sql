with
source as (
    {{ latest_rows(
        source('crm_zoho', 'contacts'),
        key=['id', 'modified_time'],
        order_by=['modified_time'],
        where=up_to_as_of('modified_time')
    ) }}
),

final as (
    select
        id as contact_id,
        {{ clean_text('account_name_id') }} as account_id,
        {{ clean_text('owner_id') }} as owner_id,
        {{ clean_text('shop_customer_id') }} as shop_customer_id,
        {{ clean_text('wechat_unionid') }} as unionid,
        {{ clean_text('full_name') }} as full_name,
        {{ clean_text('email') }} as email,
        {{ clean_text('mobile') }} as mobile,
        {{ clean_text('phone') }} as phone,
        date_of_birth as birth_date,
        {{ clean_text('mailing_city') }} as city,
        {{ clean_text('mailing_state') }} as region,
        {{ clean_text('mailing_country') }} as country,
        {{ clean_text('mailing_street') }} as street,
        coalesce(email_opt_out, false) as is_email_opt_out,
        created_time as created_at,
        modified_time as modified_at,
        _loaded_at as landed_at
    from source
)

select * from final
