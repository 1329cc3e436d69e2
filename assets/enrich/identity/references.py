"""Tickets, survey answers and consents to customers: they follow the people, they never make one.

In order: the decisive identifier (the shop's own customer number) wins over all contact data;
otherwise every valid identifier that any customer carries must point to the same one. Shared
identifiers say nothing. Whatever stays open is `unknown`, with the reason beside it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from assets.enrich.identity.rules import Rules
from assets.enrich.identity.storage import create_table

if TYPE_CHECKING:
    import duckdb

UNKNOWN = "unknown"


def write_references_map(con: duckdb.DuckDBPyConnection, rules: Rules) -> None:
    """Write `references_map`: one row per reference record that carries any identifier.

    Reads `identity_identifiers`, `identity_values`, `identity_types` and `customers_map`.
    """
    create_table(con, "references_map")
    if con.execute("select count(*) from identity_reference_nodes").fetchall() == [(0,)]:
        return
    decisive = rules.decisive_reference_type
    _find_owners(con, decisive, rules.id_issuer)
    con.execute(
        f"""
        insert into vault.identity.references_map
        with evidence as (
            select
                nodes.source,
                nodes.source_record_id,
                raw.is_valid,
                coalesce(identity_values.is_hub, false) as is_shared,
                raw.identifier_type = '{decisive}' as is_decisive,
                owners.first_key,
                owners.last_key,
                types.rule,
                types.weight
            from identity_identifiers as raw
            inner join identity_reference_nodes as nodes on raw.node = nodes.node
            inner join identity_types as types on raw.identifier_type = types.identifier_type
            left join identity_values
                on raw.identifier_type = identity_values.identifier_type
                and raw.identifier_value = identity_values.identifier_value
                and raw.is_valid
            left join identity_owners as owners
                on raw.identifier_type = owners.identifier_type
                and raw.identifier_value = owners.identifier_value
                and raw.is_valid
        ),
        summary as (
            select
                source,
                source_record_id,
                min(first_key) filter (where is_decisive) as decisive_key,
                max(last_key) filter (where is_decisive) as last_decisive_key,
                min(first_key) as any_key,
                max(last_key) as last_any_key,
                max_by(rule, weight) filter (where first_key is not null) as strongest_rule,
                max_by(rule, weight) filter (where first_key is not null and is_decisive)
                    as decisive_rule,
                bool_or(is_valid) as has_valid,
                bool_or(is_shared) as has_shared
            from evidence
            group by source, source_record_id
        )
        select
            source,
            source_record_id,
            case
                when decisive_key is not null and decisive_key = last_decisive_key
                    then decisive_key
                when decisive_key is null and any_key = last_any_key then any_key
                else '{UNKNOWN}'
            end as customer_key,
            case
                when decisive_key is not null and decisive_key = last_decisive_key
                    then decisive_rule
                when decisive_key is null and any_key = last_any_key then strongest_rule
            end as rule,
            case
                when coalesce(decisive_key = last_decisive_key, any_key = last_any_key, false)
                    then null
                when any_key is not null then 'conflicting_identifiers'
                when has_shared then 'shared_identifier'
                when has_valid then 'no_match'
                else 'no_valid_identifier'
            end as reason
        from summary
        order by source, source_record_id
        """
    ).fetchall()


def _find_owners(con: duckdb.DuckDBPyConnection, decisive: str, id_issuer: str) -> None:
    """Make `identity_owners`: the first and last customer key that an identifier value leads to.

    The record that issued the id owns it; else the linkable records that carry it; else, so that
    a test account's ticket stays with the test account, any other record.
    """
    con.execute(
        f"""
        create or replace temp table identity_owners as
        with carried as (
            select
                raw.identifier_type,
                raw.identifier_value,
                customers.customer_key,
                case
                    when
                        raw.identifier_type = '{decisive}'
                        and nodes.source = '{id_issuer}'
                        and nodes.source_record_id = raw.identifier_value
                        then 1
                    when nodes.is_linkable then 2
                    else 3
                end as standing
            from identity_identifiers as raw
            semi join (
                select identifiers.identifier_type, identifiers.identifier_value
                from identity_identifiers as identifiers
                semi join identity_reference_nodes as referring
                    on identifiers.node = referring.node
            ) as asked
                on raw.identifier_type = asked.identifier_type
                and raw.identifier_value = asked.identifier_value
            inner join identity_nodes as nodes on raw.node = nodes.node
            inner join vault.identity.customers_map as customers
                on nodes.source = customers.source
                and nodes.source_record_id = customers.source_record_id
                and customers.is_current
            where raw.is_valid
        ),
        best as (
            select identifier_type, identifier_value, min(standing) as standing
            from carried
            group by identifier_type, identifier_value
        )
        select
            carried.identifier_type,
            carried.identifier_value,
            min(carried.customer_key) as first_key,
            max(carried.customer_key) as last_key
        from carried
        inner join best
            on carried.identifier_type = best.identifier_type
            and carried.identifier_value = best.identifier_value
            and carried.standing = best.standing
        left join identity_values
            on carried.identifier_type = identity_values.identifier_type
            and carried.identifier_value = identity_values.identifier_value
        where not coalesce(identity_values.is_hub, false) or carried.standing = 1
        group by carried.identifier_type, carried.identifier_value
        """
    ).fetchall()
