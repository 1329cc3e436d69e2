-- Deleted CRM records and test accounts stay, so that facts which name them resolve to somebody,
-- but they may not join other records together. A nickname is no name: it would veto good links.
with
crm_zoho_contacts as (
    {{ current_versions(ref('stg_crm_zoho__contacts'), ['contact_id'], 'modified_at') }}
),

crm_fxiaoke_contacts as (
    {{ current_versions(ref('stg_crm_fxiaoke__contacts'), ['contact_id'], 'modified_at') }}
),

loyalty_members as (
    {{ current_versions(ref('stg_loyalty__members'), ['member_id'], 'updated_at') }}
),

deleted_records as (
    select * from {{ ref('int_identity_deleted_records') }}
),

people as (
    select
        'orders.customers' as source,
        shop_customer_id as source_record_id,
        full_name as record_name,
        mobile,
        cast(null as {{ dbt.type_string() }}) as phone,
        email,
        cast(null as {{ dbt.type_string() }}) as unionid,
        cast(null as {{ dbt.type_string() }}) as weibo_uid,
        shop_customer_id,
        first_seen_at,
        is_test,
        not is_test as is_linkable
    from {{ ref('int_identity_shop_customers') }}
    union all
    select
        'crm_zoho.contacts' as source,
        contact_id as source_record_id,
        full_name as record_name,
        mobile,
        phone,
        email,
        unionid,
        null as weibo_uid,
        shop_customer_id,
        created_at as first_seen_at,
        false as is_test,
        true as is_linkable
    from crm_zoho_contacts
    union all
    select
        'crm_fxiaoke.contacts' as source,
        contact_id as source_record_id,
        full_name as record_name,
        mobile,
        phone,
        email,
        unionid,
        null as weibo_uid,
        shop_customer_id,
        created_at as first_seen_at,
        false as is_test,
        true as is_linkable
    from crm_fxiaoke_contacts
    union all
    select
        'crm_zoho.leads' as source,
        lead_id as source_record_id,
        full_name as record_name,
        mobile,
        null as phone,
        email,
        null as unionid,
        null as weibo_uid,
        null as shop_customer_id,
        created_at as first_seen_at,
        false as is_test,
        true as is_linkable
    from {{ ref('stg_crm_zoho__leads') }}
    union all
    select
        'crm_fxiaoke.leads' as source,
        lead_id as source_record_id,
        full_name as record_name,
        mobile,
        null as phone,
        email,
        null as unionid,
        null as weibo_uid,
        null as shop_customer_id,
        created_at as first_seen_at,
        false as is_test,
        true as is_linkable
    from {{ ref('stg_crm_fxiaoke__leads') }}
    union all
    select
        'social.profiles' as source,
        platform || ':' || profile_id as source_record_id,
        null as record_name,
        mobile,
        null as phone,
        null as email,
        unionid,
        case when platform = 'weibo' then profile_id end as weibo_uid,
        null as shop_customer_id,
        coalesce(followed_at, updated_at) as first_seen_at,
        false as is_test,
        true as is_linkable
    from {{ ref('stg_social__profiles') }}
    union all
    select
        'loyalty.members' as source,
        member_id as source_record_id,
        null as record_name,
        mobile,
        null as phone,
        email,
        null as unionid,
        null as weibo_uid,
        shop_customer_id,
        joined_at as first_seen_at,
        false as is_test,
        true as is_linkable
    from loyalty_members
),

final as (
    select
        people.source,
        people.source_record_id,
        people.record_name,
        people.mobile,
        people.phone,
        people.email,
        people.unionid,
        people.weibo_uid,
        people.shop_customer_id,
        people.first_seen_at,
        people.is_test,
        people.is_linkable and deleted_records.source_record_id is null as is_linkable
    from people
    left join deleted_records
        on
            people.source = deleted_records.source
            and people.source_record_id = deleted_records.source_record_id
)

select * from final
