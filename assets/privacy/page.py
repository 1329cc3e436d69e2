"""Writes docs/privacy.md: the policy's text, and every table with its columns by class.

make privacy-page
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path

from pipelines.runtime.privacy import (
    DIRECT,
    PLAIN,
    QUASI,
    SENSITIVE,
    CatalogueColumn,
    catalogue,
)
from pipelines.runtime.settings import PROJECT_ROOT

TEXT = Path(__file__).with_name("policy.md")
PAGE = PROJECT_ROOT / "docs" / "privacy.md"
MANIFEST = PROJECT_ROOT / "dbt_project" / "target" / "manifest.json"
HEADINGS = ("table", "purposes", "retention", DIRECT, QUASI, SENSITIVE, PLAIN)


def page(columns: Sequence[CatalogueColumn]) -> str:
    """The page, from the whole catalogue."""
    return TEXT.read_text(encoding="utf-8") + "\n".join(_tables(columns)) + "\n"


def _tables(columns: Sequence[CatalogueColumn]) -> Iterator[str]:
    yield f"| {' | '.join(HEADINGS)} |"
    yield "|---" * len(HEADINGS) + "|"
    ordered = sorted(columns, key=lambda column: column.table)
    for table, found in groupby(ordered, key=lambda column: column.table):
        own = list(found)
        by_class = {
            name: [column.name for column in own if column.privacy_class == name]
            for name in (DIRECT, QUASI, SENSITIVE, PLAIN)
        }
        cells = [
            f"`{'.'.join(table)}`",
            ", ".join(own[0].purposes),
            own[0].retention,
            *(_named(by_class[name]) for name in (DIRECT, QUASI, SENSITIVE)),
            _counted(by_class[PLAIN]),
        ]
        yield f"| {' | '.join(cells)} |"


def _named(names: Sequence[str]) -> str:
    return "all columns" if names == ["*"] else ", ".join(f"`{name}`" for name in names)


def _counted(names: Sequence[str]) -> str:
    return "all columns" if names == ["*"] else f"{len(names)}" if names else ""


def main() -> None:
    """Write the page."""
    columns = catalogue(json.loads(MANIFEST.read_bytes()))
    PAGE.write_text(page(columns), encoding="utf-8")
    print(f"{len({column.table for column in columns})} tables in {PAGE.name}")


if __name__ == "__main__":
    main()
