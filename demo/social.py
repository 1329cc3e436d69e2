"""Followers on WeChat and Weibo and what they do there."""

from demo.files import Fault, write_jsonl
from demo.truth import tell
from demo.world import World

_PROFILE_FAULTS: list[Fault] = [
    ("not_allowed", {"profile_id": "broken-1", "platform": "myspace"}),
    ("missing_value", {"profile_id": None}),
    ("wrong_type", {"profile_id": "broken-2", "updated_at": "2017"}),
    ("invalid_json", {"profile_id": "broken-3"}),
]
_INTERACTION_FAULTS: list[Fault] = [
    ("not_allowed", {"interaction_id": "si-broken-1", "kind": "poke"}),
    ("wrong_type", {"interaction_id": "si-broken-2", "occurred_at": "soon"}),
    ("missing_value", {"interaction_id": "si-broken-3", "profile_id": None}),
    ("invalid_json", {"interaction_id": "si-broken-4"}),
]


def write_social(world: World) -> None:
    """Write the files of the source social."""
    world.run("""
        create table profiles as
        with followers as (
            select *, 'wechat' as platform from persons
            where kind <> 'test' and u('wechat', person_id) < if(is_zh, 0.5, 0.06)
            union all
            select *, 'weibo' from persons
            where kind <> 'test' and u('weibo', person_id) < if(is_zh, 0.18, 0.01)
        )
        select *, platform || '/' || person_id as id,
            if(platform = 'wechat', 'oP' || substr(md5('openid' || id), 1, 26),
                (5000000000 + person_id * 7)::varchar) as profile_id,
            moment('followed', id, '2017-01-02', '2017-11-30') as followed_at,
            moment('profile change', id, followed_at::date + 1, '2017-12-31') as changed_at
        from followers""")
    write_jsonl(
        world,
        "social/profiles.jsonl",
        """
        with rows as (
            select platform, profile_id,
                if(platform = 'wechat' and u('profile unionid', id) < 0.85, unionid, null)
                    as unionid,
                pick([
                    '阳光', '小鱼', 'Happy', '吃货', 'Luna', '大海', 'Mr.', '开心果', '豆豆', 'M'],
                    u('nickname', id)) || if(version = 2, '✨', '') || (person_id % 97) as nickname,
                if(u('bound', id) < 0.3, typed_phone(country, mobile, u('profile mobile', id)),
                    null) as mobile,
                if(u('profile gender', id) < 0.7, gender, 'unknown') as gender,
                if(u('profile city', id) < 0.6, city, null) as city,
                if(country = 'CN', '中国', 'United States') as country,
                plain(followed_at) as followed_at,
                plain(if(version = 1, profiles.followed_at, changed_at)) as updated_at
            from profiles, (values (1), (2)) as versions(version)
            where version = 1 or u('profile versions', id) < 0.2
        )
        select * from (select * from rows
            union all select * from rows where u('profile twice', profile_id) < 0.01)
        order by updated_at, platform, profile_id""",
        "social.profiles",
        _PROFILE_FAULTS,
    )
    write_jsonl(
        world,
        "social/interactions.jsonl",
        """
        with drawn as (
            select platform, profile_id, followed_at, id || '/' || k as step, k
            from profiles, range(0, 1 + floor(pow(u('social', id), 2) * 18)::bigint) as t(k)
        ),
        rows as (
            select 'si-' || substr(md5(step), 1, 20) as interaction_id, platform, profile_id,
                if(k = 0, 'follow', pick(['like', 'like', 'comment', 'comment', 'post',
                    'mention', 'message', if(u('leave', step) < 0.2, 'unfollow', 'like')],
                    u('social kind', step))) as kind,
                if(kind in ('comment', 'post', 'mention', 'message'),
                    pick(getvariable('posts'), u('post', step)), null) as body,
                plain(if(k = 0, followed_at, moment('social', step, followed_at::date + 1,
                    '2017-12-31'))) as occurred_at
            from drawn
        )
        select * from (select * from rows
            union all select * from rows where u('social twice', interaction_id) < 0.005)
        order by occurred_at, interaction_id""",
        "social.interactions",
        _INTERACTION_FAULTS,
    )
    tell(
        world,
        "social.profiles",
        """
        select person_id, platform || ':' || profile_id from profiles""",
    )
