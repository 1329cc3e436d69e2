"""Behaviour on the web shop, in the app and in the WeChat mini program."""

from demo.files import Fault, write_jsonl
from demo.world import World

ONLINE_SHARE = 0.6
SESSIONS = 5
SESSIONS_OF_CLONES = 1

_FAULTS: list[Fault] = [
    ("not_allowed", {"event_id": "we-broken-1", "event_name": "hover"}),
    ("not_allowed", {"event_id": "we-broken-2", "platform": "smart_tv"}),
    ("wrong_type", {"event_id": "we-broken-3", "occurred_at": "17-1-1"}),
    ("wrong_type", {"event_id": "we-broken-4", "product_id": "banana"}),
    ("missing_value", {"event_id": None}),
    ("missing_value", {"event_id": "we-broken-5", "device_id": None}),
    ("invalid_json", {"event_id": "we-broken-6"}),
]


def write_web(world: World) -> None:
    """Write the file of the source web."""
    _sessions(world)
    world.run("""
        create table popular as
        select product_id, row_number() over (order by count(*) desc, product_id) - 1 as position
        from order_lines group by product_id order by 2 limit 3000""")
    write_jsonl(world, "web/events.jsonl.gz", _events(), "web.events", _FAULTS)
    world.figures["web_session_count"] = world.value("select count(*) from sessions")
    world.figures["anonymous_web_session_count"] = world.value(
        "select count(*) from sessions where person_id is null"
    )


def _sessions(world: World) -> None:
    # One session in ten belongs to a device of somebody who never logs in.
    world.run(f"""
        create table sessions as
        with visitors as (
            select person_id, known_since, country, is_zh, kind,
                if(household_id > 10000, {SESSIONS_OF_CLONES}, {SESSIONS}) as usual
            from accounts where kind in ('buyer', 'prospect')
                and u('online', person_id) < if(kind = 'buyer', {ONLINE_SHARE}, 0.8)
        ),
        visits as (
            select person_id, person_id || '/' || k as id, is_zh,
                if(u('second device', person_id || '/' || k) < 0.3, 2, 1) as device,
                moment('visit', person_id || '/' || k, greatest(known_since::date + 1,
                    date '2017-01-01'), '2017-12-31') as started_at
            from visitors, range(0, greatest(1, floor(usual * (0.3 + 1.4
                * u('visits', person_id)))::bigint)) as t(k)
            union all
            select null, 'anonymous/' || person_id || '/' || k, is_zh, 1,
                moment('anonymous', person_id || '/' || k, '2017-01-01', '2017-12-31')
            from visitors, range(0, 4) as t(k) where u('stranger', person_id) < 0.12
        )
        select *, substr(md5('device/' || coalesce(person_id::varchar, split_part(id, '/', 2)
                || 'x') || '/' || device), 1, 20) as device_id,
            case when u('platform', device_id) < 0.5 then 'web'
                when u('platform', device_id) < 0.8 or not is_zh then 'app'
                else 'wechat_mini_program' end as platform,
            if(person_id is not null and u('login', id) < 0.65,
                floor(u('login after', id) * 4)::bigint, 99) as login_at,
            4 + floor(u('events', id) * 9)::bigint as events,
            pick([null, null, null, 'google', 'wechat', 'newsletter', 'weibo'], u('utm', id))
                as utm_source
        from visits""")


def _events() -> str:
    return """
        with steps as (
            select sessions.*, k, id || '/' || k as step, u('step', id || '/' || k) as s,
                started_at + to_seconds(k * 45 + floor(u('pause', id || '/' || k) * 44)::bigint)
                    as happened_at
            from sessions, range(0, events) as t(k)
        ),
        named as (
            select *, case when k = 0 and platform = 'app' then 'app_open'
                when k = 0 then 'page_view' when k = events - 1 and s < 0.18 then 'checkout'
                when s < 0.48 then 'page_view' when s < 0.62 then 'click'
                when s < 0.76 then 'search'
                when s < 0.95 then 'add_to_cart' else 'remove_from_cart' end as event_name,
                if(k = 0 or event_name in ('search', 'checkout'), null,
                    floor(pow(u('product', step), 2) * 3000)::bigint) as position
            from steps
        ),
        rows as (
            select 'we-' || substr(md5(step), 1, 20) as event_id, event_name, device_id,
                if(k >= login_at, person_id::varchar, null) as user_id, platform,
                case when product_id is not null then '/product/' || product_id
                    when event_name = 'search' then '/search'
                    when event_name = 'checkout' then '/checkout' else '/' end as page_path,
                if(k = 0, case utm_source when 'google' then 'https://search.example.com/'
                    when 'weibo' then 'https://weibo.example.com/' end, '/') as referrer,
                utm_source, if(utm_source = 'newsletter', 'campaign-' || (1 + floor(
                    u('utm campaign', id) * 27)::bigint), null) as utm_campaign,
                if(event_name = 'search', pick(getvariable('search_terms'), u('term', step)), null)
                    as search_term,
                product_id, happened_at,
                within_world(happened_at + if(platform <> 'web' and u('offline', step) < 0.02,
                    to_hours(8 + floor(u('delay', step) * 88)::bigint),
                    to_seconds(floor(u('delay', step) * 4)::bigint))) as received_at
            from named left join popular using (position)
        )
        select event_id, event_name, device_id, user_id, platform, page_path, referrer,
            utm_source, utm_campaign, search_term, product_id,
            plain(happened_at) as occurred_at, plain(received_at) as received_at
        from (select * from rows
            union all select * from rows where u('web twice', event_id) < 0.004)
        order by received_at, event_id"""
