with

customer_channels as (
    select * from {{ ref('int_customer_channels_keyed') }}
),

customers as (
    select customer_key
    from {{ ref('dim_customers') }}
    where not is_unknown
),

channels as (
    select channel_id
    from {{ ref('dim_channels') }}
),

final as (
    select
        customer_channels.customer_key,
        customer_channels.channel_id
    from customer_channels
    inner join customers on customer_channels.customer_key = customers.customer_key
    inner join channels on customer_channels.channel_id = channels.channel_id
)

select * from final
