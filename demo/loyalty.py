"""The loyalty programme: members and their tiers, the points ledger, referrals."""

from demo.files import Fault, write_csv
from demo.truth import tell
from demo.world import LAST_DATE, World

MEMBER_SHARE = 0.55
WELCOME_POINTS = 100
# A redemption takes at most half of the points of the last baskets, a correction at most 40 % of
# its own basket: so the balance of a member is never below zero.
REDEEM_EVERY = 10

_MEMBER_FAULTS: list[Fault] = [
    ("not_allowed", {"member_id": "M9000001", "tier": "白金"}),
    ("wrong_type", {"member_id": "M9000002", "joined_at": "n/a"}),
    ("missing_value", {"member_id": None}),
    ("too_many_fields", {"member_id": "M9000003"}),
]
_LEDGER_FAULTS: list[Fault] = [
    ("wrong_type", {"entry_id": "L-broken-1", "points": "lots"}),
    ("wrong_type", {"entry_id": "L-broken-2", "occurred_at": "2017-06-31 10:00:00"}),
    ("not_allowed", {"entry_id": "L-broken-3", "kind": "gift"}),
    ("missing_value", {"entry_id": "L-broken-4", "member_id": None}),
    ("too_many_fields", {"entry_id": "L-broken-5"}),
]
_REFERRAL_FAULTS: list[Fault] = [
    ("missing_value", {"referral_id": "RF-broken-1", "referrer_member_id": None}),
    ("wrong_type", {"referral_id": "RF-broken-2", "referred_at": "-"}),
]


def write_loyalty(world: World) -> None:
    """Write the files of the source loyalty."""
    _members(world)
    _ledger(world)
    _member_versions(world)
    _referrals(world)


def _members(world: World) -> None:
    world.run(f"""
        create table members as
        select *, 'M' || lpad(person_id::varchar, 9, '0') as member_id,
            moment('joined', person_id, '2017-01-01', if(u('early', person_id) < 0.7,
                date '2017-02-28', date '2017-11-30')) as joined_at
        from persons where kind = 'buyer' and u('member', person_id) < {MEMBER_SHARE}
            or kind = 'prospect' and u('member', person_id) < 0.1""")


def _ledger(world: World) -> None:
    world.run("""
        create table earned as
        select member_id, person_id, basket_id, placed_at, floor(net)::bigint as points,
            row_number() over (partition by member_id order by placed_at, basket_id) as position
        from members join orders on orders.household_id = members.person_id
        where status = 'completed' and placed_at > joined_at and net >= 1""")
    world.run(f"""
        create table ledger as
        with redeemed as (
            select *, sum(points) over (partition by member_id order by position
                    rows between {REDEEM_EVERY - 1} preceding and current row) as recent
            from earned
        ),
        entries as (
            select member_id, 'earn' as kind, points, basket_id,
                business_date(placed_at) + 365 as expires_on, placed_at as happened_at,
                'E' || basket_id as entry_id
            from earned
            union all
            select member_id, 'adjust', {WELCOME_POINTS}, null, business_date(joined_at) + 90,
                joined_at, 'W' || member_id
            from members
            union all
            select member_id, 'expire', -{WELCOME_POINTS}, null, null,
                utc((business_date(joined_at) + 91)::timestamp + interval 3 hours),
                'X' || member_id
            from members where business_date(joined_at) + 91 <= date '{LAST_DATE}'
            union all
            select member_id, 'redeem', -floor(recent * 0.5 * u('redeem', basket_id))::bigint,
                null, null, placed_at + interval 30 second, 'S' || basket_id
            from redeemed
            where position % {REDEEM_EVERY} = 0 and u('redeemer', member_id) < 0.6
                and floor(recent * 0.5 * u('redeem', basket_id)) > 0
            union all
            select member_id, 'adjust', -least(ceil(refund)::bigint, floor(points * 0.4)::bigint),
                basket_id, null, refunded_at, 'A' || basket_id
            from earned join (select basket_id, sum(refund_amount) as refund,
                max(refunded_at) as refunded_at from refunds group by basket_id) as refunds
                using (basket_id)
            where floor(points * 0.4) > 0
        )
        select * from entries""")
    world.figures["points_balance_total"] = int(world.value("select sum(points) from ledger"))
    write_csv(
        world,
        "loyalty/points_ledger.csv",
        """
        select entry_id, member_id, kind, points, basket_id, expires_on,
            plain(happened_at) as occurred_at
        from (select * from ledger
            union all select * from ledger where u('entry twice', entry_id) < 0.002)
        order by happened_at, entry_id""",
        "loyalty.points_ledger",
        _LEDGER_FAULTS,
    )


def _member_versions(world: World) -> None:
    # A tier is reached with the basket that takes the earned points over its threshold.
    world.run("""
        create table member_versions as
        with running as (
            select member_id, placed_at, sum(points) over (partition by member_id
                order by position) as total
            from earned
        ),
        reached as (
            select member_id, tier, min(placed_at) + interval 1 minute as updated_at
            from running join (values ('银卡', 500), ('金卡', 1500), ('钻石', 4000))
                as tiers(tier, threshold) on total >= threshold
            group by member_id, tier
        ),
        versions as (
            select member_id, '普通' as tier, joined_at as updated_at from members
            union all
            -- one basket can pass two thresholds: only the higher tier is written then
            select member_id, arg_max(tier, case tier when '钻石' then 3 when '金卡' then 2 else 1
                end), updated_at
            from reached group by member_id, updated_at
        )
        select members.* exclude (kind), tier, updated_at
        from versions join members using (member_id)""")
    write_csv(
        world,
        "loyalty/members.csv",
        """
        with rows as (
            select member_id, if(u('member id', person_id) < 0.9, person_id, null) as customer_id,
                if(u('member mobile', person_id) < 0.85,
                    typed_phone(country, mobile, u('member typed', person_id)), null) as mobile,
                if(u('member mail', person_id) < 0.5,
                    typed_email(email, u('member mailed', person_id)), null) as email,
                tier, plain(joined_at) as joined_at, plain(updated_at) as updated_at
            from member_versions
        )
        select * from (select * from rows
            union all select * from rows where u('member twice', member_id) < 0.006)
        order by member_id, updated_at""",
        "loyalty.members",
        _MEMBER_FAULTS,
    )
    tell(world, "loyalty.members", "select person_id, member_id from members")


def _referrals(world: World) -> None:
    # The referrer is the member who joined some places before.
    write_csv(
        world,
        "loyalty/referrals.csv",
        """
        with numbered as (
            select member_id, joined_at, row_number() over (order by joined_at, member_id)
                as position
            from members
        ),
        referred as (
            select *, 1 + floor(u('referrer', member_id) * (position - 1))::bigint as referrer
            from numbered where position > 1 and u('referred', member_id) < 0.05
        )
        select 'RF' || referred.member_id as referral_id,
            numbered.member_id as referrer_member_id, referred.member_id as referred_member_id,
            plain(referred.joined_at) as referred_at
        from referred join numbered on numbered.position = referrer
        order by referred.joined_at, referral_id""",
        "loyalty.referrals",
        _REFERRAL_FAULTS,
    )
