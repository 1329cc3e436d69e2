"""Which columns hold free texts, names of people and names of companies: as dbt's meta says.

`redaction: [text]` beside a column of staging says that people write in it, `person` that it holds
names of people, `company` that it holds names of companies. Nothing else lists them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

TEXT, PERSON, COMPANY = MARKS = ("text", "person", "company")


class RedactionMarkError(Exception):
    """One line: which column is marked with a word that nobody knows, and how to mend it."""


@dataclass(frozen=True)
class MarkedColumn:
    """A column of the vault that redaction reads.

    Attributes:
        schema: Schema of its table.
        table: Its table.
        name: Its name.
        marks: Of `MARKS`.
    """

    schema: str
    table: str
    name: str
    marks: tuple[str, ...]

    @property
    def values(self) -> str:
        """SQL: its values, one row each."""
        return f'select "{self.name}" as value from vault."{self.schema}"."{self.table}"'


def marked_columns(manifest: Mapping[str, Any]) -> list[MarkedColumn]:
    """The columns that redaction reads, in the order of their tables' names.

    Raises:
        RedactionMarkError: a mark is not one of `MARKS`.
    """
    found = sorted(_marked(manifest), key=lambda column: (column.schema, column.table))
    for column in found:
        wrong = [mark for mark in column.marks if mark not in MARKS]
        if wrong:
            raise RedactionMarkError(
                f"{column.schema}.{column.table}.{column.name} has the redaction mark "
                f"{', '.join(wrong)}: write one of {', '.join(MARKS)} in its meta"
            )
    return found


def _marked(manifest: Mapping[str, Any]) -> Iterator[MarkedColumn]:
    for node in manifest["nodes"].values():
        if node["resource_type"] != "model":
            continue
        for column in node["columns"].values():
            marks = column.get("config", {}).get("meta", {}).get("redaction", ())
            if marks:
                table = node.get("alias") or node["name"]
                yield MarkedColumn(node["schema"], table, column["name"], tuple(marks))
