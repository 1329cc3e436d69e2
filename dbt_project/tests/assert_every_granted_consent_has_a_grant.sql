-- A customer who counts as consented gave that consent, for that channel or for any.
with

granted as (
    select
        customer_key,
        purpose,
        channel_id
    from {{ ref('bridge_customer_consents') }}
    where is_granted
),

grants as (
    select distinct
        customer_key,
        purpose,
        channel_id
    from {{ ref('fct_consents') }}
    where consent_state = 'granted'
)

select granted.customer_key
from granted
left join grants
    on
        granted.customer_key = grants.customer_key
        and granted.purpose = grants.purpose
        and grants.channel_id in (granted.channel_id, 'any')
where grants.customer_key is null
