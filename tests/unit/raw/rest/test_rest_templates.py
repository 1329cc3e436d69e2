"""The templates are contracts that can be copied as they are."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from assets.raw import rest, shopify
from assets.raw.connector.model import Connection, Request, Window
from assets.raw.connector.registry import connector_class
from assets.raw.connector.variables import resolved, variables
from assets.raw.contract import load_contract
from assets.raw.shopify.queries import STREAMS
from assets.raw.streams import wanted

FILES = [
    *sorted((Path(rest.__file__).parent / "templates").glob("*.yml")),
    Path(shopify.__file__).with_name("template.yml"),
]
NOW = datetime(2024, 3, 1, tzinfo=UTC)
VALUES = {"SHOPIFY_SHOP": "example.myshopify.com"}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_template_is_right_and_names_its_secrets_only(file: Path, tmp_path: Path) -> None:
    contract = load_contract(file)
    assert contract.connection is not None
    settings = contract.connection.settings
    assert variables(settings)

    def value(name: str) -> str:
        return VALUES.get(name, f"https://{name.lower()}.example.com")

    given = resolved(settings, value, contract.source)
    connection = Connection(contract.source, given, tmp_path, lambda: NOW, lambda seconds: None)
    connector = connector_class(contract.connection.system)(connection)
    for obj in contract.objects.values():
        assert obj.staged is False
        asked_for = wanted(contract, obj)
        request = Request(asked_for.stream, asked_for.fields, {}, Window(None, NOW))
        assert connector.first(request)
        if asked_for.delivery == "increment":
            assert connector.increments(asked_for.stream)
    connector.close()


def test_every_object_of_shopify_is_selected_with_what_is_in_it() -> None:
    contract = load_contract(FILES[-1])
    for obj in contract.objects.values():
        stream = STREAMS[str(obj.stream)]
        for column in obj.columns:
            top, _, inner = column.title.removeprefix("^.").partition(".")
            if obj.unnest and not column.title.startswith("^."):
                words = stream.nested[obj.unnest.split(".")[0]].split()
            else:
                words = stream.selections.get(top, "").split()
                assert not inner or words, column.title
            for name in (top, *inner.split("."))[0 if obj.unnest else 1 :]:
                assert not inner or column.title.startswith("^.") or name in words, column.title
