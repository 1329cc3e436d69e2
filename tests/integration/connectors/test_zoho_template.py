"""The template of Zoho CRM fits the standard modules; the demo's files fit the local server."""

from __future__ import annotations

import json
from pathlib import Path

import yaml

from assets.raw.connector.fields import ABSENT, DECLARED, field_states
from assets.raw.connector.model import Request, Window
from assets.raw.contract_model import SourceContract
from assets.raw.zoho_crm.client import ZohoCrm
from demo.servers.zoho import ZohoServer
from tests.integration.connectors.zoho_pulls import Puller
from tests.integration.connectors.zoho_world import Time, connection, contact

ROOT = Path(__file__).parents[3]
CUSTOM = {"Shop_Customer_Id", "Wechat_Unionid"}


def test_every_header_of_the_template_is_a_standard_field(tmp_path: Path) -> None:
    text = (ROOT / "assets/raw/zoho_crm/template.yml").read_text(encoding="utf-8")
    contract = SourceContract.model_validate(yaml.safe_load(text))
    time = Time()
    with ZohoServer(time) as server:
        connector = ZohoCrm(connection(server, tmp_path, time))
        for obj in contract.objects.values():
            assert obj.stream is not None
            request = Request(obj.stream, (), obj.options, Window(None, time()))
            fields = connector.fields(request)
            bad = [
                state
                for state in field_states(obj, fields, fields)
                if state.declared_type
                and state.state != (ABSENT if state.field in CUSTOM else DECLARED)
            ]
            assert bad == []


def test_files_of_the_demo_are_served(tmp_path: Path) -> None:
    folder = tmp_path / "zoho"
    folder.mkdir()
    purged = {"module": "Leads", "id": "9", "deleted_time": "2017-01-02T03:04:05+08:00"}
    files = {
        "Contacts": [contact(n, Wechat_Unionid=f"o{n}") for n in range(3)],
        "Deals": [{"id": "7", "Stage": "Closed Won", "Modified_Time": "2017-01-01T08:00:00+08:00"}],
        "Users": [{"id": "1", "full_name": "王芳", "status": "active"}],
        "_deleted": [purged | {"type": "permanent"}],
        "_stage_history": [
            {"deal": "7", "id": "71", "Stage": "Closed Won"},
            {"deal": "7", "id": "70", "Stage": "Qualification"},
        ],
    }
    for name, records in files.items():
        lines = "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)
        (folder / f"{name}.jsonl").write_text(lines, encoding="utf-8")
    time = Time()
    with ZohoServer(time) as server:
        server.load(folder)
        puller = Puller(server, tmp_path / "home", time)
        assert {record["Wechat_Unionid"] for record in puller.pull()} == {"o0", "o1", "o2"}
        stages = puller.pull("deal_stage_history")
        assert [(entry["id"], entry["Deal"]["id"]) for entry in stages] == [
            ("71", "7"),
            ("70", "7"),
        ]
        assert [user["full_name"] for user in puller.pull("Users", "snapshot")] == ["王芳"]
        (deletion,) = puller.pull("deletions", modules=["Contacts", "Leads"])
        assert deletion == {
            "object": "Leads",
            "record_id": "9",
            "event": "purged",
            "happened_at": "2017-01-02T03:04:05+08:00",
        }
