"""The consent log: who allowed what, on which channel, and who took it back."""

from demo.files import Fault, write_csv
from demo.truth import tell
from demo.world import World

WITHDRAWN_SHARE = 0.15
WITHDRAWN_WITHIN_DAYS = 300
ASKED_LATER_SHARE = 0.3
"""Of the accounts, those that consent in their settings, not when they register."""

_FAULTS: list[Fault] = [
    ("not_allowed", {"event_id": "CO-broken-1", "state": "maybe"}),
    ("not_allowed", {"event_id": "CO-broken-2", "purpose": "resale"}),
    ("wrong_type", {"event_id": "CO-broken-3", "occurred_at": "2017-00-10 00:00:00"}),
    ("missing_value", {"event_id": "CO-broken-4", "subject_value": None}),
    ("too_few_fields", {"event_id": "CO-broken-5"}),
]


def write_consent(world: World) -> None:
    """Write the file of the source consent."""
    world.run(f"""
        create table consents as
        with subjects as (
            select persons.*, 'customer_id' as subject_type, person_id::varchar as subject_value
            from accounts join persons using (person_id) where accounts.kind <> 'test'
            union all
            select persons.*, 'email', typed_email(email, u('consent mail', person_id))
            from persons where kind <> 'test' and u('by mail', person_id) < 0.15
            union all
            select persons.*, 'mobile', typed_phone(country, mobile, u('consent mobile', person_id))
            from persons where kind <> 'test' and u('by mobile', person_id) < 0.15
            union all
            select persons.*, 'unionid', persons.unionid
            from profiles join persons using (person_id)
            where platform = 'wechat' and u('by wechat', person_id) < 0.5
        ),
        asked as (
            select *, subject_type || '/' || person_id || '/' || purpose as id, case
                    when subject_type = 'unionid' then 'wechat'
                    when subject_type = 'mobile' then pick(['sms', 'phone'], u('dial', person_id))
                    when subject_type = 'email' then 'email'
                    else pick(['any', 'any', 'email', 'sms'], u('channel', person_id)) end
                    as channel
            from subjects, (values ('marketing', 0.72), ('profiling', 0.45), ('service', 0.9))
                as purposes(purpose, share)
            where u('asked', subject_type || '/' || person_id || '/' || purpose) < share
        ),
        granted as (
            select *, if(subject_type = 'customer_id'
                        and u('asked later', id) >= {ASKED_LATER_SHARE},
                    known_since, moment('granted', id,
                    greatest(known_since::date, date '2017-01-02'), '2017-12-31')) as granted_at
            from asked
        ),
        withdrawn as (
            select *, moment('withdrawn', id, greatest(granted_at::date + 1, date '2017-01-02'),
                    granted_at::date + {WITHDRAWN_WITHIN_DAYS}) as withdrawn_at
            from granted where u('withdraw', id) < {WITHDRAWN_SHARE}
        )
        select *, 'granted' as state, granted_at as happened_at from granted
        union all
        select * exclude (withdrawn_at), 'withdrawn', withdrawn_at from withdrawn
        where withdrawn_at::date <= date '2017-12-31'""")
    world.figures["consent_withdrawal_count"] = world.value(
        "select count(*) from consents where state = 'withdrawn'"
    )
    numbered = """
        select 'CO-' || substr(md5(id || state), 1, 16) as event_id, * from consents"""
    write_csv(
        world,
        "consent/consent_events.csv",
        f"""
        with rows as (
            select event_id, subject_type, subject_value, purpose, channel, state,
                if(happened_at < timestamp '2017-06-01', '2016-10', '2017-06') as policy_version,
                pick(['registration', 'store', 'call centre', 'app settings', 'wechat menu'],
                    u('captured', id)) as captured_via, plain(happened_at) as occurred_at
            from ({numbered})
        )
        select * from (select * from rows
            union all select * from rows where u('consent twice', event_id) < 0.003)
        order by occurred_at, event_id""",
        "consent.consent_events",
        _FAULTS,
    )
    tell(
        world,
        "consent.consent_events",
        f"select person_id, event_id from ({numbered})",
        "truth_references",
    )
