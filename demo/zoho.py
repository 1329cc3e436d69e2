"""The people of Zoho CRM (contacts, leads, users) and its companies.

The files are CSV with the field names of the Zoho API; times carry an offset.
"""

from demo.files import Fault, write_csv
from demo.truth import tell
from demo.world import World
from demo.zoho_sales import write_zoho_sales

MONTHS = ["2016-11", "2016-12"] + [f"2017-{month:02}" for month in range(1, 13)]
LATE_SHARE = 0.03
TWICE_SHARE = 0.03

_CONTACT_FAULTS: list[Fault] = [
    ("pattern_mismatch", {"id": "3.6524E+18"}),
    ("wrong_type", {"id": "3652397019900000001", "Modified_Time": "2017/12/32"}),
    ("wrong_type", {"id": "3652397019900000002", "Date_of_Birth": "1980年5月"}),
    ("missing_value", {"id": None}),
    ("too_many_fields", {"id": "3652397019900000003"}),
]
_LEAD_FAULTS: list[Fault] = [
    ("pattern_mismatch", {"id": "lead-17"}),
    ("wrong_type", {"id": "3652397039900000001", "Converted__s": "perhaps"}),
    ("too_few_fields", {"id": "3652397039900000002"}),
]


def write_zoho(world: World) -> None:
    """Write every file of the source crm_zoho."""
    _contacts(world)
    _accounts_and_users(world)
    _leads(world)
    write_zoho_sales(world)


def _contacts(world: World) -> None:
    world.run(f"""
        create table zoho_rows as
        with drawn as (
            select *, date_trunc('month', business_date(modified_at)) as modified_month,
                u('late', version_id) as l
            from crm_contact_versions where system = 'zoho'
        )
        select *, least(modified_month + if(l < {LATE_SHARE}, interval 1 month,
            interval 0 month), date '2017-12-01')::date as file_month from drawn
        union all
        select *, least(modified_month + interval 1 month, date '2017-12-01')::date
        from drawn where l between 0.5 and 0.5 + {TWICE_SHARE}""")
    world.figures["late_contact_rows"] = world.value(
        f"select count(*) from zoho_rows where l < {LATE_SHARE} and file_month > modified_month"
    )
    for month in MONTHS:
        write_csv(
            world,
            f"crm_zoho/contacts_{month}.csv",
            f"""
            select record_id as id, if(typed_full_name is null, null, last_name) as Last_Name,
                if(typed_full_name is null, null, first_name) as First_Name,
                typed_full_name as Full_Name, typed_mail as Email, typed_mobile as Mobile,
                typed_landline as Phone, known_birth_date as Date_of_Birth,
                known_place.city as Mailing_City, known_place.region as Mailing_State,
                if(country = 'CN', pick(['China', '中国', 'CN'], u('crm country', id)),
                    pick(['United States', 'USA', 'US'], u('crm country', id)))
                    as Mailing_Country,
                if(u('crm street', id) < 0.6, address, null) as Mailing_Street,
                zoho_id('02', company) as Account_Name_id,
                owner_of(getvariable('zoho_staff'), id) as Owner_id,
                shop_id as Shop_Customer_Id, known_unionid as Wechat_Unionid,
                u('opt out', id) < 0.08 and version > 1 as Email_Opt_Out,
                zoho_time(created_at) as Created_Time, zoho_time(modified_at) as Modified_Time
            from zoho_rows where file_month = date '{month}-01'
            order by modified_at, record_id""",
            "crm_zoho.contacts",
            _CONTACT_FAULTS if month == MONTHS[-1] else (),
        )
    tell(
        world,
        "crm_zoho.contacts",
        """
        select person_id, record_id from crm_contacts where system = 'zoho'""",
    )


def _accounts_and_users(world: World) -> None:
    write_csv(
        world,
        "crm_zoho/accounts.csv",
        """
        select zoho_id('02', i) as id, company_name as Account_Name,
            getvariable('industries_en')[industry] as Industry, employees as Employees,
            (employees * (40000 + 60000 * u('revenue', i)))::decimal(18, 2) as Annual_Revenue,
            place.city as Billing_City, if(is_zh, 'China', 'United States') as Billing_Country,
            owner_of(getvariable('zoho_staff'), 'company' || i) as Owner_id,
            zoho_time(created_at) as Created_Time, zoho_time(changed_at) as Modified_Time
        from companies where in_zoho order by i""",
        "crm_zoho.accounts",
        [("wrong_type", {"id": "3652397029900000001", "Employees": "many"})],
    )
    write_csv(
        world,
        "crm_zoho/users.csv",
        """
        select staff_id as id, full_name, email, pick(['Agent', 'Agent', 'Team Lead', 'Manager'],
            u('role', i)) as role, department, is_active
        from staff where system = 'zoho' order by i""",
        "crm_zoho.users",
    )


def _leads(world: World) -> None:
    world.run("""
        create table zoho_leads as
        select persons.*, row_number() over (order by person_id) as number,
            moment('lead', person_id, '2017-01-03', '2017-12-10') as created_at,
            moment('lead change', person_id, created_at::date, '2017-12-30') as modified_at,
            contact_id, u('lead status', person_id) as s
        from persons left join (select person_id, record_id as contact_id from crm_contacts
            where system = 'zoho' and copy = 1) as contacts using (person_id)
        where (kind = 'crm_only' and u('zoho lead', person_id) < 0.6)
            or (kind = 'prospect' and u('zoho lead', person_id) < 0.25)
            or (kind = 'buyer' and u('zoho lead', person_id) < 0.04)""")
    write_csv(
        world,
        "crm_zoho/leads.csv",
        """
        with rows as (
            select zoho_id('03', number) as id, full_name as Full_Name,
                if(u('lead company', person_id) < 0.3, (select company_name from companies
                    where i = 1 + person_id % 40), null) as Company,
                if(u('lead mail', person_id) < 0.7, typed_email(email, u('lm', person_id)), null)
                    as Email,
                if(u('lead mobile', person_id) < 0.8,
                    typed_phone(country, mobile, u('lp', person_id)), null) as Mobile,
                pick(['Web', 'Exhibition 展会', 'Referral', 'WeChat', 'Cold Call', 'Store'],
                    u('lead source', person_id)) as Lead_Source,
                case when contact_id is not null and s < 0.7 then 'Converted'
                    when s < 0.5 then 'Contacted' when s < 0.8 then 'Not Contacted'
                    else 'Junk Lead' end as Lead_Status,
                owner_of(getvariable('zoho_staff'), 'lead' || person_id) as Owner_id,
                Lead_Status = 'Converted' as Converted__s,
                if(Lead_Status = 'Converted', contact_id, null) as Converted_Contact_id,
                zoho_time(created_at) as Created_Time,
                zoho_time(greatest(created_at, modified_at)) as Modified_Time
            from zoho_leads
        )
        select * from (select * from rows union all select * from rows
            where u('lead twice', id) < 0.02) order by id""",
        "crm_zoho.leads",
        _LEAD_FAULTS,
    )
    tell(world, "crm_zoho.leads", "select person_id, zoho_id('03', number) from zoho_leads")
