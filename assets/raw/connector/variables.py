"""Variables in a connection: `${NAME}` is the environment's, else the env file's.

They are read when a run wants a system, never when Dagster loads its code.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from assets.raw.connector.errors import Fatal

VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")

Lookup = Callable[[str], str | None]


def variables(settings: object) -> list[str]:
    """The names of all variables in the settings, each once, in order."""
    if isinstance(settings, str):
        return list(dict.fromkeys(VARIABLE.findall(settings)))
    if isinstance(settings, Mapping):
        settings = list(settings.values())
    if isinstance(settings, list):
        return list(dict.fromkeys(name for item in settings for name in variables(item)))
    return []


def is_configured(settings: Mapping[str, Any], lookup: Lookup) -> bool:
    """False when there are variables and none of them is set: this system is not used here."""
    names = variables(settings)
    return not names or any(lookup(name) for name in names)


def resolved(settings: Mapping[str, Any], lookup: Lookup, source: str) -> dict[str, Any]:
    """The settings with every variable replaced by its value.

    Raises:
        Fatal: a variable is not set.
    """
    missing = [name for name in variables(settings) if not lookup(name)]
    if missing:
        raise Fatal(
            f"{source}: {', '.join(missing)} not set; set it in the environment or the env file "
            "(the contract names it under 'connection')"
        )
    values = {name: lookup(name) or "" for name in variables(settings)}
    return {key: _replaced(value, values) for key, value in settings.items()}


def _replaced(value: Any, values: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return VARIABLE.sub(lambda found: values[found[1]], value)
    if isinstance(value, Mapping):
        return {key: _replaced(item, values) for key, item in value.items()}
    if isinstance(value, list):
        return [_replaced(item, values) for item in value]
    return value
