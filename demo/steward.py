"""The data steward's list: a few pairs of records that must not be joined, and one that must.

What no rule can know: whose profile it is that a couple's one phone is bound to, and that a profile
which shares nothing with any record is somebody's all the same.
"""

from demo.files import write_csv
from demo.world import LAST_DATE, World

CONTACTS = 2
PROFILES = 1


def write_steward(world: World) -> None:
    """Write the file of the source steward."""
    world.run(f"""
        create table decisions as
        with changed as (
            select person_id, max(updated_at) as account_at from account_versions group by person_id
        ),
        contacts as (
            select record_id, household_id, person_id, modified_at from crm_contact_states
            where system = 'zoho' and kind = 'partner' and typed_mobile is not null
            qualify row_number() over (partition by record_id order by version desc) = 1
        ),
        partners as (
            select 'do_not_link' as decision, 'crm_zoho.contacts' as source_a,
                record_id as source_record_id_a, household_id::varchar as source_record_id_b,
                '夫妻共用一个手机号 a couple that shares one phone' as reason,
                greatest(modified_at, account_at) as known_at
            from contacts join changed on changed.person_id = contacts.household_id
            order by u('couple', contacts.person_id), record_id limit {CONTACTS}
        ),
        followers as (
            select *, platform || ':' || profile_id as record_id, u('bound', id) < 0.3 as is_bound
            from profiles
        ),
        partners_followers as (
            select 'do_not_link', 'social.profiles', record_id, household_id::varchar,
                '夫妻共用一个手机号 a couple that shares one phone',
                greatest(followers.changed_at, account_at)
            from followers join changed on changed.person_id = followers.household_id
            where kind = 'partner' and is_bound
            order by u('couple', record_id) limit {PROFILES}
        ),
        strangers as (
            select 'always_link', 'social.profiles', record_id, followers.person_id::varchar,
                '门店当面确认 the customer showed the profile in the store',
                greatest(followers.changed_at, account_at)
            from followers join changed using (person_id)
            where platform = 'weibo' and kind = 'buyer' and not is_bound
            order by u('shown', record_id) limit {PROFILES}
        )
        select *, 'orders.customers' as source_b, 'data steward' as decided_by,
            moment('decided', source_record_id_a, known_at::date + 1, date '{LAST_DATE}')
                as decided_at
        from (from partners union all from partners_followers union all from strangers)""")
    write_csv(
        world,
        "steward/link_decisions.csv",
        """
        select decision, source_a, source_record_id_a, source_b, source_record_id_b, reason,
            decided_by, plain(decided_at) as decided_at
        from decisions order by decided_at, source_record_id_a""",
        "steward.link_decisions",
    )
