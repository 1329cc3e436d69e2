"""What both CRM systems share: staff, companies, and which people each system knows."""

from demo.world import World

ZOHO_STAFF = 40
FXIAOKE_STAFF = 30


def make_crm(world: World) -> None:
    """Create the tables staff, companies, crm_contacts and crm_contact_states."""
    world.run(f"""
        create table staff as
        select system, i, u('staff zh', system || i) < if(system = 'fxiaoke', 0.9, 0.3) as is_zh,
            if(is_zh, pick(getvariable('surnames'), u('staff surname', system || i)).zh
                || pick(getvariable('given_characters'), u('staff given', system || i)).zh,
                pick(getvariable('female_names'), u('staff given', system || i)) || ' '
                || pick(getvariable('family_names'), u('staff surname', system || i)))
                as full_name,
            'staff' || i || if(system = 'fxiaoke', '.cn', '') || '@example.com' as email,
            pick(['Sales', 'Sales', 'Service', 'Service', 'Marketing', 'Stores'],
                u('staff team', system || i)) as department,
            u('staff active', system || i) < 0.92 as is_active,
            if(system = 'zoho', zoho_id('00', i), (1000 + i)::varchar) as staff_id
        from (select 'zoho' as system, i from range(1, {ZOHO_STAFF + 1}) as t(i)
            union all select 'fxiaoke', i from range(1, {FXIAOKE_STAFF + 1}) as t(i))
        order by system, i""")
    world.run("create macro owner_of(people, id) as pick(people, u('owner', id))")
    # Some notes end with what is to be done next.
    world.run("""
        create macro follow_up(id) as if(u('to follow up', id) < 0.3,
            ' ' || pick(getvariable('notes_to_follow_up'), u('follow up', id)), '')""")
    for system in ("zoho", "fxiaoke"):
        world.run(f"""set variable {system}_staff = (
            select list(staff_id order by i) from staff where system = '{system}')""")
        world.run(f"""set variable {system}_owners = (
            select list({{'name': full_name, 'id': staff_id, 'email': email}} order by i)
            from staff where system = '{system}')""")
    _companies(world)
    _contacts(world)


def _companies(world: World) -> None:
    world.run("""
        create table companies as
        with size as (select greatest(40, (count(*) * 0.06)::bigint) as companies from households)
        select i, u('company zh', i) < 0.5 as is_zh,
            if(is_zh, pick(getvariable('cn_cities'), u('company city', i)),
                pick(getvariable('us_cities'), u('company city', i))) as place,
            if(is_zh, (place).city || pick(getvariable('cn_company_stems'), u('stem', i))
                || pick(getvariable('cn_company_kinds'), u('company kind', i)),
                pick(getvariable('us_company_stems'), u('stem', i)) || ' '
                || pick(getvariable('us_company_kinds'), u('company kind', i))
                || pick([' Inc.', ' LLC', ''], u('form', i))) as company_name,
            floor(u('industry', i) * 8)::bigint + 1 as industry,
            u('in zoho', i) < 0.75 as in_zoho, not in_zoho or u('in fxiaoke', i) < 0.4
                as in_fxiaoke,
            (5 * exp(u('employees', i) * 6))::integer as employees,
            moment('company', i, '2016-11-01', '2017-10-31') as created_at,
            moment('company change', i, created_at::date + 1, '2017-12-30') as changed_at
        from size, range(1, companies + 1) as t(i)""")


