-- The states of bridge_customer_consents side by side, a column for each question that a team asks.
with

customers as (
    select
        customer_key,
        is_marketing_consented
    from {{ ref('dim_customers') }}
    where is_counted
),

consents as (
    select
        customer_key,
        purpose,
        channel_id
    from {{ ref('bridge_customer_consents') }}
    where is_granted
),

granted as (
    select
        customer_key,
        count(case when purpose = 'marketing' and channel_id = 'email' then 1 end) as email_grants,
        count(case when purpose = 'marketing' and channel_id = 'sms' then 1 end) as sms_grants,
        count(case when purpose = 'marketing' and channel_id = 'wechat' then 1 end)
            as wechat_grants,
        count(case when purpose = 'marketing' and channel_id = 'phone' then 1 end) as phone_grants,
        count(case when purpose = 'profiling' then 1 end) as profiling_grants
    from consents
    group by customer_key
),

final as (
    select
        customers.customer_key,
        {{ as_of_date() }} as as_of_date,
        customers.is_marketing_consented,
        coalesce(granted.email_grants, 0) > 0 as is_email_marketing_consented,
        coalesce(granted.sms_grants, 0) > 0 as is_sms_marketing_consented,
        coalesce(granted.wechat_grants, 0) > 0 as is_wechat_marketing_consented,
        coalesce(granted.phone_grants, 0) > 0 as is_phone_marketing_consented,
        coalesce(granted.profiling_grants, 0) > 0 as is_profiling_consented
    from customers
    left join granted on customers.customer_key = granted.customer_key
)

select * from final
