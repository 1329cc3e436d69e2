"""One number for each detail of a record, equal where the detail is: what arrays can compare.

Most pairs of records agree or differ plainly, and numbers tell so several times cheaper than texts.

Belongs here: the prints and how they are compared. Does not belong here: what follows from it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from assets.enrich.arrays import read_arrays, read_placed
from assets.enrich.identity.rules import Rules

if TYPE_CHECKING:
    import duckdb
    import numpy as np
    import numpy.typing as npt

    Numbers = npt.NDArray[np.uint64]
    Nodes = npt.NDArray[np.int64]
    Flags = npt.NDArray[np.bool_]
    Array = npt.NDArray[Any]

_COMPARED = (
    *("name_han", "name_key", "name_family", "name_kind"),
    *("city_key", "street_key", "number_key", "postcode"),
)
"""Details that pairs and clusters are compared by, whatever the rules ask for."""
_OF_BIRTH = ("birth_date", "birth_year", "birth_day")


@dataclass(frozen=True)
class Prints:
    """Arrays with a place for every node.

    Attributes:
        details: the prints of each detail, by its name.
        missing: the print of a detail that is not known.
        latin: the print of the name_kind of Western names.
        births: year, month and day as one number, 19850403; 0 where not known.
        is_named: whether the name tells one person from another.
        is_linkable: whether the record may be linked with others.

    Two texts have the same print by chance once in 2^64 times.
    """

    details: dict[str, Numbers]
    missing: np.uint64
    latin: np.uint64
    births: npt.NDArray[np.integer]
    is_named: Flags
    is_linkable: Flags

    def known(self, detail: str) -> Flags:
        """Which records have a detail."""
        return self.details[detail] != self.missing

    def agreement(self, detail: str, one: Nodes, other: Nodes) -> tuple[Flags, Flags]:
        """Which pairs have the same detail, and which have two different ones."""
        left, right = self.details[detail][one], self.details[detail][other]
        known = (left != self.missing) & (right != self.missing)
        same = left == right
        return same & known, ~same & known


def read_prints(con: duckdb.DuckDBPyConnection, rules: Rules) -> Prints:
    """Read the prints of `identity_profiles`, and of the numbers of identity documents."""
    import numpy as np

    [(node_count, missing, latin)] = con.execute(
        "select count(*), hash(null), hash('latin') from identity_nodes"
    ).fetchall()
    key_sets = [rule.stands_on for rule in rules.key_rules]
    key_sets += [block.keys for block in rules.evidence.blocks]
    wanted = dict.fromkeys((*_COMPARED, *(key for keys in key_sets for key in keys)))
    texts = [detail for detail in wanted if detail not in _OF_BIRTH]
    profiles = read_placed(
        con,
        f"""
        select
            node,
            {", ".join(f"hash({detail}) as {detail}" for detail in texts)},
            coalesce(
                year(birth_date) * 10000 + month(birth_date) * 100 + day(birth_date), 0
            )::integer as birth,
            is_named::utinyint as is_named
        from identity_profiles
        """,
        node_count,
        {**dict.fromkeys(texts, missing), "birth": 0, "is_named": 0},
    )
    documents = read_placed(
        con,
        f"""
        select node, hash(min(identifier_value)) as document
        from identity_identifiers
        where identifier_type = 'national_id' and is_valid and node < {node_count}
        group by node
        """,
        node_count,
        {"document": missing},
    )
    barred = read_arrays(con, "select node from identity_nodes where not is_linkable")
    is_linkable = np.ones(node_count, dtype=np.bool_)
    is_linkable[barred["node"]] = False
    births, is_named = profiles.pop("birth"), profiles.pop("is_named")
    return Prints(
        details={**profiles, **_of_birth(births, np.uint64(missing)), **documents},
        missing=np.uint64(missing),
        latin=np.uint64(latin),
        births=births,
        is_named=is_named.astype(np.bool_),
        is_linkable=is_linkable,
    )


def _of_birth(births: Array, missing: np.uint64) -> dict[str, Numbers]:
    import numpy as np

    parts = {"birth_date": births, "birth_year": births // 10_000, "birth_day": births % 10_000}
    return {
        name: np.where(births == 0, missing, part.astype(np.uint64)) for name, part in parts.items()
    }
