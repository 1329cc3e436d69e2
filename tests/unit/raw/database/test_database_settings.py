"""Settings of a database are checked before anything is connected, and secrets stay secret."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from assets.raw.connector.errors import Fatal
from assets.raw.connector.model import Connection
from assets.raw.connector.settings import checked_settings
from assets.raw.contract_model import SourceContract
from assets.raw.database.client import Database
from assets.raw.database.settings import DatabaseSettings, LiveIdsOptions, TableOptions

PARTS = {"host": "db.example.com", "database": "shop", "user": "reader", "password": "p@ss"}
TEMPLATE = Path(__file__).parents[4] / "assets" / "raw" / "database" / "template.yml"


def settings(**given: Any) -> DatabaseSettings:
    return checked_settings(DatabaseSettings, given, "shop")


def refusal(**given: Any) -> str:
    with pytest.raises(Fatal) as caught:
        settings(**given)
    text = str(caught.value)
    assert text.startswith("shop: connection")
    assert "p@ss" not in text
    assert "p%40ss" not in text
    assert "\n" not in text
    return text


def test_a_url_is_taken_apart() -> None:
    found = settings(
        url="postgresql://reader:p%40ss@db.example.com:6432/shop?sslmode=verify-full"
        "&sslrootcert=/etc/ca.pem"
    )
    assert (found.dialect, found.host, found.port_number) == ("postgresql", "db.example.com", 6432)
    assert (found.database, found.user, found.default_schema) == ("shop", "reader", "public")
    assert found.password.get_secret_value() == "p@ss"
    assert (found.sslmode, found.sslrootcert) == ("verify-full", "/etc/ca.pem")


@pytest.mark.parametrize(
    ("scheme", "dialect", "port"),
    [
        ("postgres", "postgresql", 5432),
        ("postgresql+psycopg", "postgresql", 5432),
        ("mysql", "mysql", 3306),
        ("mariadb", "mysql", 3306),
        ("mysql+pymysql", "mysql", 3306),
    ],
)
def test_usual_schemes(scheme: str, dialect: str, port: int) -> None:
    found = settings(url=f"{scheme}://reader@db.example.com/shop")
    assert (found.dialect, found.port_number) == (dialect, port)


def test_a_part_counts_more_than_the_url() -> None:
    found = settings(url="mysql://reader:x@db.example.com/shop", password="p@ss", port=3307)
    assert (found.password.get_secret_value(), found.port_number) == ("p@ss", 3307)
    assert found.default_schema == "shop"


@pytest.mark.parametrize(
    "url",
    [
        "db.example.com/shop",
        "oracle://reader:p@ss@db.example.com/shop",
        "postgresql://reader:p@ss#x@db.example.com/shop",
        "postgresql://reader:p@ss@db.example.com:port/shop",
        "postgresql:///shop",
    ],
)
def test_urls_that_cannot_be_read(url: str) -> None:
    assert "write it as postgresql://user:password@host:port/database" in refusal(url=url)


def test_other_mistakes() -> None:
    assert "connection.database is missing" in refusal(host="db.example.com", user="reader")
    assert "connection.hots is unknown" in refusal(**PARTS, hots="x")
    assert "is no IANA time zone such as Asia/Shanghai" in refusal(**PARTS, timezone="Beijing")
    assert "other parameters than sslmode" in refusal(url="mysql://a:b@db.example.com/x?charset=x")
    assert "connection.sslmode" in refusal(**PARTS, sslmode="on")


def test_the_connector_connects_to_nothing_by_itself(tmp_path: Path) -> None:
    connection = Connection(
        "shop", PARTS, tmp_path, lambda: datetime(2017, 1, 1, tzinfo=UTC), lambda seconds: None
    )
    database = Database(connection)
    database.close()
    assert "p@ss" not in repr(database.__dict__)


def test_options() -> None:
    assert TableOptions.model_validate({"key": "id"}).key == ["id"]
    assert TableOptions.model_validate({"updated_at": ["a", "b"]}).updated_at == ["a", "b"]
    assert LiveIdsOptions.model_validate({"tables": ["a"]}).tables == {"a": []}
    assert LiveIdsOptions.model_validate({"tables": {"a": "id", "b": None}}).tables == {
        "a": ["id"],
        "b": [],
    }
    with pytest.raises(Fatal, match=r"options\.tables is missing"):
        checked_settings(LiveIdsOptions, {}, "shop", "options")


def test_the_template_is_a_contract_with_options_that_hold() -> None:
    contract = SourceContract.model_validate(yaml.safe_load(TEMPLATE.read_text(encoding="utf-8")))
    assert contract.connection is not None
    given = contract.connection.settings | {"url": "postgresql://reader@db.example.com/shop"}
    checked_settings(DatabaseSettings, given, contract.source)
    for obj in contract.objects.values():
        model = LiveIdsOptions if obj.stream == "live_ids" else TableOptions
        checked_settings(model, obj.options, contract.source)
