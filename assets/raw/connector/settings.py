"""Settings of a connection: typed, and every mistake explained without quoting a secret."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Annotated, Any, TypeVar
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from assets.raw.connector.errors import Fatal
from assets.raw.connector.model import Connection

Model = TypeVar("Model", bound=BaseModel)


def _known_timezone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError):
        raise ValueError("is no IANA time zone such as Asia/Shanghai") from None
    return value


Timezone = Annotated[str, AfterValidator(_known_timezone)]
"""The name of a time zone in a connection."""


class HttpSettings(BaseModel):
    """How a system may be asked: the key `http` of every connection."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    calls: int = Field(10, ge=1, description="requests in each window of per_seconds")
    per_seconds: float = Field(1, gt=0)
    concurrency: int = Field(1, ge=1, description="connections at the same time")
    attempts: int = Field(6, ge=1, description="how often a request is tried")
    first_wait_seconds: float = Field(1, ge=0, description="doubled with every attempt")
    timeout_seconds: float = Field(60, gt=0)


def http_settings(
    connection: Connection, defaults: Mapping[str, Any] | None = None
) -> HttpSettings:
    """The key `http` of a connection over the defaults of its system.

    Raises:
        Fatal: a key is unknown or wrong.
    """
    given = {**(defaults or {}), **(connection.settings.get("http") or {})}
    return checked_settings(HttpSettings, given, connection.source, "connection.http")


def checked_settings(
    model: type[Model], given: Mapping[str, Any], source: str, place: str = "connection"
) -> Model:
    """Settings of a contract in their typed form.

    Raises:
        Fatal: one line for all mistakes; values are not quoted, they may be secrets.
    """
    try:
        return model.model_validate(dict(given))
    except ValidationError as error:
        mistakes = []
        for problem in error.errors(include_input=False, include_url=False):
            key = ".".join(str(part) for part in problem["loc"])
            named = f"{place}.{key}" if key else place
            if problem["type"] == "extra_forbidden":
                mistakes.append(f"{named} is unknown; remove it or mend its name")
            elif problem["type"] == "missing":
                mistakes.append(f"{named} is missing; add it")
            else:
                mistakes.append(f"{named}: {problem['msg'].removeprefix('Value error, ')}")
        raise Fatal(f"{source}: {'; '.join(mistakes)}") from None


def fingerprint(settings: Mapping[str, Any]) -> str:
    """16 hex digits that stay the same while the settings do, in whatever order they are written.

    Made of settings whose variables are not resolved, so that no secret is in it.
    """
    # Twice, because YAML knows dates and keys that are numbers, and only texts can be sorted.
    plain = json.loads(json.dumps(settings, default=str))
    return hashlib.sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest()[:16]
