"""The people of the demo company: who is behind each household, and the people who never bought.

One row of `persons` is one true person. What each system knows of a person, and how badly, is made
from it elsewhere.
"""

from demo.world import FIRST_DATE, World

PARTNER_OFFSET = 2_000_000_000
PROSPECT_OFFSET = 50_000_000
CRM_ONLY_OFFSET = 60_000_000
TEST_OFFSET = 90_000_000
PROSPECT_SHARE = 0.08
CRM_ONLY_SHARE = 0.12
TEST_SHARE = 0.003


def make_people(world: World) -> None:
    """Create the tables stores and persons."""
    _make_stores(world)
    _make_bodies(world)
    _make_names(world)
    _make_handles(world)


def _make_stores(world: World) -> None:
    world.run("""
        create table stores as
        with places as (
            select store_id, u('store country', store_id) < 0.4 as is_cn from
                (select distinct store_id from order_lines)
        ),
        placed as (
            select store_id, is_cn, if(is_cn,
                pick(getvariable('cn_cities'), u('store city', store_id)),
                pick(getvariable('us_cities'), u('store city', store_id))) as place
            from places
        )
        select store_id, place.city as city, place.region as region,
            if(is_cn, 'CN', 'US') as country,
            if(is_cn, place.city || '第' || store_id || '店', place.city || ' Store ' || store_id)
                as store_name,
            date '1995-03-01' + floor(u('opened', store_id) * 7600)::integer as opened_on
        from placed order by store_id""")


def _make_bodies(world: World) -> None:
    world.run(f"""
        create table bodies as
        with total as (select count(*) as households from households),
        everyone as (
            select household_id as person_id, household_id, 'buyer' as kind, store_id, first_day
            from households
            union all
            select {PARTNER_OFFSET} + household_id, household_id, 'partner', store_id, first_day
            from households where u('partner', household_id) < 0.025
            union all
            select {PROSPECT_OFFSET} + i, null, 'prospect', null, null
            from total, range(1, 1 + ceil(households * {PROSPECT_SHARE})::bigint) as t(i)
            union all
            select {CRM_ONLY_OFFSET} + i, null, 'crm_only', null, null
            from total, range(1, 1 + ceil(households * {CRM_ONLY_SHARE})::bigint) as t(i)
            union all
            select {TEST_OFFSET} + i, null, 'test', null, null
            from total, range(1, 1 + ceil(households * {TEST_SHARE})::bigint) as t(i)
        ),
        homes as (
            select everyone.*, coalesce(stores.country,
                    if(u('country', person_id) < 0.4, 'CN', 'US')) as country, stores.city,
                stores.region
            from everyone left join stores using (store_id)
        )
        select homes.person_id, homes.household_id, homes.kind, homes.first_day, homes.country,
            coalesce(homes.city, place.city) as city,
            coalesce(homes.region, place.region) as region,
            place.code as area_code,
            u('zh', coalesce(household_id, person_id)) < if(country = 'CN', 0.96, 0.22) as is_zh,
            if(u('gender', person_id) < if(kind = 'partner', 0.35, 0.62), 'female', 'male')
                as gender,
            (date '2017-07-01' - ((case demographics.age when '19-24' then 19 when '25-34' then 25
                when '35-44' then 35 when '45-54' then 45 when '55-64' then 55 when '65+' then 65
                else 20 + floor(u('age', person_id) * 5)::integer * 10 end) * 365.25)::integer
                - floor(u('birth', person_id)
                    * if(demographics.age = '19-24', 1800, 3500))::integer)
                as birth_date
        from homes left join demographics using (household_id),
            lateral (select if(country = 'CN', pick(getvariable('cn_cities'), u('city', person_id)),
                pick(getvariable('us_cities'), u('city', person_id))) as place)
        order by person_id""")


