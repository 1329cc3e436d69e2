"""Who is on the list: who meets the conditions, consented, and has an address on the channel.

Of everybody else only the number is told.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import duckdb

from assets.audiences.addresses import CHANNELS
from assets.audiences.columns import BASE, Question
from assets.audiences.declared import Audience
from assets.publish.exports import SCHEMA
from assets.raw import sql

MEMBERS = "temp.audience_members"
"""The rows of the file, in its order."""

CONSENTED = f"""
    select customer_key
    from publication.{SCHEMA}.bridge_customer_consents
    where purpose = $purpose and channel_id in ($channel, 'unknown')
    group by customer_key
    having bool_or(is_granted and channel_id = $channel) and bool_and(is_granted)
"""
"""Known and granted for exactly this purpose and channel. A withdrawal whose channel nobody
understood may mean this one."""


@dataclass(frozen=True)
class Counts:
    """How many customers there are: `selected` is the sum of the other three.

    Attributes:
        selected: Who meet the conditions.
        without_consent: Of them, who may not be contacted there.
        without_address: Of those with consent, who have no address there.
        exported: Who are on the list.
    """

    selected: int
    without_consent: int
    without_address: int
    exported: int


def write_members(con: duckdb.DuckDBPyConnection, audience: Audience, asked: Question) -> Counts:
    """Write `MEMBERS`: customer_key, address, preferred_language, the name if asked for, labels.

    Args:
        con: `publication` is the live publication, `vault` the vault of its build.
        audience: Says purpose and channel.
        asked: What is read of the publication for it.
    """
    labels = "".join(f", {it.reference} as {sql.name(it.name)}" for it in asked.labels)
    joins = " ".join(
        f"left join publication.{SCHEMA}.{sql.name(table)} using (customer_key)"
        for table in asked.tables
    )
    con.execute(
        f"create or replace temp table audience_selected as select customer_key{labels}"
        f" from publication.{SCHEMA}.{BASE} {joins}"
        f" where {' and '.join(asked.conditions) or 'true'}",
        list(asked.values),
    ).fetchall()
    channel = CHANNELS[audience.channel]
    said = {"purpose": audience.purpose, "channel": audience.channel}
    con.execute(f"create or replace temp table audience_consents as {CONSENTED}", said).fetchall()
    con.execute(f"""
        create or replace temp table audience_judged as
        select
            selected.*,
            addresses.address,
            audience_consents.customer_key is not null as is_consented
        from audience_selected as selected
        left join audience_consents on selected.customer_key = audience_consents.customer_key
        left join ({channel.addresses}) as addresses
            on selected.customer_key = addresses.customer_key
    """).fetchall()
    name = ", pii.full_name as name" if audience.with_name else ""
    own = "".join(f", judged.{sql.name(it.name)}" for it in asked.labels)
    con.execute(f"""
        create or replace temp table audience_members as
        select judged.customer_key, judged.address, pii.preferred_language{name}{own}
        from audience_judged as judged
        left join vault.vault.customer_pii as pii on judged.customer_key = pii.customer_key
        where judged.is_consented and judged.address is not null
        order by judged.customer_key
    """).fetchall()
    [(selected, without_consent, without_address, exported)] = con.execute("""
        select
            count(*),
            count(*) filter (not is_consented),
            count(*) filter (is_consented and address is null),
            (select count(*) from audience_members)
        from audience_judged
    """).fetchall()
    return Counts(selected, without_consent, without_address, exported)


def cells(
    con: duckdb.DuckDBPyConnection, asked: Question, minimum: int
) -> dict[str, Mapping[str, int]]:
    """People of the list by value of each label; values of few are counted together."""
    found: dict[str, Mapping[str, int]] = {}
    for label in asked.labels:
        rows = con.execute(
            f"select coalesce(cast({sql.name(label.name)} as varchar), ''), count(*)"
            f" from {MEMBERS} group by all order by all"
        ).fetchall()
        sizes = {value: count for value, count in rows if count >= minimum}
        few = sum(count for _, count in rows if count < minimum)
        found[label.name] = sizes | ({f"(fewer than {minimum} each)": few} if few else {})
    return found
