"""What the staff does in Zoho CRM: deals and their stages, calls, meetings, tasks and notes."""

from demo.files import Fault, write_jsonl
from demo.truth import count_personal_data
from demo.world import World
from demo.zoho_records import FOLDER, system_fields, write_module

STAGES = [
    ("Qualification", 10), ("Needs Analysis", 25), ("Proposal/Price Quote", 50),
    ("Negotiation/Review", 75), ("Closed Won", 100), ("Closed Lost", 0),
]  # fmt: skip

_DEAL_FAULTS: list[Fault] = [
    ("below_minimum", {"id": "3652397049900000001", "Amount": -500.0}),
    ("above_maximum", {"id": "3652397049900000002", "Probability": 150}),
    ("wrong_type", {"id": "3652397049900000003", "Closing_Date": "next week"}),
    ("pattern_mismatch", {"id": "3652397049900000004", "Currency": "US$"}),
]
_CALL_FAULTS: list[Fault] = [
    ("not_allowed", {"id": "3652397059900000001", "Call_Type": "Lunch"}),
    ("missing_value", {"id": "3652397059900000002", "Call_Start_Time": None}),
]
_EVENT_FAULTS: list[Fault] = [
    ("missing_value", {"id": "3652397059900000003", "Start_DateTime": None}),
]
_TASK_FAULTS: list[Fault] = [
    ("wrong_type", {"id": "3652397059900000004", "Due_Date": "soon"}),
]
_NOTE_FAULTS: list[Fault] = [
    ("missing_value", {"id": "3652397069900000001", "Parent_Id": None}),
]


def write_zoho_sales(world: World) -> None:
    """Write the records of the sales work; contacts and companies come before."""
    _deals(world)
    _stages(world)
    _activities(world)
    _notes(world)


def _deals(world: World) -> None:
    stages = ", ".join(
        f"{{'stage': '{name}', 'odds': {odds}, 'place': {place}}}"
        for place, (name, odds) in enumerate(STAGES, start=1)
    )
    world.run(f"""
        set variable zoho_stages = [{stages}]""")
    world.run("""
        create table zoho_deals as
        with buyers as (
            select company, min(record_id) as contact_id from crm_contacts
            where system = 'zoho' and company is not null group by company
        ),
        drawn as (
            select companies.* exclude (created_at, changed_at), contact_id, deal,
                i * 10 + deal as deal_number
            from companies left join buyers on buyers.company = companies.i,
                range(0, 1 + floor(u('deals', i) * 4)::bigint) as t(deal)
            where in_zoho
        )
        select *, zoho_id('04', deal_number) as deal_id,
            pick(getvariable('zoho_stages'), u('stage', deal_number)) as stage,
            (200 * exp(u('amount', deal_number) * 5))::decimal(18, 2) as amount,
            company_name || ' - ' || pick(['catering', 'office supply', '年货采购', 'gift cards',
                '团购'], u('deal name', deal_number)) as deal_name,
            moment('deal', deal_number, '2017-01-05', '2017-11-30') as created_at,
            moment('deal change', deal_number, created_at::date + 1, '2017-12-31') as modified_at
        from drawn""")
    write_module(
        world,
        "Deals",
        "deals",
        f"""
        select deal_id as id, deal_name as Deal_Name,
            zoho_link(zoho_id('02', i), company_name) as Account_Name,
            zoho_link(contact_id, typed_full_name) as Contact_Name,
            amount as Amount, 'USD' as Currency, stage.stage as Stage, stage.odds as Probability,
            (business_date(zoho_deals.modified_at) + if(stage.odds in (0, 100), 0, 30))::varchar
                as Closing_Date,
            {system_fields("'company' || i", "zoho_deals.created_at", "zoho_deals.modified_at")}
        from zoho_deals left join (select record_id, typed_full_name from crm_contact_states)
            as contacts on record_id = contact_id
        order by deal_id""",
        _DEAL_FAULTS,
    )


def _stages(world: World) -> None:
    # A deal goes through the open stages in order; a closed one closed from any of them.
    write_jsonl(
        world,
        f"{FOLDER}/_stage_history.jsonl",
        """
        with passed as (
            select *, if(stage.odds in (0, 100),
                    1 + floor(u('closed from', deal_number) * 4)::bigint, stage.place - 1)
                as left_stages
            from zoho_deals
        ),
        steps as (
            select *, if(step = left_stages, stage, getvariable('zoho_stages')[step + 1])
                    as reached,
                to_timestamp(epoch(created_at) + floor(step * (epoch(modified_at)
                    - epoch(created_at)) / greatest(left_stages, 1)))::timestamp as reached_at
            from passed, range(0, left_stages + 1) as t(step)
        )
        select deal_id as deal, zoho_id('08', deal_number * 10 + step) as id,
            reached.stage as Stage, amount as Amount, reached.odds as Probability,
            (amount * reached.odds / 100)::decimal(18, 2) as Expected_Revenue,
            zoho_time(reached_at) as Modified_Time,
            owner_of(getvariable('zoho_owners'), 'company' || i) as Modified_By
        from steps order by deal_id, step desc""",
        "crm_zoho.deal_stage_history",
    )


