"""What all records of Zoho CRM have in common, and the ids of those that were deleted.

A record looks as the API gives it: lookups are objects, times carry an offset, money is a number.
"""

from demo.files import Fault, write_jsonl
from demo.world import World

FOLDER = "servers/zoho"
DELETED_SHARE = 0.01


def make_zoho(world: World) -> None:
    """Create the vocabulary of Zoho records."""
    world.run("""
        create macro zoho_link(id, name) as
            if(id is null, null, {'name': name, 'id': cast(id as varchar)})""")


def system_fields(owned: str, created: str, modified: str) -> str:
    """The select list of the fields that every module has.

    Args:
        owned: SQL expression that decides who owns the record.
        created: SQL expression of the UTC time of creation.
        modified: SQL expression of the UTC time of the newest state.
    """
    owner = f"owner_of(getvariable('zoho_owners'), {owned})"
    return f"""
        {owner} as Owner, {owner} as Created_By, {owner} as Modified_By,
        zoho_time({created}) as Created_Time, zoho_time({modified}) as Modified_Time,
        [] as Tag, false as Locked__s, 'Available' as Record_Status__s"""


def write_module(
    world: World, module: str, obj: str, sql: str, faults: list[Fault] | None = None
) -> None:
    """Write the records of a module, ordered by the query; `obj` is counted in the figures."""
    write_jsonl(world, f"{FOLDER}/{module}.jsonl", sql, f"crm_zoho.{obj}", faults or ())


def write_deleted(world: World) -> None:
    """Write which records were deleted: most lie in the recycle bin, some are gone for good.

    Nothing else knows them: an API gives no deleted record, only its id.
    """
    write_jsonl(
        world,
        f"{FOLDER}/_deleted.jsonl",
        f"""
        with modules as (
            select 'Contacts' as module, '01' as code, count(*) as records from crm_contacts
            where system = 'zoho'
            union all
            select 'Leads', '03', count(*) from zoho_leads
            union all
            select 'Deals', '04', count(*) from zoho_deals
        ),
        gone as (
            select module, zoho_id(code, 8000000000 + n) as id
            from modules, range(1, 2 + floor(records * {DELETED_SHARE})::bigint) as t(n)
        )
        select module, id, zoho_time(moment('deleted', id, '2017-01-05', '2017-12-30'))
                as deleted_time, if(u('purged', id) < 0.3, 'permanent', 'recycle') as type
        from gone order by deleted_time, id""",
        "crm_zoho.deletions",
    )
