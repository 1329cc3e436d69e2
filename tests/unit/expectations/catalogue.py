"""What a column catalogue says of the columns that the small builds of the tests have."""

from __future__ import annotations

from collections.abc import Iterable

from pipelines.runtime.privacy import DIRECT, PLAIN, QUASI, SENSITIVE, CatalogueColumn

QUASI_NAMES = {"country", "region", "city", "gender", "age_band", "age_group", "geography_key"}
DIRECT_NAMES = {"contact_email"}
NOT_THOUGHT_OF = "new_column"
"""A column that the catalogue does not know."""

SENSITIVE_NAMES = {"income_band", "note_text", "comment_text"}


def entry(
    name: str, privacy_class: str = "", purposes: tuple[str, ...] = ("analytics",)
) -> CatalogueColumn:
    """The entry of one column; of what class, its name tells."""
    classes = {QUASI: QUASI_NAMES, SENSITIVE: SENSITIVE_NAMES, DIRECT: DIRECT_NAMES}
    by_name = next((found for found, names in classes.items() if name in names), PLAIN)
    table = ("warehouse", "publish", "any")
    return CatalogueColumn(table, name, privacy_class or by_name, purposes, "build")


def entries(names: Iterable[str]) -> dict[str, CatalogueColumn]:
    """Entries by name."""
    return {name: entry(name) for name in names if name != NOT_THOUGHT_OF}