def _activities(world: World) -> None:
    world.run("""
        create table zoho_activities as
        with drawn as (
            select zoho_id('05', contacts.number * 10 + k) as id,
                pick(['Call', 'Call', 'Meeting', 'Task'], u('activity', record_id || k)) as kind,
                pick(['Introduction', '回访', 'Quote review', '产品介绍', 'Check-in'],
                    u('subject', record_id || k)) as subject,
                zoho_link(record_id, typed_full_name) as who, zoho_link(deal_id, deal_name) as what,
                moment('activity at', record_id || k, greatest(created_at::date, date '2017-01-02'),
                    '2017-12-30') as happened_at, false as is_to_lead
            from crm_contact_states as contacts left join (select i, min(deal_id) as deal_id,
                    arg_min(deal_name, deal_id) as deal_name from zoho_deals group by i) as deals
                    on deals.i = company,
                range(0, floor(u('activities', record_id) * 4)::bigint) as t(k)
            where system = 'zoho'
            union all
            -- Most leads are called: half of them within hours, some after days.
            select zoho_id('05', 5000000000 + number), 'Call', 'Introduction',
                zoho_link(zoho_id('03', number), full_name), null,
                within_world(created_at + to_seconds(
                    floor(600 * exp(u('lead called after', person_id) * 7.5))::bigint)),
                true
            from zoho_leads where u('lead called', person_id) < 0.8
        )
        select *, 60 * (1 + floor(u('minutes', id) * 29))::integer as seconds from drawn""")
    shared = f"""who as Who_Id, what as What_Id,
            {system_fields("id", "happened_at", "happened_at")}
        from zoho_activities"""
    write_module(
        world,
        "Calls",
        "calls",
        f"""
        select id, subject as Subject, if(is_to_lead, 'Outbound',
                pick(['Outbound', 'Outbound', 'Inbound', 'Missed'], u('call', id))) as Call_Type,
            zoho_time(happened_at) as Call_Start_Time,
            if(Call_Type = 'Missed', 0, seconds) as Call_Duration_in_seconds,
            {shared} where kind = 'Call' order by id""",
        _CALL_FAULTS,
    )
    write_module(
        world,
        "Events",
        "events",
        f"""
        select id, subject as Event_Title, zoho_time(happened_at) as Start_DateTime,
            zoho_time(happened_at + to_seconds(seconds)) as End_DateTime, false as All_day,
            {shared} where kind = 'Meeting' order by id""",
        _EVENT_FAULTS,
    )
    write_module(
        world,
        "Tasks",
        "tasks",
        f"""
        select id, subject as Subject, (business_date(happened_at) + 3)::varchar as Due_Date,
            pick(['Completed', 'Completed', 'In Progress', 'Not Started'], u('task', id)) as Status,
            if(Status = 'Completed', zoho_time(within_world(happened_at
                + to_seconds(floor(u('task done', id) * 432000)::bigint))), null) as Closed_Time,
            {shared} where kind = 'Task' order by id""",
        _TASK_FAULTS,
    )


def _notes(world: World) -> None:
    world.run("""
        create table zoho_notes as
        select zoho_id('06', contacts.number * 10 + k) as id, record_id as parent_id,
            pick(getvariable('note_titles'), u('note title', record_id || k)) as title,
            case when u('note pii', record_id || k) < 0.3
                then pick(getvariable('notes_with_pii'), u('note', record_id || k))
                when u('note pii', record_id || k) < 0.36
                then pick(getvariable('notes'), u('note', record_id || k)) || chr(10)
                    || '2) ' || pick(getvariable('notes'), u('note 2', record_id || k))
                else pick(getvariable('notes'), u('note', record_id || k)) end
                || follow_up(record_id || k) as sentence,
            typed_phone(country, mobile, u('note phone', record_id || k)) as phone, email,
            full_name, typed_full_name, contacts.id as owned,
            moment('note at', record_id || k, greatest(created_at::date, date '2017-01-02'),
                '2017-12-30') as happened_at
        from crm_contact_states as contacts,
            range(0, greatest(0, floor(u('notes', record_id) * 5 - 2))::bigint) as t(k)
        where system = 'zoho'""")
    count_personal_data(world, "crm_zoho.notes", "zoho_notes", "sentence")
    write_module(
        world,
        "Notes",
        "notes",
        f"""
        select id, title as Note_Title,
            filled(sentence, phone, email, full_name) as Note_Content,
            {{'module': {{'api_name': 'Contacts', 'id': zoho_id('09', 20)}},
                'name': typed_full_name, 'id': parent_id}} as Parent_Id,
            {system_fields("owned", "happened_at", "happened_at")}
        from zoho_notes order by id""",
        _NOTE_FAULTS,
    )
