"""`${NAME}` in a connection: resolved when a run wants it, and absent when nothing is set."""

from __future__ import annotations

from typing import Any

import pytest

from assets.raw.connector.errors import Fatal
from assets.raw.connector.settings import checked_settings, http_settings
from assets.raw.connector.variables import is_configured, resolved, variables
from tests.unit.raw.connector.books import SECRET, Shelf, connection_to

SETTINGS: dict[str, Any] = {
    "url": "https://${SHOP}.example.com/${PATH_1}",
    "data_center": "cn",
    "keys": [{"key": "${KEY}", "again": "${SHOP}"}, 7, None],
    "http": {"calls": 5},
}
VALUES = {"SHOP": "tea", "PATH_1": "v1", "KEY": "a${SHOP}b"}


def test_every_variable_once_and_in_order() -> None:
    assert variables(SETTINGS) == ["SHOP", "PATH_1", "KEY"]
    assert variables({"a": "$SHOP ${} ${1A} ${a b} {SHOP}"}) == []


def test_values_take_their_places_and_are_not_read_again() -> None:
    found = resolved(SETTINGS, VALUES.get, "shop")
    assert found["url"] == "https://tea.example.com/v1"
    assert found["keys"] == [{"key": "a${SHOP}b", "again": "tea"}, 7, None]
    assert found["http"] == {"calls": 5}
    assert SETTINGS["url"].startswith("https://${SHOP}")


@pytest.mark.parametrize(
    ("settings", "values", "configured"),
    [
        (SETTINGS, {}, False),
        (SETTINGS, {"KEY": ""}, False),
        (SETTINGS, {"KEY": "x"}, True),
        ({"url": "https://example.com"}, {}, True),
        ({}, {}, True),
    ],
)
def test_a_source_without_any_of_its_variables_is_not_used(
    settings: dict[str, Any], values: dict[str, str], configured: bool
) -> None:
    assert is_configured(settings, values.get) is configured


def test_what_is_half_set_is_told_without_values() -> None:
    with pytest.raises(Fatal) as error:
        resolved(SETTINGS, {"KEY": SECRET, "PATH_1": ""}.get, "shop")
    assert str(error.value).startswith("shop: SHOP, PATH_1 not set; set it in the environment")
    assert SECRET not in str(error.value)


def test_the_settings_of_a_connection_are_not_shown(tmp_path: Any) -> None:
    assert SECRET not in repr(connection_to(Shelf(), tmp_path, password=SECRET))


@pytest.mark.parametrize(
    ("http", "told"),
    [
        ({"calls": 0}, "shop: connection.http.calls: Input should be greater than or equal to 1"),
        ({"call": SECRET}, "shop: connection.http.call is unknown; remove it or mend its name"),
        ({"timeout_seconds": SECRET}, "connection.http.timeout_seconds: Input should be a valid"),
    ],
)
def test_wrong_settings_are_told_without_values(
    tmp_path: Any, http: dict[str, Any], told: str
) -> None:
    with pytest.raises(Fatal) as error:
        http_settings(connection_to(Shelf(), tmp_path, http=http))
    assert told in str(error.value)
    assert SECRET not in str(error.value)
    assert "\n" not in str(error.value)


def test_a_contract_s_http_lies_over_the_system_s(tmp_path: Any) -> None:
    connection = connection_to(Shelf(), tmp_path, http={"calls": 2})
    found = http_settings(connection, {"calls": 8, "concurrency": 3})
    assert (found.calls, found.concurrency, found.attempts) == (2, 3, 6)
    assert checked_settings(type(found), {}, "shop").calls == 10
