-- Whom a campaign was aimed at and what they did while it ran. Treated and held out are measured by
-- the same days, so that they can be compared; a customer who is both, such as two accounts of one
-- person in different groups or somebody held out and reached, is `mixed` and belongs to neither.
-- A list of those aimed at may hold the account that is held out: listed twice, it is held out.
with

customers as (
    select customer_key
    from {{ ref('dim_customers') }}
    where is_counted
),

campaigns as (
    select
        campaign_id,
        starts_on,
        ends_on
    from {{ ref('dim_campaigns') }}
    where not is_unknown
),

rules as (
    select * from {{ ref('campaign_rules') }}
),

touch_kinds as (
    select * from {{ ref('campaign_touch_kinds') }}
),

orders as (
    select
        order_id,
        customer_key,
        ordered_date,
        kept_net_amount,
        kept_margin_amount
    from {{ ref('fct_orders') }}
    where is_valid_order
),

happened as (
    select
        campaign_id,
        customer_key,
        shop_customer_key,
        touch_kind
    from {{ ref('fct_campaign_touches') }}
    union all
    select
        campaign_id,
        customer_key,
        shop_customer_key,
        'coupon_redemption' as touch_kind
    from {{ ref('fct_coupon_redemptions') }}
),

accounts as (
    select
        happened.campaign_id,
        happened.customer_key,
        happened.shop_customer_key,
        max(case when happened.touch_kind = 'control' then 1 else 0 end) as held_out,
        max(case when happened.touch_kind = 'targeted' then 1 else 0 end) as targeted,
        max(case when touch_kinds.is_reached then 1 else 0 end) as reached,
        max(case when happened.touch_kind = 'open' then 1 else 0 end) as opened,
        max(case when happened.touch_kind = 'click' then 1 else 0 end) as clicked,
        max(case when happened.touch_kind = 'response' then 1 else 0 end) as responded,
        max(case when touch_kinds.is_participation then 1 else 0 end) as took_part,
        count(case when happened.touch_kind = 'coupon_redemption' then 1 end) as redemption_count
    from happened
    left join touch_kinds
        on happened.touch_kind = touch_kinds.touch_kind
    group by
        happened.campaign_id,
        happened.customer_key,
        happened.shop_customer_key
),

members as (
    select
        campaigns.campaign_id,
        campaigns.starts_on,
        campaigns.ends_on,
        customers.customer_key,
        max(accounts.held_out) = 1 as is_held_out,
        max(accounts.targeted) = 1 as is_targeted,
        max(case when accounts.held_out = 0 then accounts.targeted else 0 end) = 1
            as is_account_targeted_only,
        max(accounts.reached) = 1 as is_reached,
        max(accounts.opened) = 1 as is_opened,
        max(accounts.clicked) = 1 as is_clicked,
        max(accounts.responded) = 1 as is_responded,
        max(accounts.took_part) = 1 as is_participant,
        cast(sum(accounts.redemption_count) as bigint) as coupon_redemption_count
    from accounts
    inner join campaigns
        on accounts.campaign_id = campaigns.campaign_id
    inner join customers
        on accounts.customer_key = customers.customer_key
    group by
        campaigns.campaign_id,
        campaigns.starts_on,
        campaigns.ends_on,
        customers.customer_key
),

bought as (
    select
        members.campaign_id,
        members.customer_key,
        count(*) as campaign_order_count,
        sum(orders.kept_net_amount) as campaign_net_amount,
        sum(orders.kept_margin_amount) as campaign_margin_amount,
        min(orders.ordered_date) as first_campaign_order_date
    from members
    cross join rules
    inner join orders
        on
            members.customer_key = orders.customer_key
            and members.starts_on <= orders.ordered_date
    where
        members.ends_on is null
        or orders.ordered_date
        <= {{ days_after('members.ends_on', 'rules.conversion_days_after_end') }}
    group by
        members.campaign_id,
        members.customer_key
),

final as (
    select
        members.campaign_id,
        members.customer_key,
        {{ as_of_date() }} as as_of_date,
        case
            when
                members.is_held_out
                and (members.is_reached or members.is_account_targeted_only)
                then 'mixed'
            when members.is_held_out then 'control'
            when members.is_targeted or members.is_reached then 'treated'
            else 'outside'
        end as campaign_group,
        members.is_reached,
        members.is_opened,
        members.is_clicked,
        members.is_responded,
        members.is_participant,
        members.coupon_redemption_count,
        coalesce(bought.campaign_order_count, 0) > 0 as is_converted,
        coalesce(bought.campaign_order_count, 0) as campaign_order_count,
        cast(coalesce(bought.campaign_net_amount, 0) as decimal(18, 2)) as campaign_net_amount,
        cast(coalesce(bought.campaign_margin_amount, 0) as decimal(18, 2))
            as campaign_margin_amount,
        bought.first_campaign_order_date
    from members
    left join bought
        on
            members.campaign_id = bought.campaign_id
            and members.customer_key = bought.customer_key
)

select * from final