def _contacts(world: World) -> None:
    # A copy is the same person entered twice in one system: the everyday duplicate of a CRM.
    world.run("""
        create table crm_contacts as
        with known as (
            select *, 'zoho' as system from persons
            where (kind = 'buyer' and u('zoho', person_id) < 0.35)
                or (kind = 'partner' and u('zoho', person_id) < 0.6)
                or (kind = 'prospect' and u('zoho', person_id) < 0.25)
                or (kind = 'crm_only' and u('zoho', person_id) < 0.6)
            union all
            select *, 'fxiaoke' from persons
            where (kind = 'buyer' and u('fxiaoke', person_id) < 0.30)
                or (kind = 'partner' and u('zoho', person_id) >= 0.6)
                or (kind = 'prospect' and u('fxiaoke', person_id) < 0.2)
                or (kind = 'crm_only' and u('zoho', person_id) >= 0.45)
        ),
        copied as (
            select *, 1 as copy from known
            union all
            select *, 2 from known where u('copy', system || person_id) < 0.04
        ),
        numbered as (
            select *, row_number() over (partition by system order by person_id, copy) as number,
                system || '/' || person_id || '/' || copy as id
            from copied
        ),
        employed as (
            select numbered.*,
                1 + floor(u('employer', id) * all_companies)::bigint as employer,
                moment('contact', id, '2016-11-01', '2017-11-30') as created_at,
                moment('contact change', id, created_at::date + 1, '2017-12-15') as changed_at,
                u('contact versions', id) as v
            from numbered, (select count(*) as all_companies from companies)
        )
        select employed.* exclude (employer),
            if(system = 'zoho', zoho_id('01', number),
                '5f' || substr(md5('contact' || id), 1, 22)) as record_id,
            if(u('employed', id) < 0.4, companies.i, null) as company
        from employed left join companies on companies.i = employer
            and if(system = 'zoho', in_zoho, in_fxiaoke)
        order by system, number""")
    # An API knows the newest state only; a contact that was edited is a later version of itself.
    world.run("""
        create table crm_contact_states as
        with states as (
            select *, case when v < 0.08 then 3 when v < 0.3 then 2 else 1 end as version,
                id || '/' || version as version_id,
                case version when 1 then created_at when 2 then changed_at
                    else moment('contact change 2', id, changed_at::date + 1, '2017-12-30') end
                    as modified_at
            from crm_contacts
        )
        select *,
            case when u('crm name', version_id) < 0.01 then null
                else typed_name({'full_name': full_name, 'is_zh': is_zh, 'gender': gender,
                    'traditional_name': traditional_name, 'last_name': last_name,
                    'first_name': first_name}, u('crm name', id)) end as typed_full_name,
            case when u('crm no mobile', id) < if(copy = 2, 0.5, 0.16) then null
                when u('crm bad mobile', id) < 0.015
                    then pick(getvariable('filler_phones'), u('crm filler', id))
                when u('crm bad mobile', id) < 0.02
                    then pick(getvariable('store_phones'), u('crm filler', id))
                else typed_phone(country, mobile, u('crm mobile', version_id)) end
                as typed_mobile,
            case when u('crm no mail', id) < if(copy = 2, 0.4, 0.24) then null
                when u('crm bad mail', id) < 0.012
                    then pick(getvariable('store_emails'), u('crm filler', id))
                when u('crm bad mail', id) < 0.02
                    then pick(getvariable('filler_emails'), u('crm filler', id))
                else typed_email(if(u('crm old mail', id) < 0.08, old_email, email),
                    u('crm mail', version_id)) end as typed_mail,
            case when u('crm phone', id) < 0.15 then landline
                when u('crm phone', id) < 0.17
                    then pick(getvariable('store_phones'), u('crm filler', id))
                when u('crm phone', id) < 0.22
                    then typed_phone(country, mobile, u('crm phone 2', version_id)) end
                as typed_landline,
            if(kind in ('buyer', 'prospect') and u('crm shop id', id) < 0.12,
                if(kind = 'prospect', person_id, household_id)::varchar, null) as shop_id,
            if(is_zh and u('crm unionid', id) < 0.15, unionid, null) as known_unionid,
            if(u('crm birthday', id) < 0.45, birth_date, null) as known_birth_date,
            companies_of.company_name
        from states left join (select i, company_name from companies) as companies_of
            on companies_of.i = company
        order by system, number""")
