"""The pure parts of the connector of 纷享销客 Fxiaoke: settings, queries, describe, template."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import assets.raw.fxiaoke
from assets.raw.connector.errors import Fatal
from assets.raw.connector.model import Window
from assets.raw.connector.settings import checked_settings
from assets.raw.contract import load_contract
from assets.raw.fxiaoke import queries
from assets.raw.fxiaoke.describing import option_rows, system_fields
from assets.raw.fxiaoke.settings import FxiaokeSettings, StreamOptions

GIVEN = {
    "host": "open.fxiaoke.com",
    "app_id": "FSAID_x",
    "app_secret": "s",
    "permanent_code": "p",
    "user": 1000,
}
WINDOW = Window(datetime(2025, 3, 1, tzinfo=UTC), datetime(2025, 3, 2, tzinfo=UTC))


def settings(**changes: Any) -> FxiaokeSettings:
    return checked_settings(FxiaokeSettings, GIVEN | changes, "crm_fxiaoke")


@pytest.mark.parametrize(
    ("given", "address"),
    [
        ("open.fxiaoke.com", "https://open.fxiaoke.com"),
        (" https://open-na.sharecrm.com/ ", "https://open-na.sharecrm.com"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
    ],
)
def test_a_host_is_taken_with_and_without_a_scheme(given: str, address: str) -> None:
    assert settings(host=given).host == address
    assert settings().user == "1000"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"host": "www.fxiaoke.com"}, "use the API host of your cloud"),
        ({"user": None}, "give either user or user_mobile"),
        ({"user_mobile": "138"}, "give either user or user_mobile"),
        ({"auth": "password"}, "connection.auth"),
        ({"page_size": 0}, "connection.page_size"),
        ({"tenant": "x"}, "connection.tenant is unknown"),
        ({"app_secret": ""}, "connection.app_secret"),
    ],
)
def test_a_wrong_setting_is_named(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(Fatal, match=words):
        settings(**changes)


def test_secrets_are_not_shown() -> None:
    shown = repr(settings(app_secret="hidden-1", permanent_code="hidden-2"))
    assert "hidden" not in shown


def test_a_window_is_written_as_the_tenant_wants_it() -> None:
    lower, upper = 1740787200000, 1740873600000
    (between,) = queries.window_filters(WINDOW, settings())
    assert between == {
        "field_name": "last_modified_time",
        "operator": "BETWEEN",
        "field_values": [lower, upper],
    }
    two = queries.window_filters(WINDOW, settings(window_operators="gte_lte"))
    assert [(one["operator"], one["field_values"]) for one in two] == [
        ("GTE", [lower]),
        ("LTE", [upper]),
    ]
    assert queries.window_filters(Window(None, WINDOW.upper), settings()) == []


def test_a_query_is_in_the_order_of_ids_and_never_uses_an_offset() -> None:
    after = queries.after_filters({"after": "5f01"})
    body = queries.query_body("LeadsObj", after, ["_id"], 100)
    assert body == {
        "data": {
            "dataObjectApiName": "LeadsObj",
            "find_explicit_total_num": False,
            "search_query_info": {
                "limit": 100,
                "offset": 0,
                "filters": [{"field_name": "_id", "operator": "GT", "field_values": ["5f01"]}],
                "orders": [{"fieldName": "_id", "isAsc": True}],
                "fieldProjection": ["_id"],
            },
        }
    }
    assert queries.after_filters({"after": None}) == []


@pytest.mark.parametrize(
    ("fields", "asked"),
    [
        ("all", ["_id", "last_modified_time", "owner", "name", "level"]),
        ("declared", ["_id", "last_modified_time", "owner", "name"]),
        ("unnamed", []),
    ],
)
def test_fields_are_asked_for_as_configured(fields: str, asked: list[str]) -> None:
    described = {
        "owner": {"type": "employee"},
        "name": {"type": "text"},
        "level": {"type": "number"},
        "old": {"type": "text", "is_active": False},
    }
    declared = ("owner__r", "owner", "name", "old", "unknown")
    assert queries.projection(settings(fields=fields), described, declared) == asked


@pytest.mark.parametrize(
    ("voided", "operators"), [("included", [None]), ("separate", [None, "EQ"]), ("excluded", ["N"])]
)
def test_voided_records_are_asked_for_as_configured(
    voided: Any, operators: list[str | None]
) -> None:
    for found in (
        queries.passes(settings(voided=voided), StreamOptions()),
        queries.passes(settings(), StreamOptions(voided=voided)),
    ):
        assert [one[0]["operator"] if one else None for one in found] == operators


@pytest.mark.parametrize(
    ("described", "kind"),
    [
        ({"type": "text"}, "varchar"),
        ({"type": "currency"}, "decimal(38,9)"),
        ({"type": "number", "decimal_places": 2}, "decimal(38,9)"),
        ({"type": "number", "decimal_places": 0}, "bigint"),
        ({"type": "date_time"}, "epoch_ms"),
        ({"type": "time"}, "bigint"),
        ({"type": "true_or_false"}, "boolean"),
        ({"type": "employee"}, "json"),
        ({"type": "formula", "return_type": "currency"}, "decimal(38,9)"),
        ({"type": "quote", "quote_field_type": "date"}, "epoch_ms"),
        ({"type": "something_new"}, "varchar"),
        ({}, "varchar"),
    ],
)
def test_types_of_fields(described: dict[str, Any], kind: str) -> None:
    fields = {field.name: field for field in system_fields({"field_x__c": described})}
    assert fields["field_x__c"].type == kind
    assert fields["_id"].type == "varchar"
    assert fields["last_modified_time"].type == "epoch_ms"


def test_switched_off_fields_are_gone_and_declared_labels_are_there() -> None:
    described = {"old": {"type": "text", "is_active": False}, "owner": {"type": "employee"}}
    names = {field.name for field in system_fields(described, ("owner__r", "old__r", "owner"))}
    assert names >= {"owner", "owner__r"}
    assert not names & {"old", "old__r"}


def test_each_option_is_a_row() -> None:
    described = {
        "source": {"label": "来源", "options": [{"value": "x1", "label": "展会"}]},
        "record_type": {
            "label": "业务类型",
            "options": [{"api_name": "default__c", "label": "预设"}],
        },
        "level": {"label": "级别", "options": [{"value": 0, "label": "零"}, {"label": "no value"}]},
        "name": {"label": "名称"},
    }
    rows = option_rows("LeadsObj", described)
    assert [(row["field"], row["value"], row["label"]) for row in rows] == [
        ("source", "x1", "展会"),
        ("record_type", "default__c", "预设"),
        ("level", "0", "零"),
    ]
    assert {row["object"] for row in rows} == {"LeadsObj"}


def test_the_template_covers_every_object_and_can_be_loaded() -> None:
    template = Path(assets.raw.fxiaoke.__path__[0]) / "template.yml"
    contract = load_contract(template)
    assert {entry.stream for entry in contract.objects.values()} >= {
        "LeadsObj", "AccountObj", "ContactObj", "NewOpportunityObj", "OpportunityObj",
        "SalesOrderObj", "SalesOrderProductObj", "ProductObj", "CasesObj", "MarketingEventObj",
        "PaymentObj", "RefundObj", "MemberObj", "MemberIntegralDetailObj", "ActiveRecordObj",
        "ServiceRecordObj", "PersonnelObj", "field_options", "live_ids",
    }  # fmt: skip
    assert contract.connection is not None
    checked_settings(FxiaokeSettings, contract.connection.settings, contract.source)
    for entry in contract.objects.values():
        checked_settings(StreamOptions, entry.options, contract.source)
        assert entry.delivery == "snapshot" or entry.stream not in ("field_options", "live_ids")


def test_the_template_has_every_column_that_the_staging_models_read() -> None:
    template = load_contract(Path(assets.raw.fxiaoke.__path__[0]) / "template.yml")
    demo = load_contract(Path(__file__).parents[4] / "demo" / "sources" / "crm_fxiaoke.yml")
    for name, entry in demo.objects.items():
        kept = template.objects[name]
        assert {column.name for column in entry.columns} <= {column.name for column in kept.columns}
        assert (kept.key, kept.version, kept.staged) == (entry.key, entry.version, True)
