"""Writes docs/privacy.md: the policy's text, the limits of the contracts, every table by class.

make privacy-page
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path

from assets.raw.contract import SourceContract, each_object, load_contracts
from pipelines.runtime.privacy import (
    DIRECT,
    PLAIN,
    QUASI,
    SENSITIVE,
    CatalogueColumn,
    whole_catalogue,
)
from pipelines.runtime.settings import PROJECT_ROOT, load_settings

TEXT = Path(__file__).with_name("policy.md")
PAGE = PROJECT_ROOT / "docs" / "privacy.md"
MANIFEST = PROJECT_ROOT / "dbt_project" / "target" / "manifest.json"
LIMITS = "{{ limits }}"
LIMIT_HEADINGS = ("source", "object", "rows are kept", "values are kept")
HEADINGS = ("table", "purposes", "retention", DIRECT, QUASI, SENSITIVE, PLAIN)


def page(columns: Sequence[CatalogueColumn], contracts: list[SourceContract]) -> str:
    """The page, from the whole catalogue and the contracts of all sources."""
    text = TEXT.read_text(encoding="utf-8").replace(LIMITS, "\n".join(_limits(contracts)))
    return text + "\n".join(_tables(columns)) + "\n"


def _limits(contracts: list[SourceContract]) -> Iterator[str]:
    yield f"| {' | '.join(LIMIT_HEADINGS)} |"
    yield "|---" * len(LIMIT_HEADINGS) + "|"
    for contract, name, obj in each_object(contracts):
        if obj.retention:
            rows = _days(obj.retention.days)
        else:
            rows = "no limit" if obj.event_at else "as long as the source delivers them"
        values = [
            f"`{column.name}` {_days(column.retention_days)}"
            for column in obj.columns
            if column.retention_days is not None
        ]
        yield f"| `{contract.source}` | `{name}` | {rows} | {', '.join(values)} |"


def _days(days: int) -> str:
    return f"{days:,} days"


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
    """Write the page, of the contracts of the settings: those of the demo company, or one's own."""
    contracts = load_contracts(load_settings().sources)
    columns = whole_catalogue(json.loads(MANIFEST.read_bytes()))
    PAGE.write_text(page(columns, contracts), encoding="utf-8")
    print(f"{len({column.table for column in columns})} tables in {PAGE.name}")


if __name__ == "__main__":
    main()
