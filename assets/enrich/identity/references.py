"""Tickets, survey answers and consents to customers: they follow the people, they never make one.

In order: the decisive identifier (the shop's own customer number) wins over all contact data;
otherwise every valid identifier that any customer carries must point to the same one. Shared
identifiers say nothing. Whatever stays open is `unknown`, with the reason beside it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from assets.enrich.identity.rules import DECISIVE_REFERENCE_TYPE, ID_ISSUER

if TYPE_CHECKING:
    import duckdb

UNKNOWN = "unknown"


def write_references_map(con: duckdb.DuckDBPyConnection) -> None:
    """Write `references_map`: one row per reference record that carries any identifier.

    Reads `identity_standard_raw`, `identity_values`, `identity_rules` and `customers_map`.
    """
    _find_owners(con)
    con.execute(
        f"""
        create or replace table vault.identity.references_map as
        with evidence as (
            select
                raw.source,
                raw.source_record_id,
                raw.is_valid,
                coalesce(identity_values.is_shared, false) as is_shared,
                raw.identifier_type = '{DECISIVE_REFERENCE_TYPE}' as is_decisive,
                owners.first_key,
                owners.last_key,
                rules.name as rule,
                rules.weight
            from identity_standard_raw as raw
            inner join identity_rules as rules on raw.identifier_type = rules.identifier_type
            left join identity_values
                on raw.identifier_type = identity_values.identifier_type
                and raw.identifier_value = identity_values.identifier_value
                and raw.is_valid
            left join identity_owners as owners
                on raw.identifier_type = owners.identifier_type
                and raw.identifier_value = owners.identifier_value
                and raw.is_valid
            where raw.is_reference
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


def _find_owners(con: duckdb.DuckDBPyConnection) -> None:
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
                        raw.identifier_type = '{DECISIVE_REFERENCE_TYPE}'
                        and raw.source = '{ID_ISSUER}'
                        and raw.source_record_id = raw.identifier_value
                        then 1
                    when nodes.is_linkable then 2
                    else 3
                end as standing
            from identity_standard_raw as raw
            inner join identity_nodes as nodes
                on raw.source = nodes.source and raw.source_record_id = nodes.source_record_id
            inner join vault.identity.customers_map as customers
                on raw.source = customers.source
                and raw.source_record_id = customers.source_record_id
            where raw.is_valid and not raw.is_reference
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
        where not coalesce(identity_values.is_shared, false) or carried.standing = 1
        group by carried.identifier_type, carried.identifier_value
        """
    ).fetchall()
