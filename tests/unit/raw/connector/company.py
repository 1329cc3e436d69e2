"""A company with one source, `shop`, that is the shelf of books."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
import yaml

from assets.raw.connector import registry
from assets.raw.contract import SourceContract, load_contract
from tests.unit.raw.connector.books import COLUMNS, Shelf

BOOKS = {
    "description": "One row per book",
    "stream": "books",
    "delivery": "increment",
    "columns": COLUMNS,
    "key": ["id"],
    "version": "edited",
}
CONTRACT = {
    "source": "shop",
    "description": "A shop of books",
    "connection": {"system": "books", "password": "${SHOP_PASSWORD}", "user": "${SHOP_USER}"},
    "objects": {"books": BOOKS},
}
SETTINGS = {
    "TIMEZONE": "Asia/Shanghai",
    "REPORTING_CURRENCY": "CNY",
    "FIRST_DATE": "2017-01-01",
    "AS_OF": "2017-12-31",
}


def write_contract(folder: Path, **objects: dict) -> SourceContract:
    """The contract of the shop; other objects when some are given."""
    content = CONTRACT | ({"objects": objects} if objects else {})
    file = folder / "sources" / "shop.yml"
    file.parent.mkdir(exist_ok=True)
    file.write_text(yaml.safe_dump(content), encoding="utf-8")
    return load_contract(file)


def set_up_company(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The books are a system, the settings are set; no variable of the shop is."""
    monkeypatch.setitem(registry.SYSTEMS, "books", "tests.unit.raw.connector.books:Books")
    (folder / "data").mkdir()
    (folder / "company.env").write_text("", encoding="utf-8")
    places = {
        "HOME": folder / "home",
        "SOURCES": folder / "sources",
        "DATA": folder / "data",
        "ENV_FILE": folder / "company.env",
    }
    for name, value in (places | SETTINGS).items():
        monkeypatch.setenv(f"C360_{name}", str(value))
    for name in ("SHOP_PASSWORD", "SHOP_USER"):
        monkeypatch.delenv(name, raising=False)
    write_contract(folder)
    return folder


def clock_of(shelf: Shelf):
    """The clock as the pipeline has it, UTC without a zone."""

    def clock() -> datetime:
        return shelf.now.replace(tzinfo=None)

    return clock
