"""What the staff does in Zoho CRM: deals, activities and notes."""

from demo.files import Fault, write_csv
from demo.truth import count_personal_data
from demo.world import World

STAGES = [
    ("Qualification", 10), ("Needs Analysis", 25), ("Proposal/Price Quote", 50),
    ("Negotiation/Review", 75), ("Closed Won", 100), ("Closed Lost", 0),
]  # fmt: skip

_DEAL_FAULTS: list[Fault] = [
    ("below_minimum", {"id": "3652397049900000001", "Amount": "-500.00"}),
    ("above_maximum", {"id": "3652397049900000002", "Probability": "150"}),
    ("wrong_type", {"id": "3652397049900000003", "Closing_Date": "next week"}),
]
_ACTIVITY_FAULTS: list[Fault] = [
    ("not_allowed", {"id": "3652397059900000001", "Activity_Type": "Lunch"}),
    ("missing_value", {"id": "3652397059900000002", "Activity_Time": None}),
    ("too_many_fields", {"id": "3652397059900000003"}),
]
_NOTE_FAULTS: list[Fault] = [
    ("missing_value", {"id": "3652397069900000001", "Parent_Id": None}),
    ("wrong_type", {"id": "3652397069900000002", "Created_Time": "?"}),
    ("too_few_fields", {"id": "3652397069900000003"}),
]


def write_zoho_sales(world: World) -> None:
    """Write the files of deals, activities and notes; contacts and companies come before."""
    _deals(world)
    _activities(world)
    _notes(world)


def _deals(world: World) -> None:
    stages = ", ".join(f"{{'stage': '{name}', 'odds': {odds}}}" for name, odds in STAGES)
    world.run(f"""
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
            pick([{stages}], u('stage', deal_number)) as stage,
            (200 * exp(u('amount', deal_number) * 5))::decimal(18, 2) as amount,
            moment('deal', deal_number, '2017-01-05', '2017-11-30') as created_at,
            moment('deal change', deal_number, created_at::date + 1, '2017-12-30') as modified_at
        from drawn""")
    write_csv(
        world,
        "crm_zoho/deals.csv",
        """
        select deal_id as id, company_name || ' - ' || pick(['catering', 'office supply',
                '年货采购', 'gift cards', '团购'], u('deal name', deal_number)) as Deal_Name,
            zoho_id('02', i) as Account_Name_id, contact_id as Contact_Name_id,
            amount as Amount, 'USD' as Currency, stage.stage as Stage, stage.odds as Probability,
            business_date(modified_at) + if(stage.odds in (0, 100), 0, 30) as Closing_Date,
            owner_of(getvariable('zoho_staff'), 'company' || i) as Owner_id,
            zoho_time(created_at) as Created_Time, zoho_time(modified_at) as Modified_Time
        from zoho_deals order by deal_id""",
        "crm_zoho.deals",
        _DEAL_FAULTS,
    )


def _activities(world: World) -> None:
    write_csv(
        world,
        "crm_zoho/activities.csv",
        """
        with rows as (
            select zoho_id('05', number * 10 + k) as id,
                pick(['Call', 'Call', 'Meeting', 'Task'], u('activity', record_id || k))
                    as Activity_Type,
                pick(['Introduction', '回访', 'Quote review', '产品介绍', 'Check-in'],
                    u('subject', record_id || k)) as Subject,
                record_id as Who_Id, deal_id as What_Id,
                owner_of(getvariable('zoho_staff'), id) as Owner_id,
                moment('activity at', record_id || k, greatest(created_at::date, date '2017-01-02'),
                    '2017-12-30') as happened_at
            from (select crm_contacts.*, deal_id from crm_contacts left join (select i,
                    min(deal_id) as deal_id from zoho_deals group by i) as deals
                    on deals.i = company where system = 'zoho') as contacts,
                range(0, floor(u('activities', record_id) * 4)::bigint) as t(k)
        )
        select * exclude (happened_at), zoho_time(happened_at) as Activity_Time,
            zoho_time(happened_at) as Modified_Time
        from rows order by happened_at, id""",
        "crm_zoho.activities",
        _ACTIVITY_FAULTS,
    )


def _notes(world: World) -> None:
    world.run("""
        create table zoho_notes as
        select zoho_id('06', number * 10 + k) as id, record_id as parent_id,
            pick(getvariable('note_titles'), u('note title', record_id || k)) as title,
            case when u('note pii', record_id || k) < 0.3
                then pick(getvariable('notes_with_pii'), u('note', record_id || k))
                when u('note pii', record_id || k) < 0.36
                then pick(getvariable('notes'), u('note', record_id || k)) || chr(10)
                    || '2) ' || pick(getvariable('notes'), u('note 2', record_id || k))
                else pick(getvariable('notes'), u('note', record_id || k)) end as sentence,
            typed_phone(country, mobile, u('note phone', record_id || k)) as phone, email,
            full_name, owner_of(getvariable('zoho_staff'), crm_contacts.id) as owner_id,
            moment('note at', record_id || k, greatest(created_at::date, date '2017-01-02'),
                '2017-12-30') as happened_at
        from crm_contacts, range(0, greatest(0, floor(u('notes', record_id) * 5 - 2))::bigint)
            as t(k)
        where system = 'zoho'""")
    count_personal_data(world, "crm_zoho.notes", "zoho_notes", "sentence")
    write_csv(
        world,
        "crm_zoho/notes.csv",
        """
        select id, parent_id as Parent_Id, title as Note_Title,
            filled(sentence, phone, email, full_name) as Note_Content, owner_id as Owner_id,
            zoho_time(happened_at) as Created_Time
        from zoho_notes order by happened_at, id""",
        "crm_zoho.notes",
        _NOTE_FAULTS,
    )
