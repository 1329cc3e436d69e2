"""Every published column has a class, and none is a direct identifier: as the catalogue says."""

from __future__ import annotations

from collections.abc import Sequence

from expectations.engine.columns import Column
from expectations.engine.rules import Relation, Rule, no_rows
from pipelines.runtime.privacy import DIRECT


def rules(relation: Relation, columns: Sequence[Column]) -> list[Rule]:
    """The rule of one published table."""
    unknown = [column.name for column in columns if column.known is None]
    direct = [
        column.name
        for column in columns
        if column.known is not None and column.known.privacy_class == DIRECT
    ]
    named = [
        *(f"{name} has no class" for name in unknown),
        *(f"{name} is a direct identifier" for name in direct),
    ]
    listed = ", ".join(f"('{text}')" for text in named) or "(null)"
    return [
        Rule(
            name="columns_are_classified",
            sentence="every column has a class in the catalogue, and none is a direct identifier",
            action=(
                f"Write the class beside each column of publish_{relation.table}, or do not publish"
                " it (docs/privacy.md)"
            ),
            check=no_rows(
                f"select text from (values {listed}) as named(text) where text is not null"
            ),
            finding=f"select string_agg(text, ', ') from (values {listed}) as named(text)",
        )
    ]
