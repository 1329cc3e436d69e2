"""Which records are worth comparing: they share an identifier, or some keys are equal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assets.enrich.identity.rules import Rules

if TYPE_CHECKING:
    import duckdb

MEMBERS = 30
"""Most records that a key rule compares with each other when it sets no limit itself."""

_DERIVED = {
    "birth_year": "year(birth_date)",
    "birth_day": "month(birth_date) * 100 + day(birth_date)",
}


def find_pairs(con: duckdb.DuckDBPyConnection, rules: Rules) -> None:
    """Make `identity_pairs` (a < b): every pair of linkable records that will be compared.

    A set of keys that more records share than its limit says nothing about anybody, and would cost
    the square of their number.
    """
    blocks = [(list(rule.stands_on), MEMBERS) for rule in rules.key_rules]
    blocks += [(block.keys, block.max_records) for block in rules.evidence.blocks]
    used = dict.fromkeys(key for keys, _ in blocks for key in keys)
    con.execute(
        f"""
        create or replace temp table identity_comparable as
        select
            node,
            {", ".join(_key(number, keys) for number, (keys, _) in enumerate(blocks))}
        from (
            select profiles.node, {", ".join(_hashed(key) for key in used)}
            from identity_profiles as profiles
            anti join (select node from identity_nodes where not is_linkable) as barred
                on profiles.node = barred.node
        )
        """
    ).fetchall()
    con.execute(
        "create or replace temp table identity_blocks (block_key ubigint, node integer)"
    ).fetchall()
    for number, (_, limit) in enumerate(blocks):
        con.execute(_block(number, limit)).fetchall()
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


def _hashed(key: str) -> str:
    """One number for each key, as most keys are part of several blocks."""
    value = _DERIVED.get(key, key)
    return f"case when {value} is not null then hash({value}) end as {key}"


def _key(number: int, keys: list[str]) -> str:
    """A number for the keys of a block; null where one is missing."""
    known = " and ".join(f"{key} is not null" for key in keys)
    return f"case when {known} then hash({number}, {', '.join(keys)}) end as block_{number}"


def _block(number: int, limit: int) -> str:
    """Add the records whose keys are equal; records that share a hash only are told apart later."""
    return f"""
        insert into identity_blocks
        with small as (
            select block_{number} as block_key
            from identity_comparable
            where block_{number} is not null
            group by block_{number}
            having count(*) between 2 and {limit}
        )
        select keyed.block_{number}, keyed.node
        from identity_comparable as keyed
        semi join small on keyed.block_{number} = small.block_key
    """
