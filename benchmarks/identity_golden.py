"""The golden record of the speed set: what its models read, and their SQL as dbt compiles it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

PROJECT = Path(__file__).parents[1] / "dbt_project"
SEEDS = PROJECT / "seeds" / "identity"
KNOWN_AS = {
    "orders.customers": "order_customers",
    "crm_zoho.contacts": "crm",
    "social.profiles": "social",
}
"""Source of the survivorship seed: the source of the speed set that has its place."""


def make_profiles(con: duckdb.DuckDBPyConnection) -> None:
    """Make the relations that the golden record reads, as `int_customer_profiles` and dbt would.

    Names of social profiles are nicknames. Nobody measures this: in a nightly run the profiles are
    made for other models too.
    """
    known_as = " ".join(f"when '{seed}' then '{name}'" for seed, name in KNOWN_AS.items())
    for statement in (
        "attach ':memory:' as warehouse",
        "create schema warehouse.reference",
        "create table warehouse.reference.identity_survivorship as"
        f" select attribute, case source {known_as} else source end as source, priority"
        f" from read_csv('{SEEDS / 'identity_survivorship.csv'}')",
        "create table warehouse.reference.identity_survivorship_order as"
        f" from read_csv('{SEEDS / 'identity_survivorship_order.csv'}')",
        """
        create table vault.identity.int_customer_profiles as
        select
            customers_map.customer_key,
            customers_map.record_number,
            people.source,
            people.source_record_id,
            case when people.source <> 'social' then nullif(trim(people.full_name), '') end
                as full_name,
            case when people.source = 'social' then nullif(trim(people.full_name), '') end
                as nickname,
            try_cast(people.birth_date as date) as birth_date,
            null::varchar as gender,
            null::varchar as preferred_language,
            people.address,
            people.city,
            people.region,
            null::varchar as country,
            people.observed_at
        from vault.identity.people
        inner join vault.identity.customers_map
            on
                people.source = customers_map.source
                and people.source_record_id = customers_map.source_record_id
        where customers_map.is_current
        """,
        """
        create table vault.identity.int_customers as
        select
            customer_key,
            count(*) as record_count,
            count(distinct source) as source_count
        from vault.identity.customers_map
        where is_current
        group by customer_key
        """,
        "create schema vault.vault",
        "checkpoint vault",
    ):
        con.execute(statement).fetchall()


def compile_golden_record(folder: Path, model: str = "customer_pii") -> list[str]:
    """The statements that make a golden record model, with the hooks before and after it.

    dbt compiles into `folder`, where it was not done before, in a process of its own: neither its
    CPU time nor its memory is that of the caller.
    """
    target = folder / "target"
    compiled = folder / f"{model}.json"
    if not compiled.exists():
        folder.mkdir(parents=True, exist_ok=True)
        places = {
            "--project-dir": PROJECT,
            "--profiles-dir": PROJECT,
            "--target-path": target,
            "--log-path": folder / "log",
            "--vars": json.dumps({"build_dir": str(folder)}),
        }
        arguments = [str(word) for place in places.items() for word in place]
        dbt = [sys.executable, "-c", "from dbt.cli.main import cli; cli()", "--quiet", "compile"]
        subprocess.run([*dbt, "--select", model, *arguments], check=True, stdout=subprocess.DEVNULL)
        nodes = json.loads((target / "manifest.json").read_text())["nodes"]
        config = nodes[f"model.customer_360.{model}"]["config"]
        before, after = ([hook["sql"] for hook in config[at]] for at in ("pre-hook", "post-hook"))
        [found] = (target / "compiled").glob(f"**/{model}.sql")
        create = f"create table vault.vault.{model} as {found.read_text()}"
        compiled.write_text(json.dumps([*before, create, *after]))
    return list(json.loads(compiled.read_text()))


def golden_record(con: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Make `vault.vault.customer_pii` as its model does, compiled into `folder`."""
    for statement in compile_golden_record(folder):
        con.execute(statement).fetchall()
