"""What 纷享销客 Fxiaoke knows: contacts, companies, leads, opportunities, sales records, staff."""

from demo.files import Fault
from demo.fxiaoke_records import (
    LEAD_SOURCES,
    make_fxiaoke,
    system_fields,
    write_describe,
    write_object,
)
from demo.truth import count_personal_data, tell
from demo.world import World

_CONTACT_FAULTS: list[Fault] = [
    ("wrong_type", {"_id": "5fbroken01", "date_of_birth": "1980-02-31"}),
    ("wrong_type", {"_id": "5fbroken02", "create_time": "刚刚"}),
    ("missing_value", {"_id": "5fbroken03", "create_time": None}),
    ("not_allowed", {"_id": "5fbroken04", "life_status": "unknown"}),
]
_ACCOUNT_FAULTS: list[Fault] = [
    ("wrong_type", {"_id": "5fbroken05", "create_time": "2017年底"}),
]
_LEAD_FAULTS: list[Fault] = [
    ("missing_value", {"_id": "5fbroken06", "create_time": None}),
]
_OPPORTUNITY_FAULTS: list[Fault] = [
    ("below_minimum", {"_id": "5fbroken07", "amount": "-1.00"}),
    ("wrong_type", {"_id": "5fbroken08", "amount": "一千"}),
    ("above_maximum", {"_id": "5fbroken09", "probability": 120}),
    ("pattern_mismatch", {"_id": "5fbroken10", "mc_currency": "人民币"}),
]
_RECORD_FAULTS: list[Fault] = [
    ("missing_value", {"_id": "5fbroken11", "create_time": None}),
    ("wrong_type", {"_id": "5fbroken12", "create_time": "昨天"}),
]
_STAGES = [
    {"stage": "验证客户", "odds": 10}, {"stage": "需求确定", "odds": 30},
    {"stage": "方案/报价", "odds": 60}, {"stage": "谈判审核", "odds": 80},
    {"stage": "赢单", "odds": 100}, {"stage": "输单", "odds": 0},
]  # fmt: skip
_ALIVE = "'normal' as life_status, false as is_deleted"


def write_fxiaoke(world: World) -> None:
    """Write every record of the source crm_fxiaoke."""
    make_fxiaoke(world)
    _contacts(world)
    _accounts_and_personnel(world)
    _leads(world)
    _opportunities(world)
    _active_records(world)
    write_describe(world)


def _contacts(world: World) -> None:
    write_object(
        world,
        "ContactObj",
        "contacts",
        f"""
        select record_id as _id, typed_full_name as name, typed_landline as tel,
            typed_mobile as mobile, typed_mail as email,
            if(company is null, null, fx_id('account', company)) as account_id,
            company_name as account_id__r,
            epoch_ms(known_birth_date::timestamp - interval 8 hours) as date_of_birth,
            known_unionid as field_unionid__c, shop_id as field_shop_id__c, city as field_city__c,
            if(version > 1 and u('invalid', id) < 0.06, 'invalid', 'normal') as life_status,
            version > 1 and u('deleted', id) < 0.04 as is_deleted,
            {system_fields("id", "created_at", "modified_at")}
        from crm_contact_states where system = 'fxiaoke' order by record_id""",
        _CONTACT_FAULTS,
    )
    tell(
        world,
        "crm_fxiaoke.contacts",
        """
        select person_id, record_id from crm_contacts where system = 'fxiaoke'""",
    )


def _accounts_and_personnel(world: World) -> None:
    write_object(
        world,
        "AccountObj",
        "accounts",
        f"""
        select fx_id('account', i) as _id,
            if(u('fx name', i) < 0.1, company_name || '（老客户）', company_name) as name,
            getvariable('fx_industries')[getvariable('industries_zh')[industry]] as industry,
            getvariable('fx_company_sizes')[getvariable('company_sizes_zh')[case
                when employees <= 50 then 1 when employees <= 200 then 2
                when employees <= 500 then 3 when employees <= 1000 then 4 else 5 end]]
                as field_size__c,
            place.city as field_city__c, {_ALIVE},
            {system_fields("'company' || i", "created_at", "changed_at")}
        from companies where in_fxiaoke order by _id""",
        _ACCOUNT_FAULTS,
    )
    write_object(
        world,
        "PersonnelObj",
        "personnel",
        f"""
        select fx_id('staff', staff_id) as _id, staff_id as user_id, full_name as name, email,
            case department when 'Sales' then '销售部' when 'Service' then '客服部'
                when 'Marketing' then '市场部' else '门店管理部' end as department,
            if(is_active, 'active', 'stopped') as status, {_ALIVE},
            {
            system_fields(
                "'staff'", "timestamp '2016-10-03 01:00:00'", "timestamp '2016-10-03 01:00:00'"
            )
        }
        from staff where system = 'fxiaoke' order by i""",
    )


