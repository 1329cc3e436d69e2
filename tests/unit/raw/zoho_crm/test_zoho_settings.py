"""Settings of a Zoho connection, the template, and where walks begin."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
import yaml

from assets.raw.connector.errors import Fatal
from assets.raw.connector.model import Connection, Request, Window
from assets.raw.contract_model import SourceContract
from assets.raw.zoho_crm.client import ZohoCrm
from assets.raw.zoho_crm.listings import seconds
from assets.raw.zoho_crm.settings import DATA_CENTERS, ZohoSettings

ROOT = Path(__file__).parents[4]
SECRETS = {"client_id": "1000.A", "client_secret": "hidden-secret", "refresh_token": "hidden-token"}
WINDOW = Window(None, datetime(2025, 1, 1, tzinfo=UTC))


def connector(home: Path, **settings: Any) -> ZohoCrm:
    clock = lambda: WINDOW.upper  # noqa: E731
    given = SECRETS | settings
    return ZohoCrm(Connection("crm_zoho", given, home, clock, lambda seconds: None))


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"data_center": "xx"}, r"connection\.data_center.*'us', 'eu'.*'cn'"),
        ({"datacenter": "cn"}, r"connection\.datacenter is unknown"),
        ({"client_secret": None}, r"connection\.client_secret"),
        ({"accounts_url": "accounts.zoho.com"}, r"connection\.accounts_url"),
        ({"limits": {"per_page": 500}}, r"connection\.limits\.per_page"),
    ],
)
def test_wrong_settings_are_one_line_without_secrets(
    tmp_path: Path, settings: dict[str, Any], words: str
) -> None:
    with pytest.raises(Fatal, match=f"^crm_zoho: .*{words}") as caught:
        connector(tmp_path, **settings)
    text = str(caught.value)
    assert "hidden" not in text
    assert "\n" not in text


def test_secrets_are_not_shown(tmp_path: Path) -> None:
    settings = ZohoSettings.model_validate(SECRETS)
    assert "hidden" not in repr(settings)
    assert "hidden" not in repr(connector(tmp_path).connection)


@pytest.mark.parametrize("data_center", DATA_CENTERS)
def test_every_data_center_has_its_hosts(data_center: str) -> None:
    settings = ZohoSettings.model_validate(SECRETS | {"data_center": data_center})
    assert settings.accounts.startswith("https://accounts.zoho")
    assert settings.default_api.startswith("https://www.zohoapis.")
    other = ZohoSettings.model_validate(SECRETS | {"accounts_url": "https://example.com/"})
    assert other.accounts == "https://example.com"


@pytest.mark.parametrize(
    ("stream", "options", "words"),
    [
        ("deletions", {}, "modules is missing"),
        ("live_ids", {"modules": []}, "modules"),
        ("Contacts", {"subform": ["x"]}, "subform is unknown"),
        ("Users", {"modules": ["x"]}, "modules is unknown"),
    ],
)
def test_wrong_options_are_explained(
    tmp_path: Path, stream: str, options: dict[str, Any], words: str
) -> None:
    with pytest.raises(Fatal, match=f"crm_zoho: options of the stream {stream}.*{words}"):
        connector(tmp_path).first(Request(stream, (), options, WINDOW))


def test_a_sweep_of_ids_adds_nothing_to_the_one_before(tmp_path: Path) -> None:
    made = connector(tmp_path)
    assert [made.increments(name) for name in ("live_ids", "Users", "Leads")] == [
        False,
        True,
        True,
    ]


def test_times_are_asked_for_in_whole_seconds_of_utc() -> None:
    beijing = timezone(timedelta(hours=8))
    moment = datetime(2025, 1, 1, 8, 0, 0, 999_999, tzinfo=beijing)
    assert seconds(moment) == "2025-01-01T00:00:00+00:00"


def test_the_template_is_a_good_contract_with_known_streams(tmp_path: Path) -> None:
    text = (ROOT / "assets/raw/zoho_crm/template.yml").read_text(encoding="utf-8")
    given = yaml.safe_load(text)
    contract = SourceContract.model_validate(given)
    settings = dict(given["connection"])
    assert settings.pop("system") == "zoho_crm"
    settings["data_center"] = "cn"
    made = connector(tmp_path, **{k: v for k, v in settings.items() if k not in SECRETS})
    for obj in contract.objects.values():
        assert obj.stream is not None
        if obj.stream in ("deletions", "live_ids", "Users", "deal_stage_history"):
            made.first(Request(obj.stream, (), obj.options, WINDOW))
        assert obj.delivery == "snapshot" or made.increments(obj.stream)
