"""Who may read which published table: `access.yml`, read and held against a publication."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from assets.publish.postgres.errors import PostgresError

ACCESS_FILE = Path(__file__).with_name("access.yml")

REQUIRED = {"bridge_customer_consents", "dim_customers", "publication"}
"""What row rules and the switch read: consents, countries of customers, the run."""


class Audience(BaseModel):
    """A group of readers: its role, and whose rows it sees (all, or with consent to marketing)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    role: str
    customers: Literal["all", "consented"]


class Access(BaseModel):
    """The declaration: groups of readers, tables with the groups that read them, free text."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    audiences: Mapping[str, Audience]
    no_free_text: frozenset[str]
    tables: Mapping[str, tuple[str, ...]]

    def roles(self, table: str) -> list[Audience]:
        """The groups that may read a table."""
        return [self.audiences[name] for name in self.tables[table]]

    def is_free_text(self, table: str, column: str) -> bool:
        """Whether a column holds what people wrote: by its name, if the declaration agrees."""
        return column.endswith("_text") and f"{table}.{column}" not in self.no_free_text

    def loaded(self) -> list[str]:
        """The tables that go to PostgreSQL: those that somebody may read there."""
        return sorted(table for table, names in self.tables.items() if names)


def load_access(file: Path = ACCESS_FILE) -> Access:
    """Read the declaration.

    Raises:
        PostgresError: it is no such declaration, or a table names a group that there is not.
    """
    try:
        access = Access.model_validate(yaml.safe_load(file.read_text(encoding="utf-8")))
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise PostgresError(f"{file.name}: {place}: {first['msg']}; mend it there") from None
    except yaml.YAMLError as error:
        raise PostgresError(f"{file.name} is no YAML: {' '.join(str(error).split())}") from None
    for table, names in access.tables.items():
        for name in names:
            if name not in access.audiences:
                raise PostgresError(
                    f"{file.name}: {table} is for {name!r}, which is none of"
                    f" {', '.join(access.audiences)}"
                )
    return access


def check_access(access: Access, published: Iterable[str]) -> None:
    """Every published table is declared, and every declared one published.

    Raises:
        PostgresError: naming the tables; nobody reads a table that nobody decided on.
    """
    published = set(published)
    undeclared = sorted(published - set(access.tables))
    if undeclared:
        raise PostgresError(
            f"access.yml does not say who may read {', '.join(undeclared)}; declare each with the"
            " groups that may, or [] for nobody"
        )
    missing = sorted(set(access.tables) - published)
    if missing:
        raise PostgresError(
            f"access.yml declares {', '.join(missing)}, which is not published; remove it there"
        )
    kept = sorted(REQUIRED - set(access.loaded()))
    if kept:
        raise PostgresError(
            f"access.yml keeps {', '.join(kept)} from everybody, but row rules and the switch read"
            " it; declare it for at least one group"
        )
