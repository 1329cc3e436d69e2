"""The passing instance of a try-out: settings of its own, one build, gone afterwards."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource

from pipelines.runtime.builds import Build, open_build
from pipelines.runtime.settings import Settings
from pipelines.value_eval.errors import ValueEvalError
from pipelines.value_eval.shapes import SHAPES

RUN_ID = "value_eval"
TIMEZONE = "UTC"
CURRENCY = "XXX"
"""ISO 4217 for no currency: the list does not tell its own, and nothing is converted."""

PUBLISHED_KEY = "76616c75652d6576616c" + "0" * 44  # allowlist secret: published on purpose
"""Stands in for the secret of an instance, so that equal files give equal customer keys."""


class TryOutSettings(Settings):
    """Settings that are given, and read from nowhere: a try-out must not depend on who runs it."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only what is given counts."""
        return (init_settings,)


@dataclass(frozen=True)
class TryOut:
    """An instance for one order list.

    Attributes:
        settings: where everything is, and the business date.
        build: the databases that are written.
        as_of: last day that counts.
    """

    settings: Settings
    build: Build
    as_of: date


@contextmanager
def passing_instance(as_of: date, chosen: Mapping[str, Any], keep: Path | None) -> Iterator[TryOut]:
    """A folder with an empty build; removed at the end unless `keep` names it.

    Args:
        as_of: last day that counts.
        chosen: settings of the user (value_horizon_days, default_margin_ratio).
        keep: folder that stays.

    Raises:
        ValueEvalError: the folder to keep is not empty, or a setting cannot be.
    """
    if keep is not None:
        if keep.exists() and any(keep.iterdir()):
            raise ValueEvalError(f"KEEP={keep}: is not empty; name a new folder")
        keep.mkdir(mode=0o700, parents=True, exist_ok=True)
    home = keep.resolve() if keep else Path(tempfile.mkdtemp(prefix="value-eval-"))
    try:
        yield _open(home, as_of, chosen)
    finally:
        if keep is None:
            shutil.rmtree(home, ignore_errors=True)


def _open(home: Path, as_of: date, chosen: Mapping[str, Any]) -> TryOut:
    settings = _settings(
        home=home,
        sources=SHAPES,
        data=home / "data",
        timezone=TIMEZONE,
        reporting_currency=CURRENCY,
        first_date=as_of,
        as_of=as_of,
        pseudonym_key_file=home / "pseudonym.key",
        **dict(chosen),
    )
    settings.key_file.write_text(PUBLISHED_KEY + "\n", encoding="ascii")
    settings.key_file.chmod(0o600)
    return TryOut(settings, open_build(settings, RUN_ID), as_of)


VARIABLES = {"value_horizon_days": "HORIZON_DAYS", "default_margin_ratio": "MARGIN"}


def _settings(**given: Any) -> TryOutSettings:
    try:
        return TryOutSettings(**given)
    except ValidationError as error:
        problem = error.errors()[0]
        name = str(problem["loc"][0])
        message = problem["msg"].removeprefix("Input ")
        raise ValueEvalError(f"{VARIABLES.get(name, name)}={given[name]}: {message}") from None
