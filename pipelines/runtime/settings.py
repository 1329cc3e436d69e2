"""Every setting of the pipeline, typed, in one class; read from the environment and one env file.

Belongs here: names, types, defaults, and the sentence a user reads when one is wrong.
Does not belong here: anything that opens a file other than the env file, or a network connection.
"""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

from dotenv import dotenv_values
from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from pipelines.runtime import log_filter, telemetry
from pipelines.runtime.modes import group_id

# Every process of ours reads the settings, and does so before it imports anything large.
telemetry.switch_off()

PROJECT_ROOT = Path(__file__).resolve().parents[2]
USER_ENV_FILE = PROJECT_ROOT / ".env"
DEMO_ENV_FILE = PROJECT_ROOT / "demo" / "demo.env"


class SettingsError(Exception):
    """One line: which setting, what is wrong with it, how to mend it."""


class Settings(BaseSettings):
    """Settings of one instance. Paths are resolved against the project folder."""

    model_config = SettingsConfigDict(env_prefix="C360_", extra="ignore", env_ignore_empty=True)

    home: Path = Field(Path("var"), description="folder of the instance: landing, builds, publish")
    sources: Path = Field(description="folder with one YAML contract per source")
    data: Path = Field(description="folder that the paths in the contracts start from")
    timezone: str = Field(description="business time zone, e.g. Asia/Shanghai")
    reporting_currency: str = Field(description="ISO 4217 code, e.g. CNY", pattern="^[A-Z]{3}$")
    first_date: date = Field(description="first business date that the data can hold")
    as_of: date | None = Field(None, description="pins the business date of scheduled runs")
    nightly_cron: str = Field("0 2 * * *", description="when the nightly job starts, in timezone")
    keep_builds: int = Field(3, ge=1, description="how many builds and publications are kept")
    keep_failed_build_days: int = Field(
        14, ge=1, description="days for which builds that were not published are kept"
    )
    keep_run_days: int = Field(
        90, ge=1, description="days for which Dagster's runs and their logs are kept"
    )
    purge_cron: str = Field("0 4 * * 0", description="when the job purge starts, in timezone")
    publish_group: str | None = Field(
        None, description="system group that may read publications; None: the owner only"
    )
    postgres_dsn_file: Path | None = Field(
        None, description="file with the connection string of the readers' PostgreSQL"
    )
    alert_webhook_url: str | None = Field(None, description="where failed runs are announced")
    phone_region: str = Field(
        "CN", description="country of phones written without a country code", pattern="^[A-Z]{2}$"
    )
    identity_changes_accepted: date | None = Field(
        None, description="business date whose unusual changes of customer keys are meant"
    )
    identity_fuzzy: str = Field(
        "", description="matcher that proposes pairs beside the rules: splink, or empty for none"
    )
    identity_fuzzy_model: Path | None = Field(
        None, description="trained model of that matcher; without one it trains every night"
    )
    rfm_window_days: int | None = Field(
        None, ge=1, description="days back whose orders count for frequency and monetary"
    )
    value_horizon_days: int = Field(
        90, ge=7, le=730, description="days ahead for which buying again is predicted and tested"
    )
    value_discount_rate: float = Field(
        0.1, ge=0, le=1, description="yearly rate that future margin is discounted with"
    )
    value_clv_months: int = Field(
        36, ge=1, le=120, description="months of margin that customer lifetime value adds up"
    )
    value_calibration_limit: float = Field(
        2.0, gt=1, description="factor by which a back-test's totals may miss before a night stops"
    )
    default_margin_ratio: float = Field(
        0.3, ge=0, le=1, description="margin ratio of sales whose cost is known nowhere"
    )
    quality_file: Path | None = Field(
        None, description="accepted changes and tuned bands of the gates; quality.yml beside .env"
    )
    quality_history_days: int = Field(
        400, ge=1, description="days for which the results of the gates are kept"
    )
    audiences_file: Path | None = Field(None, description="audiences.yml, if not beside .env")
    audience_minimum: int = Field(10, ge=2, description="people on an exported list at least")
    keep_exports_days: int = Field(7, ge=1, description="days for which exported lists are kept")
    pseudonym_key_file: Path | None = Field(None, description="key of the keyed hashes")
    actor: str | None = Field(
        None,
        description="on whose behalf a scheduler starts commands, for the audit log: a role or job",
        pattern=r"^[A-Za-z0-9._-]{1,64}$",
    )
    backup_repository: str | None = Field(
        None, description="restic repository: a folder on another disk, or an address"
    )
    backup_password_file: Path | None = Field(None, description="what opens the repository")
    backup_keep_days: int = Field(
        30, ge=1, description="days for which backups, and who was erased since, are kept"
    )
    backup_binary: str = Field("restic", description="program restic, by name or path")
    memory_limit: str | None = Field(None, description="DuckDB memory limit, e.g. 8GB")
    threads: int | None = Field(None, ge=1, description="DuckDB threads")

    @field_validator("timezone")
    @classmethod
    def _known_timezone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (KeyError, ValueError) as error:
            raise ValueError(f"{value!r} is no IANA time zone such as Asia/Shanghai") from error
        return value

    @field_validator("nightly_cron", "purge_cron")
    @classmethod
    def _five_fields(cls, value: str) -> str:
        if len(value.split()) != 5:
            raise ValueError(f"{value!r} is no cron line of five fields such as '0 2 * * *'")
        return value

    @field_validator("publish_group")
    @classmethod
    def _group_to_give_files_to(cls, value: str | None) -> str | None:
        if value is not None:
            group_id(value)
        return value

    @field_validator("audiences_file", "quality_file", "postgres_dsn_file")
    @classmethod
    def _named_file_is_there(cls, value: Path | None) -> Path | None:
        if value is not None and not (PROJECT_ROOT / value).is_file():
            raise ValueError(f"no file at {PROJECT_ROOT / value}; make it, or unset the variable")
        return value

    @field_validator(
        *("home", "sources", "data", "pseudonym_key_file", "backup_password_file"),
        *("audiences_file", "identity_fuzzy_model", "quality_file", "postgres_dsn_file"),
    )
    @classmethod
    def _from_project_root(cls, value: Path | None) -> Path | None:
        return PROJECT_ROOT / value if value is not None else None

    @property
    def key_file(self) -> Path:
        """File with the key of all keyed hashes (HMAC); created by the first run."""
        return self.pseudonym_key_file or self.home / "secrets" / "pseudonym.key"

    @property
    def key_ledger(self) -> Path:
        """Folder of the committed customer keys: with the landing, all that a rebuild needs."""
        return self.home / "ledger"

    @property
    def backup_password(self) -> Path:
        """File with the password of the backups; created with the repository."""
        return self.backup_password_file or self.home / "secrets" / "backup.password"

    @property
    def audit_folder(self) -> Path:
        """Folder of the audit log."""
        return self.home / "audit"

    @property
    def quality_path(self) -> Path:
        """The file of accepted changes and tuned bands; it need not be there."""
        return self.quality_file or env_file().parent / "quality.yml"

    @property
    def audiences_path(self) -> Path:
        """The file of audiences; it need not be there."""
        return self.audiences_file or env_file().parent / "audiences.yml"

    @property
    def publish_current(self) -> Path:
        """The symlink that readers follow."""
        return self.home / "publish" / "current"


