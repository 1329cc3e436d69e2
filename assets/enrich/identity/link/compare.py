"""How far two records agree: one level each for name, birth date, address and document."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assets.enrich.arrays import read_arrays, shown
from assets.enrich.identity.link.levels import (
    ADDRESS_LEVEL,
    DOCUMENT_LEVEL,
    NAME_LEVEL,
)
from assets.enrich.identity.link.prints import Prints
from assets.enrich.identity.link.settle import OPEN, settled_levels
from assets.enrich.identity.rules import LEVELS

if TYPE_CHECKING:
    import duckdb
    import numpy as np
    import numpy.typing as npt

    from assets.enrich.identity.link.prints import Flags, Nodes
    from assets.enrich.identity.link.settle import Codes

_COLUMNS = {
    "name": "name_level",
    "birth_date": "birth_level",
    "address": "address_level",
    "document": "document_level",
}
_DOCUMENTS = """(
    select node, min(identifier_value) as document
    from identity_identifiers
    where identifier_type = 'national_id' and is_valid
    group by node
)"""
_TEXTS = {
    "name": (
        NAME_LEVEL,
        "name_kind, is_named, name_han, name_key, name_family, name_given",
        "identity_profiles",
    ),
    "address": (ADDRESS_LEVEL, "city_key, street_key, number_key, postcode", "identity_profiles"),
    "document": (DOCUMENT_LEVEL, "document", _DOCUMENTS),
}
"""What a level means that prints may leave open, the texts that tell it, and where they are."""


def compare(con: duckdb.DuckDBPyConnection, prints: Prints, pairs: tuple[Nodes, Nodes]) -> None:
    """Make `identity_compared`: one row per pair with its levels and shared identifiers.

    Columns: a, b, name_level, birth_level, address_level, document_level, contact_level,
    name_records (records that bear the commoner of the two names), and strong_count, contact_count,
    weak_count of different identifier types that both carry.
    """
    import numpy as np

    one, other = pairs
    levels = settled_levels(prints, one, other)
    for feature in _TEXTS:
        _read_open(con, feature, levels[feature], pairs)
    namesakes = _namesakes(prints)
    contactable = _contactable(con, len(namesakes))
    _count_shared_types(con)
    columns = {
        "a": one.astype(np.int32),
        "b": other.astype(np.int32),
        "namesakes": np.maximum(namesakes[one], namesakes[other]),
        "contactable": (contactable[one] & contactable[other]).astype(np.uint8),
        **levels,
    }
    with shown(con, "identity_settled", columns):
        con.execute(
            f"""
            create or replace temp table identity_compared as
            select
                settled.a,
                settled.b,
                {", ".join(_level(feature) for feature in _COLUMNS)},
                case
                    when types.contact_count > 0 then 'same'
                    when settled.contactable = 1 then 'differs'
                    else 'unknown'
                end as contact_level,
                settled.namesakes as name_records,
                coalesce(types.strong_count, 0) as strong_count,
                coalesce(types.contact_count, 0) as contact_count,
                coalesce(types.weak_count, 0) as weak_count
            from identity_settled as settled
            left join identity_pair_types as types
                on (settled.a::bigint << 32) | settled.b = types.pair
            """
        ).fetchall()
    con.execute("drop table identity_pair_types").fetchall()


def _level(feature: str) -> str:
    """The level of a code, as an enum: it compares with texts, and is several times smaller."""
    levels = LEVELS[feature]
    words = " ".join(f"when {code} then '{level}'" for code, level in enumerate(levels))
    names = ", ".join(f"'{level}'" for level in levels)
    return f"(case settled.{feature} {words} end)::enum({names}) as {_COLUMNS[feature]}"


def _read_open(
    con: duckdb.DuckDBPyConnection, feature: str, codes: Codes, pairs: tuple[Nodes, Nodes]
) -> None:
    """Fill in the levels that are open, by the texts of the records."""
    import numpy as np

    places = np.flatnonzero(codes == OPEN)
    one, other = pairs
    level, texts, source = _TEXTS[feature]
    with shown(con, "identity_open_pairs", {"place": places, "a": one[places], "b": other[places]}):
        read = read_arrays(
            con,
            f"""
            with texts as materialized (
                select node, {texts}
                from {source}
                where node in (
                    select a from identity_open_pairs
                    union
                    select b from identity_open_pairs
                )
            )
            select
                pairs.place,
                (list_position({list(LEVELS[feature])}, {level}) - 1)::tinyint as code
            from identity_open_pairs as pairs
            inner join texts as one on pairs.a = one.node
            inner join texts as other on pairs.b = other.node
            """,
        )
    codes[read["place"]] = read["code"]


def _namesakes(prints: Prints) -> npt.NDArray[np.int32]:
    """On how many records each record's name is; two at least, for a pair bears it."""
    import numpy as np

    counts = np.full(len(prints.is_named), 2, dtype=np.int32)
    bearers = np.flatnonzero(prints.known("name_key"))
    _, name, records = np.unique(
        prints.details["name_key"][bearers], return_inverse=True, return_counts=True
    )
    counts[bearers] = np.maximum(records[name], 2)
    return counts


def _contactable(con: duckdb.DuckDBPyConnection, node_count: int) -> Flags:
    """Which records have a contact detail that reaches their person."""
    import numpy as np

    reached = read_arrays(
        con,
        f"""
        select node
        from identity_identifiers
        where
            is_valid
            and node < {node_count}
            and identifier_type in (
                select identifier_type from identity_types where strength = 'contact'
            )
        """,
    )
    contactable = np.zeros(node_count, dtype=np.bool_)
    contactable[reached["node"]] = True
    return contactable


def _count_shared_types(con: duckdb.DuckDBPyConnection) -> None:
    """Make `identity_pair_types`: how many types of each strength a pair has in common.

    Types are bits of one number, which is several times cheaper than to count distinct texts.
    """
    con.execute(
        """
        create or replace temp table identity_pair_types as
        with types as (
            select identifier_type, strength, 1::ubigint << (row_number() over () - 1) as bit
            from identity_types
        ),
        known as (
            select identity_values.value_id, types.strength, types.bit
            from identity_values
            inner join types on identity_values.identifier_type = types.identifier_type
            where not identity_values.is_hub
        )
        select
            (shared.a::bigint << 32) | shared.b as pair,
            bit_count(bit_or(known.bit) filter (known.strength = 'strong')) as strong_count,
            bit_count(bit_or(known.bit) filter (known.strength = 'contact')) as contact_count,
            bit_count(bit_or(known.bit) filter (known.strength = 'weak')) as weak_count
        from identity_shared as shared
        inner join known on shared.value_id = known.value_id
        group by pair
        """
    ).fetchall()
