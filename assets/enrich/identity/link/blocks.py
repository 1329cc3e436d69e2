"""Which records are worth comparing: they share an identifier, or some keys are equal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assets.enrich.identity.rules import Rules

if TYPE_CHECKING:
    import duckdb

MEMBERS = 30
"""Most records that a key rule compares with each other when it sets no limit itself."""

_DERIVED = {"birth_year": "year(birth_date)", "birth_day": "strftime(birth_date, '%m%d')"}


def find_pairs(con: duckdb.DuckDBPyConnection, rules: Rules) -> None:
    """Make `identity_pairs` (a < b): every pair of linkable records that will be compared.

    A set of keys that more records share than its limit says nothing about anybody, and would cost
    the square of their number.
    """
    blocks = [(list(rule.stands_on), MEMBERS) for rule in rules.key_rules]
    blocks += [(block.keys, block.max_records) for block in rules.evidence.blocks]
    con.execute(
        """
        create or replace temp table identity_comparable as
        select profiles.*
        from identity_profiles as profiles
        semi join (select node from identity_nodes where is_linkable) as linkable
            on profiles.node = linkable.node
        """
    ).fetchall()
    con.execute(
        "create or replace temp table identity_blocks (block_key ubigint, node integer)"
    ).fetchall()
    for number, (keys, limit) in enumerate(blocks):
        con.execute(_block(number, keys, limit)).fetchall()
    con.execute(
        """
        create or replace temp table identity_pairs as
        select distinct a, b
        from (
            select shared.a, shared.b
            from identity_shared as shared
            inner join identity_values on shared.value_id = identity_values.value_id
            where not identity_values.is_hub
            union all
            select one.node as a, other.node as b
            from identity_blocks as one
            inner join identity_blocks as other
                on one.block_key = other.block_key and one.node < other.node
        )
        """
    ).fetchall()
    con.execute("drop table identity_comparable").fetchall()
    con.execute("drop table identity_blocks").fetchall()


def _block(number: int, keys: list[str], limit: int) -> str:
    """Add the records whose keys are equal; records that share a hash only are told apart later."""
    columns = [_DERIVED.get(key, key) for key in keys]
    known = " and ".join(f"{column} is not null" for column in columns)
    return f"""
        insert into identity_blocks
        with keyed as (
            select hash({number}, {", ".join(columns)}) as block_key, node
            from identity_comparable
            where {known}
        ),
        small as (
            select block_key
            from keyed
            group by block_key
            having count(*) between 2 and {limit}
        )
        select keyed.block_key, keyed.node
        from keyed
        semi join small on keyed.block_key = small.block_key
    """
