"""What the SQL linter sees instead of dbt's `adapter`, `dbt` and `var`: enough to render.

Belongs here: stand-ins for names that the project's macros use and sqlfluff does not know.
Does not belong here: anything that dbt itself runs.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

_PROJECT = Path(__file__).parents[1] / "dbt_project.yml"


class _Adapter:
    """Renders a dispatched macro as a plain call, so that each use is linted as one expression."""

    def dispatch(self, name: str, package: str | None = None) -> Callable[..., str]:
        """A stand-in for the engine's implementation of a macro."""

        def call(*arguments: object) -> str:
            given = [_as_sql(str(argument)) for argument in arguments if argument is not None]
            return f"{name}({', '.join(given)})"

        return call


def _as_sql(argument: str) -> str:
    """A bare regular expression becomes a literal; everything else is an expression already."""
    is_pattern = any(mark in argument for mark in "^$\\") and "'" not in argument
    return f"'{argument}'" if is_pattern else argument


class _Dbt:
    """The few members of dbt's own macro package that the project uses."""

    def type_string(self) -> str:
        """Text type."""
        return "varchar"

    def type_timestamp(self) -> str:
        """Timestamp type."""
        return "timestamp"


def var(name: str, default: object = "") -> object:
    """A var as the project file has it: some of them are rows that a macro loops over."""
    return _VARS.get(name, default)


_VARS: dict[str, Any] = yaml.safe_load(_PROJECT.read_text(encoding="utf-8"))["vars"]
adapter = _Adapter()
dbt = _Dbt()
