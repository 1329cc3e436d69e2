"""The people of Zoho CRM (contacts, leads, users) and its companies, as its API gives them."""

from demo.files import Fault
from demo.truth import tell
from demo.world import World
from demo.zoho_records import make_zoho, system_fields, write_deleted, write_module
from demo.zoho_sales import write_zoho_sales

_CONTACT_FAULTS: list[Fault] = [
    ("wrong_type", {"id": "3652397019900000001", "Email_Opt_Out": "perhaps"}),
    ("wrong_type", {"id": "3652397019900000002", "Date_of_Birth": "1980年5月"}),
    ("pattern_mismatch", {"id": "3652397019900000003", "Shop_Customer_Id": "see notes"}),
    ("missing_value", {"id": "3652397019900000004", "Created_Time": None}),
]
_ACCOUNT_FAULTS: list[Fault] = [
    ("wrong_type", {"id": "3652397029900000001", "Employees": "many"}),
    ("below_minimum", {"id": "3652397029900000002", "Annual_Revenue": -1}),
]
_LEAD_FAULTS: list[Fault] = [
    ("wrong_type", {"id": "3652397039900000001", "Converted__s": "perhaps"}),
    ("missing_value", {"id": "3652397039900000002", "Created_Time": None}),
]


def write_zoho(world: World) -> None:
    """Write every record of the source crm_zoho."""
    make_zoho(world)
    _contacts(world)
    _accounts_and_users(world)
    _leads(world)
    write_zoho_sales(world)
    write_deleted(world)


def _contacts(world: World) -> None:
    write_module(
        world,
        "Contacts",
        "contacts",
        f"""
        select record_id as id, if(typed_full_name is null, null, last_name) as Last_Name,
            if(typed_full_name is null, null, first_name) as First_Name,
            typed_full_name as Full_Name, typed_mail as Email, typed_mobile as Mobile,
            typed_landline as Phone, known_birth_date as Date_of_Birth, city as Mailing_City,
            region as Mailing_State,
            if(country = 'CN', pick(['China', '中国', 'CN'], u('crm country', id)),
                pick(['United States', 'USA', 'US'], u('crm country', id))) as Mailing_Country,
            if(u('crm street', id) < 0.6, address, null) as Mailing_Street,
            zoho_link(zoho_id('02', company), company_name) as Account_Name,
            shop_id as Shop_Customer_Id, known_unionid as Wechat_Unionid,
            u('opt out', id) < 0.08 and version > 1 as Email_Opt_Out,
            {system_fields("id", "created_at", "modified_at")}
        from crm_contact_states where system = 'zoho' order by record_id""",
        _CONTACT_FAULTS,
    )
    tell(
        world,
        "crm_zoho.contacts",
        """
        select person_id, record_id from crm_contacts where system = 'zoho'""",
    )


def _accounts_and_users(world: World) -> None:
    write_module(
        world,
        "Accounts",
        "accounts",
        f"""
        select zoho_id('02', i) as id, company_name as Account_Name,
            getvariable('industries_en')[industry] as Industry, employees as Employees,
            (employees * (40000 + 60000 * u('revenue', i)))::decimal(18, 2) as Annual_Revenue,
            place.city as Billing_City, if(is_zh, 'China', 'United States') as Billing_Country,
            {system_fields("'company' || i", "created_at", "changed_at")}
        from companies where in_zoho order by i""",
        _ACCOUNT_FAULTS,
    )
    write_module(
        world,
        "Users",
        "users",
        """
        with staffed as (
            select *, pick(['Agent', 'Agent', 'Team Lead', 'Manager'], u('role', i)) as role_name
            from staff where system = 'zoho'
        )
        select staff_id as id, full_name, email,
            {'name': role_name, 'id': zoho_id('09', 1 + strpos('ATM', role_name[1]))} as role,
            {'name': 'Standard', 'id': zoho_id('09', 10)} as profile,
            if(is_active, 'active', 'inactive') as status, department as Department,
            zoho_time(timestamp '2016-10-03 01:00:00') as created_time,
            zoho_time(timestamp '2016-10-03 01:00:00') as Modified_Time
        from staffed order by i""",
    )


def _leads(world: World) -> None:
    world.run("""
        create table zoho_leads as
        select persons.*, row_number() over (order by person_id) as number,
            moment('lead', person_id, '2017-01-03', '2017-12-10') as created_at,
            greatest(created_at, moment('lead change', person_id, created_at::date, '2017-12-30'))
                as modified_at,
            contact_id, u('lead status', person_id) as s
        from persons left join (select person_id, record_id as contact_id from crm_contacts
            where system = 'zoho' and copy = 1) as contacts using (person_id)
        where (kind = 'crm_only' and u('zoho lead', person_id) < 0.6)
            or (kind = 'prospect' and u('zoho lead', person_id) < 0.25)
            or (kind = 'buyer' and u('zoho lead', person_id) < 0.04)""")
    write_module(
        world,
        "Leads",
        "leads",
        f"""
        select zoho_id('03', number) as id, full_name as Full_Name, last_name as Last_Name,
            first_name as First_Name,
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
            Lead_Status = 'Converted' as Converted__s,
            if(Converted__s, zoho_link(contact_id, full_name), null) as Converted_Contact,
            if(Converted__s, zoho_time(modified_at), null) as Converted_Date_Time,
            {system_fields("'lead' || person_id", "created_at", "modified_at")}
        from zoho_leads order by number""",
        _LEAD_FAULTS,
    )
    tell(world, "crm_zoho.leads", "select person_id, zoho_id('03', number) from zoho_leads")
