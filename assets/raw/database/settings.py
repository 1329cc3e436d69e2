"""Settings of a database connection and the options of its streams, typed and checked."""

from __future__ import annotations

from typing import Any, Literal
from urllib.parse import parse_qsl, unquote, urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator

from assets.raw.connector.settings import Timezone

LIVE_IDS = "live_ids"
"""The stream of all keys that exist; what was pulled and is missing there was deleted."""

SCHEMES = {
    "postgresql": "postgresql",
    "postgres": "postgresql",
    "mysql": "mysql",
    "mariadb": "mysql",
}
DEFAULT_PORTS = {"postgresql": 5432, "mysql": 3306}
SslMode = Literal["disable", "prefer", "require", "verify-ca", "verify-full"]


class Strict(BaseModel):
    """Refuses keys that it does not know."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class DatabaseSettings(Strict):
    """Where the database is, who reads it, and how its local times are meant."""

    url: SecretStr | None = Field(None, description="postgresql://user:password@host:port/database")
    dialect: Literal["postgresql", "mysql"] = "postgresql"
    host: str = "localhost"
    port: int = Field(0, ge=0, le=65535, description="0: the usual one of the dialect")
    socket: str | None = Field(None, description="path of a local socket, instead of host and port")
    database: str = Field(min_length=1)
    user: str = Field(min_length=1)
    password: SecretStr = SecretStr("")
    sslmode: SslMode = "prefer"
    sslrootcert: str | None = None
    db_schema: str | None = Field(None, alias="schema", description="of streams that name none")
    timezone: Timezone = Field("UTC", description="of timestamps that have no zone of their own")
    columns: Literal["all", "declared"] = "all"
    lag_seconds: float = Field(60, ge=0, description="how far behind the clock a pull ends")
    impossible_dates: Literal["keep", "empty"] = "keep"
    rows_per_page: int = Field(50_000, ge=1)
    megabytes_per_page: float = Field(32, gt=0)
    attempts: int = Field(5, ge=1)
    first_wait_seconds: float = Field(2, ge=0, description="doubled with every attempt")
    connect_timeout_seconds: int = Field(10, ge=1)
    statement_timeout_seconds: int = Field(3600, ge=1)

    @model_validator(mode="before")
    @classmethod
    def _parts_of_the_url(cls, given: Any) -> Any:
        """The url in its parts; a part that is also written by itself counts more."""
        if not isinstance(given, dict) or not given.get("url"):
            return given
        return _url_parts(str(given["url"])) | given

    @property
    def port_number(self) -> int:
        """The port, by dialect when none is set."""
        return self.port or DEFAULT_PORTS[self.dialect]

    @property
    def default_schema(self) -> str:
        """Schema of streams that name none; in MySQL a schema is a database."""
        return self.db_schema or ("public" if self.dialect == "postgresql" else self.database)


class TableOptions(Strict):
    """Options of a stream that is a table or a view.

    Attributes:
        key: Columns that tell one row from another; the primary key when not given.
        updated_at: Column that every change of a row moves on; of several the first that is not
            null counts, as of [updated_at, created_at].
        updated_at_unit: Of an updated_at that is a whole number since 1970.
        where: A condition in the SQL of the engine, written by the owner of the contract.
        rows_per_page: Instead of the connection's.
    """

    key: list[str] = Field(default_factory=list)
    updated_at: list[str] = Field(default_factory=list)
    updated_at_unit: Literal["s", "ms", "us"] | None = None
    where: str | None = None
    rows_per_page: int | None = Field(None, ge=1)

    @field_validator("key", "updated_at", mode="before")
    @classmethod
    def _one_or_many(cls, value: Any) -> Any:
        return [value] if isinstance(value, str) else value


class LiveIdsOptions(Strict):
    """Options of the stream `live_ids`: for every table its key columns, or none for the primary
    key.
    """

    tables: dict[str, list[str]] = Field(min_length=1)
    rows_per_page: int | None = Field(None, ge=1)

    @field_validator("tables", mode="before")
    @classmethod
    def _names_or_keys(cls, value: Any) -> Any:
        if isinstance(value, list):
            return {name: [] for name in value}
        if isinstance(value, dict):
            return {
                name: [key] if isinstance(key, str) else (key or []) for name, key in value.items()
            }
        return value


def _url_parts(url: str) -> dict[str, Any]:
    """Parts of a database address.

    Raises:
        ValueError: it cannot be taken apart; the text does not quote it, it holds the password.
    """
    advice = "write it as postgresql://user:password@host:port/database, special letters as %40"
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise ValueError(f"url cannot be read; {advice}") from None
    dialect = SCHEMES.get(parts.scheme.split("+")[0])
    if dialect is None or parts.fragment or not parts.hostname:
        raise ValueError(f"url cannot be read; {advice}")
    found: dict[str, Any] = {
        "dialect": dialect,
        "host": parts.hostname,
        "port": port,
        "database": unquote(parts.path.removeprefix("/")),
        "user": unquote(parts.username or ""),
        "password": unquote(parts.password or ""),
    }
    for key, value in parse_qsl(parts.query):
        if key not in ("sslmode", "sslrootcert"):
            raise ValueError("url has other parameters than sslmode and sslrootcert; remove them")
        found[key] = value
    return {key: value for key, value in found.items() if value}