def _make_names(world: World) -> None:
    # A squared share makes the first surnames common and the last ones rare, as they are.
    world.run("""
        create table named as
        with parts as (
            select *,
                pick(getvariable('surnames'), pow(u('surname', person_id), 2)) as surname,
                pick(getvariable('given_characters'), u('given', person_id)) as given_1,
                if(u('two', person_id) < 0.7,
                    pick(getvariable('given_characters'), u('given 2', person_id)),
                    {'zh': '', 'trad': '', 'pinyin': ''}) as given_2,
                if(gender = 'female', pick(getvariable('female_names'), u('given', person_id)),
                    pick(getvariable('male_names'), u('given', person_id))) as first_en,
                pick(getvariable('family_names'), u('surname', person_id)) as last_en
            from bodies
        )
        select * exclude (surname, given_1, given_2, first_en, last_en),
            if(is_zh, surname.zh, last_en) as last_name,
            if(is_zh, given_1.zh || given_2.zh, first_en) as first_name,
            if(is_zh, surname.zh || given_1.zh || given_2.zh, first_en || ' ' || last_en)
                as full_name,
            surname.trad || given_1.trad || given_2.trad as traditional_name,
            if(is_zh, surname.pinyin || given_1.pinyin || given_2.pinyin,
                lower(first_en || '.' || regexp_replace(last_en, '[^A-Za-z]', '', 'g')))
                as local_part
        from parts order by person_id""")


def _make_handles(world: World) -> None:
    # Numbers are dealt out one by one, so that two people never share one by accident.
    world.run(f"""
        create table persons as
        with numbered as (
            select *, row_number() over (partition by country order by person_id) - 1 as position,
                len(getvariable('us_area_codes')) as areas,
                floor(position / areas)::bigint as line
            from named
        ),
        dialled as (
            select * exclude (areas, line),
                getvariable('us_area_codes')[1 + position % areas] as us_area,
                if(country = 'CN', getvariable('cn_mobile_prefixes')[1 + position
                    % len(getvariable('cn_mobile_prefixes'))]
                    || lpad(((position * 76543217 + 31415927) % 100000000)::varchar, 8, '0'),
                    us_area || '555' || lpad((line + if(line < 50, 100, 1000))::varchar, 4, '0'))
                    as own_mobile,
                if(country = 'CN', area_code || '-'
                    || (60000000 + (position * 7654321 + 1234567) % 10000000),
                    us_area || '-555-' || lpad((if(line < 50, 199, 9999) - line)::varchar, 4, '0'))
                    as landline
            from numbered
        )
        select dialled.* exclude (position, us_area, own_mobile, local_part),
            coalesce(holder.own_mobile, dialled.own_mobile) as mobile,
            dialled.local_part || (dialled.person_id % 1000000000) || if(dialled.kind = 'partner',
                'p', '') || '@'
                || pick(getvariable('email_domains'), u('domain', dialled.person_id))
                as email,
            dialled.local_part || '.old' || (dialled.person_id % 1000000000) || '@example.net'
                as old_email,
            'oU' || substr(md5('unionid|{world.seed}|' || dialled.person_id), 1, 26) as unionid,
            if(dialled.country = 'CN', pick(getvariable('cn_streets'), u('street', home))
                || (1 + floor(u('house', home) * 999)::bigint) || '号',
                (1 + floor(u('house', home) * 9999)::bigint) || ' '
                || pick(getvariable('us_streets'), u('street', home))) as address,
            least(coalesce(dialled.first_day - 1, date '2017-11-30'), date '2017-11-30')
                as register_by,
            moment('registered', dialled.person_id, date '{FIRST_DATE}',
                if(dialled.kind = 'buyer' and u('late', dialled.person_id) < 0.25,
                    date '2017-11-30', register_by)) as known_since
        from dialled
        left join dialled as holder
            on dialled.kind = 'partner' and holder.person_id = dialled.household_id,
            lateral (select coalesce(dialled.household_id, dialled.person_id) as home)
        order by dialled.person_id""")
