"""Marketing: what each campaign was and cost, and what the targeted households did with it."""

from demo.files import Fault, write_csv, write_jsonl
from demo.world import LAST_DATE, World

CONTROL_SHARE = 0.10
YUAN_A_DOLLAR = 6.75

_DETAIL_FAULTS: list[Fault] = [
    ("below_minimum", {"campaign_id": "901", "cost_amount": "-100.00"}),
    ("not_allowed", {"campaign_id": "902", "channel": "fax"}),
]
_EVENT_FAULTS: list[Fault] = [
    ("not_allowed", {"event_id": "ce-broken-1", "kind": "opened"}),
    ("wrong_type", {"event_id": "ce-broken-2", "campaign_id": "eight"}),
    ("wrong_type", {"event_id": "ce-broken-3", "occurred_at": "2017-02-30 12:00:00"}),
    ("missing_value", {"event_id": "ce-broken-4", "household_id": None}),
    ("invalid_json", {"event_id": "ce-broken-5"}),
]


def write_marketing(world: World) -> None:
    """Write the generated files of the source marketing."""
    _details(world)
    _events(world)
    write_csv(
        world,
        "marketing/campaign_details.csv",
        """
        select campaign_id, campaign_name, channel, content, cost_amount, currency
        from campaign_details order by campaign_id""",
        "marketing.campaign_details",
        _DETAIL_FAULTS,
    )
    write_jsonl(
        world,
        "marketing/campaign_events.jsonl.gz",
        """
        select event_id, campaign_id, household_id, kind, channel,
            plain(occurred_at) as occurred_at
        from (select * from campaign_events union all
            select * from campaign_events where u('event twice', event_id) < 0.003)
        order by occurred_at, event_id""",
        "marketing.campaign_events",
        _EVENT_FAULTS,
    )


def _details(world: World) -> None:
    # The agency for WeChat writes its bills in yuan.
    world.run(f"""
        create table campaign_details as
        with sized as (
            select campaign_id, any_value(campaign_type) as campaign_type,
                any_value(start_date) as start_date, any_value(end_date) as end_date,
                count(household_id) as targets
            from campaigns left join campaign_targets using (campaign_id) group by campaign_id
        ),
        channelled as (
            select *, case when campaign_type = 'Type A' then pick(['email', 'wechat'],
                    u('campaign channel', campaign_id))
                else pick(['email', 'email', 'sms', 'wechat', 'direct_mail'],
                    u('campaign channel', campaign_id)) end as channel
            from sized
        )
        select *, pick(['Fresh Start', 'Spring Table 春季', 'Family Deals 家庭优惠', 'Harvest',
                'Summer Grill', 'Festive Pantry 节日', 'Points Boost 积分翻倍', 'Back to School'],
                u('campaign name', campaign_id)) || ' ' || strftime(start_date, '%Y-%m')
                || ' #' || campaign_id as campaign_name,
            pick(['Coupons for the brands you buy.', '专属优惠券，限时领取。',
                'Your personal offers for the coming weeks.', '精选商品满减活动。'],
                u('campaign text', campaign_id)) as content,
            round(if(channel = 'wechat', {YUAN_A_DOLLAR}, 1) * (500 + targets * case channel
                when 'direct_mail' then 1.10 when 'sms' then 0.08 when 'wechat' then 0.05
                else 0.02 end + 1800 * u('creative', campaign_id)), 2)::decimal(18, 2)
                as cost_amount,
            if(channel = 'wechat', 'CNY', 'USD') as currency
        from channelled""")


def _events(world: World) -> None:
    # The hold-out is drawn over all targets, whatever they bought later: an honest uplift is zero.
    limit = f"where household_id <= {world.sample}" if world.sample else ""
    world.run(f"""
        create table sends as
        with targets as (
            select campaign_id, household_id, channel, campaign_id || '-' || household_id as id,
                greatest(start_date::date, date '2017-01-02') as first_day,
                least(end_date::date, date '{LAST_DATE}') as last_day
            from campaign_targets join campaign_details using (campaign_id) {limit}
        ),
        redeemers as (select distinct campaign_id, household_id from coupon_redemptions)
        select targets.*, u('control', id) < {CONTROL_SHARE} as is_control,
            redeemers.household_id is not null as is_redeemer,
            moment('send', id, first_day, least(first_day + 1, last_day)) as sent_at,
            channel <> 'direct_mail' and u('open', id) < if(is_redeemer, 0.85, 0.42) as opens,
            opens and u('click', id) < if(is_redeemer, 0.6, 0.22) as clicks,
            if(channel = 'direct_mail', u('response', id) < if(is_redeemer, 0.7, 0.04),
                clicks and u('response', id) < if(is_redeemer, 0.8, 0.25)) as responds
        from targets left join redeemers using (campaign_id, household_id)""")
    world.run("""
        create table campaign_events as
        with kinds as (
            select *, 'control' as kind, 0 as minutes from sends where is_control
            union all
            select *, 'send', 0 from sends where not is_control
            union all
            select *, 'open', 2 + floor(pow(u('open after', id), 3) * 2000)::bigint
            from sends where not is_control and opens
            union all
            select *, 'click', 2003 + floor(u('click after', id) * 30)::bigint
            from sends where not is_control and clicks
            union all
            select *, 'response', 2040 + floor(u('response after', id) * 4000)::bigint
            from sends where not is_control and responds
        )
        select 'ce-' || id || '-' || kind as event_id, campaign_id, household_id, kind, channel,
            within_world(sent_at + to_minutes(minutes)) as occurred_at
        from kinds""")
    for kind in ("control", "send", "open", "click", "response"):
        world.figures[f"campaign_{kind}_count"] = world.value(
            f"select count(*) from campaign_events where kind = '{kind}'"
        )
