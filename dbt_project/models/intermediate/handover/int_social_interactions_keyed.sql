{#- A table: looking for all the names in every text once is dear enough. -#}
{{ config(materialized='table') }}

-- openid and uid stay behind; the text crosses redacted, without the author's nickname and without
-- @handles, which name other people.
with

interactions as (
    select * from {{ ref('stg_social__interactions') }}
),

redacted_interactions as (
    {{ with_redacted_texts('interactions', ['body_text']) }}
),

profiles as (
    select
        platform,
        profile_id,
        nickname
    from {{ ref('stg_social__profiles') }}
),

profile_customers as (
    select
        source_record_id,
        customer_key
    from {{ source('identity', 'customers_map') }}
    where source = 'social.profiles' and is_current
),

customer_names as (
    select
        customer_key,
        full_names
    from {{ ref('int_customer_names') }}
),

without_handles as (
    select
        interactions.interaction_id,
        interactions.channel_id,
        interactions.profile_id,
        interactions.interaction_kind,
        interactions.occurred_at,
        profiles.nickname,
        {{ redact_introductions(redact_handles('interactions.redacted_body_text')) }} as body_text
    from redacted_interactions as interactions
    left join profiles
        on
            interactions.channel_id = profiles.platform
            and interactions.profile_id = profiles.profile_id
),

final as (
    select
        without_handles.interaction_id,
        coalesce(profile_customers.customer_key, 'unknown') as customer_key,
        without_handles.channel_id,
        without_handles.interaction_kind,
        {{ redact_names(
            "case when length(without_handles.nickname) >= 2 "
            "then replace(without_handles.body_text, without_handles.nickname, '[name]') "
            "else without_handles.body_text end",
            'customer_names.full_names',
        ) }} as body_text,
        without_handles.occurred_at,
        {{ to_business_date('without_handles.occurred_at') }} as occurred_date
    from without_handles
    left join profile_customers
        on
            without_handles.channel_id || ':' || without_handles.profile_id
            = profile_customers.source_record_id
    left join customer_names
        on profile_customers.customer_key = customer_names.customer_key
)

select * from final