def _leads(world: World) -> None:
    world.run("""
        create table fx_leads as
        select *, fx_id('lead', person_id) as record_id,
            moment('fx lead created', person_id, '2017-01-03', '2017-12-10') as created_at,
            greatest(created_at, moment('fx lead change', person_id, created_at::date,
                '2017-12-30')) as modified_at
        from persons
        where (kind = 'crm_only' and u('fx lead', person_id) < 0.5)
            or (kind = 'prospect' and u('fx lead', person_id) < 0.2)
            or (kind = 'buyer' and u('fx lead', person_id) < 0.04)""")
    write_object(
        world,
        "LeadsObj",
        "leads",
        f"""
        select record_id as _id, full_name || if(is_zh and u('fx title', person_id) < 0.2,
                if(gender = 'male', '先生', '女士'), '') as name,
            if(u('fx lead company', person_id) < 0.3, (select company_name from companies
                where i = 1 + person_id % 40), null) as company,
            if(u('fx lead mobile', person_id) < 0.85,
                typed_phone(country, mobile, u('fx lp', person_id)), null) as mobile,
            if(u('fx lead mail', person_id) < 0.5, typed_email(email, u('fx lm', person_id)), null)
                as email,
            getvariable('fx_lead_sources')[pick({LEAD_SOURCES}, u('fx source', person_id))]
                as source,
            pick(['未处理', '跟进中', '已转换', '无效'], u('fx status', person_id))
                as leads_status,
            {_ALIVE},
            {system_fields("'lead' || person_id", "created_at", "modified_at")}
        from fx_leads order by record_id""",
        _LEAD_FAULTS,
    )
    tell(world, "crm_fxiaoke.leads", "select person_id, record_id from fx_leads")


def _opportunities(world: World) -> None:
    write_object(
        world,
        "NewOpportunityObj",
        "opportunities",
        f"""
        with buyers as (
            select company, min(record_id) as contact_id from crm_contacts
            where system = 'fxiaoke' and company is not null group by company
        ),
        drawn as (
            select companies.* exclude (created_at, changed_at), contact_id,
                fx_id('deal', i || '/' || deal) as id,
                moment('fx deal', id, '2017-01-05', '2017-11-30') as created_at,
                pick({_STAGES}, u('fx stage', id)) as stage
            from companies left join buyers on buyers.company = companies.i,
                range(0, 1 + floor(u('fx deals', i) * 4)::bigint) as t(deal)
            where in_fxiaoke
        ),
        changed as (
            select *, moment('fx deal change', id, created_at::date + 1, '2017-12-30')
                as modified_at
            from drawn
        )
        select id as _id, company_name || pick(['-年货采购', '-团购', '-餐饮供货', '-礼品卡'],
                u('fx deal name', id)) as name, fx_id('account', i) as account_id,
            contact_id as field_contact__c,
            (200 * exp(u('fx amount', id) * 5))::decimal(18, 2)::varchar as amount,
            if(is_zh and u('fx currency', id) < 0.6, 'CNY', 'USD') as mc_currency,
            stage.stage as sales_stage, stage.odds as probability,
            epoch_ms(created_at + to_seconds(floor(u('fx stage reached', id)
                * (epoch(modified_at) - epoch(created_at)))::bigint)) as stg_changed_time,
            epoch_ms(modified_at + if(stage.odds in (0, 100), interval 0 day, interval 30 day))
                as close_date,
            {_ALIVE},
            {system_fields("'company' || i", "created_at", "modified_at")}
        from changed order by id""",
        _OPPORTUNITY_FAULTS,
    )


def _active_records(world: World) -> None:
    world.run("""
        create table fx_records as
        select fx_id('record', record_id || k) as id, record_id as contact_id,
            pick(['电话', '拜访', '微信', '邮件'], u('fx type', record_id || k)) as kind,
            if(u('fx pii', record_id || k) < 0.3,
                pick(getvariable('notes_with_pii'), u('fx note', record_id || k)),
                pick(getvariable('notes'), u('fx note', record_id || k)))
                || follow_up(record_id || k) as sentence,
            typed_phone(country, mobile, u('fx phone', record_id || k)) as phone, email, full_name,
            crm_contacts.id as owned,
            moment('fx record', record_id || k, greatest(created_at::date, date '2017-01-02'),
                '2017-12-30') as happened_at
        from crm_contacts, range(0, floor(u('fx records', record_id) * 4)::bigint) as t(k)
        where system = 'fxiaoke'""")
    count_personal_data(world, "crm_fxiaoke.active_records", "fx_records", "sentence")
    write_object(
        world,
        "ActiveRecordObj",
        "active_records",
        f"""
        select id as _id, contact_id, kind as active_record_type,
            filled(sentence, phone, email, full_name) as active_record_content, {_ALIVE},
            {system_fields("owned", "happened_at", "happened_at")}
        from fx_records order by id""",
        _RECORD_FAULTS,
    )