def env_file() -> Path:
    """The env file in force: C360_ENV_FILE, else the user's `.env`, else the demo company's."""
    named = os.environ.get("C360_ENV_FILE")
    if named:
        path = PROJECT_ROOT / named
        if not path.is_file():
            raise SettingsError(
                f"C360_ENV_FILE: no file at {path}; copy .env.example there or unset the variable"
            )
        return path
    return USER_ENV_FILE if USER_ENV_FILE.is_file() else DEMO_ENV_FILE


def load_settings() -> Settings:
    """Read the settings; the environment wins over the env file. From here on logs are masked.

    Raises:
        SettingsError: one line for each wrong or missing setting.
    """
    file = env_file()
    log_filter.install(log_filter.secret_values(dotenv_values(file), os.environ))
    _refuse_unknown(file)
    try:
        return Settings(_env_file=file)  # type: ignore[call-arg]
    except ValidationError as error:
        raise SettingsError(_explain(error, file)) from None


def variable(name: str) -> str | None:
    """A variable that a source contract names: the environment's, else the env file's."""
    return os.environ.get(name) or dotenv_values(env_file()).get(name)


def _refuse_unknown(file: Path) -> None:
    """Other names are free for the variables of source contracts; ours must be right."""
    known = {f"C360_{name}".upper() for name in Settings.model_fields}
    unknown = [
        name
        for name in dotenv_values(file)
        if name.upper().startswith("C360_") and name.upper() not in known
    ]
    if unknown:
        raise SettingsError(
            f"{unknown[0]} in {file.name} is no setting; see .env.example for all names"
        )


def _explain(error: ValidationError, file: Path) -> str:
    lines = []
    for problem in error.errors():
        name = str(problem["loc"][0])
        setting = f"C360_{name.upper()}"
        if problem["type"] == "missing":
            meaning = Settings.model_fields[name].description
            lines.append(f"{setting} is not set ({meaning}); set it in {file.name}")
        else:
            reason = problem["msg"].removeprefix("Value error, ")
            lines.append(f"{setting} is wrong: {reason}; mend it in {file.name}")
    return "; ".join(lines)
