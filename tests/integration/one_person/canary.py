"""One unmistakable person, written into every source of the small company as its systems would.

Each entry names a file, and what the person's row has otherwise than the first row of the file.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb

from assets.raw.contract import load_contracts
from tests.integration.company import ROOT

NAME, NICKNAME = "欧阳砗磲", "砗磲的小铺Zzyzx"
PHONE, LANDLINE = "19908070605", "0571-87654329"
EMAIL = "quillonia.zzyzx@canary.example.org"
SHOP, MEMBER = 990777013, "M880222014"
UNIONID, OPENID, WEIBO = "oUzzyzxcanary00000000000001", "oPzzyzxcanary00000000000002", "7660555019"
DEVICE = "zzyzxdevicecanary0001"
ADDRESS = "砗磲巷990号"
ZOHO, ZOHO_LEAD = "3652397010440111013", "3652397030440111014"
FXIAOKE, FXIAOKE_LEAD = "5fzzyzxcanary00000000001", "5fzzyzxcanary00000000002"

BASKET, TICKET, ROW = 88033344499001, "T9x7q1", "9x7q"
"""Numbers of the person's rows, which business tables may have."""

REACHING = (
    *(NAME, "Zzyzx", "zzyzx", "ZZYZX", "砗磲", "Quillonia", "QUILLONIA"),
    *(PHONE, "199 0807 0605", "87654329", str(SHOP), MEMBER, WEIBO, ZOHO, ZOHO_LEAD),
)
"""Texts that name or reach the person, and nobody and nothing else."""

PROBES = (*REACHING, str(BASKET), ROW)
"""The same, and the numbers of the person's rows."""

TEXT = f"我是{NAME}，电话199 0807 0605，邮箱 {EMAIL}，地址{ADDRESS}"

ROWS: dict[str, list[dict[str, Any]]] = {
    "orders/customers.csv": [
        {
            "customer_id": SHOP,
            "full_name": NAME,
            "mobile": "+86 199 0807 0605",
            "email": EMAIL.upper(),
            "birth_date": "1971-03-09",
            "address": ADDRESS,
            "city": "杭州",
            "region": "浙江省",
        },
        # Refused by the contract: the person is in quarantine as well.
        {"customer_id": SHOP, "full_name": NAME, "mobile": PHONE, "birth_date": "31/02/1971"},
    ],
    "orders/demographics.parquet": [{"household_id": SHOP}],
    "orders/order_headers.parquet": [{"household_id": SHOP, "basket_id": BASKET}],
    "orders/transactions.parquet": [{"household_id": SHOP, "basket_id": BASKET}],
    "orders/refunds.csv": [{"refund_id": f"R{ROW}", "basket_id": BASKET, "refund_amount": "0.10"}],
    "consent/consent_events.csv": [
        {"event_id": f"CO-{ROW}-1", "subject_type": "mobile", "subject_value": PHONE},
        {"event_id": f"CO-{ROW}-2", "subject_type": "email", "subject_value": EMAIL},
    ],
    "feedback/responses.jsonl": [
        {
            "response_id": f"F{ROW}",
            "customer_id": SHOP,
            "respondent_email": EMAIL,
            "respondent_mobile": PHONE,
            "comment": TEXT,
        }
    ],
    "feedback/survey_answers.csv": [{"answer_id": f"sa-{ROW}", "customer_id": SHOP}],
    "loyalty/members.csv": [
        {"member_id": MEMBER, "customer_id": SHOP, "mobile": PHONE, "email": EMAIL}
    ],
    "loyalty/points_ledger.csv": [{"entry_id": f"W{ROW}", "member_id": MEMBER, "basket_id": ""}],
    "loyalty/referrals.csv": [{"referral_id": f"RF{ROW}", "referred_member_id": MEMBER}],
    "marketing/campaign_events.jsonl.gz": [{"event_id": f"ce-{ROW}", "household_id": SHOP}],
    "marketing/campaigns.parquet": [{"household_id": SHOP}],
    "service/tickets.csv": [
        {
            "ticket_id": TICKET,
            "customer_id": SHOP,
            "contact_email": EMAIL,
            "contact_phone": LANDLINE,
            "subject": f"{NAME} 的订单",
            "description": TEXT,
        }
    ],
    "service/ticket_events.csv": [{"event_id": f"{TICKET}-1", "ticket_id": TICKET}],
    "social/profiles.jsonl": [
        {"profile_id": OPENID, "unionid": UNIONID, "nickname": NICKNAME, "mobile": PHONE},
        {
            "platform": "weibo",
            "profile_id": WEIBO,
            "unionid": None,
            "nickname": NICKNAME,
            "mobile": PHONE,
        },
    ],
    "social/interactions.jsonl": [
        {
            "interaction_id": f"si-{ROW}",
            "profile_id": OPENID,
            "kind": "message",
            "body": TEXT,
            "occurred_at": "2017-06-02 15:02:47",
        }
    ],
    "web/events.jsonl.gz": [
        {"event_id": f"we-{ROW}", "device_id": DEVICE, "user_id": str(SHOP), "search_term": EMAIL}
    ],
    "servers/zoho/Contacts.jsonl": [
        {
            "id": ZOHO,
            "Last_Name": "欧阳",
            "First_Name": "砗磲",
            "Full_Name": NAME,
            "Email": EMAIL,
            "Mobile": PHONE,
            "Mailing_Street": ADDRESS,
            "Shop_Customer_Id": str(SHOP),
            "Wechat_Unionid": UNIONID,
        }
    ],
    "servers/zoho/Leads.jsonl": [
        {
            "id": ZOHO_LEAD,
            "Full_Name": NAME,
            "Last_Name": "欧阳",
            "First_Name": "砗磲",
            "Email": EMAIL,
            "Mobile": PHONE,
        }
    ],
    "servers/zoho/Notes.jsonl": [
        {
            "id": "3652397060440111013",
            "Note_Content": TEXT,
            "Parent_Id": {"module": {"api_name": "Contacts"}, "name": NAME, "id": ZOHO},
        }
    ],
    "servers/zoho/Calls.jsonl": [
        {"id": "3652397050440111013", "Who_Id": {"name": NAME, "id": ZOHO_LEAD}}
    ],
    "servers/zoho/Deals.jsonl": [
        {"id": "3652397040440111013", "Contact_Name": {"name": NAME, "id": ZOHO}}
    ],
    "servers/fxiaoke/ContactObj.jsonl": [
        {
            "_id": FXIAOKE,
            "name": NAME,
            "tel": LANDLINE,
            "mobile": PHONE,
            "email": EMAIL,
            "field_unionid__c": UNIONID,
            "field_shop_id__c": str(SHOP),
        }
    ],
    "servers/fxiaoke/LeadsObj.jsonl": [{"_id": FXIAOKE_LEAD, "name": NAME, "mobile": PHONE}],
    "servers/fxiaoke/ActiveRecordObj.jsonl": [
        {
            "_id": "5f009f7b6a1c000000000003",
            "contact_id": FXIAOKE,
            "active_record_content": TEXT,
        }
    ],
    "servers/fxiaoke/NewOpportunityObj.jsonl": [
        {"_id": "5f009f7b6a1c000000000004", "field_contact__c": FXIAOKE}
    ],
}

SHIFTED = f"x,{SHOP},{NAME},,,{PHONE},,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,\n"
"""A line of orders/customers.csv with too many fields: no column tells whose it is."""


def plant(data: Path) -> None:
    """Write the person into the files of a company."""
    encodings = _encodings()
    for name, rows in ROWS.items():
        file = data / name
        for row in rows:
            if name.endswith(".csv"):
                _add_to_csv(file, row, encodings[name])
            elif name.endswith(".parquet"):
                _add_to_parquet(file, row)
            else:
                _add_to_lines(file, row)
    with (data / "orders/customers.csv").open("a", encoding="utf-8") as accounts:
        accounts.write(SHIFTED)


def is_named(content: bytes, probes: Sequence[str] = PROBES) -> list[str]:
    """The probes that stand in some bytes."""
    return [probe for probe in probes if probe.encode() in content]


def _encodings() -> dict[str, str]:
    contracts = load_contracts(ROOT / "demo" / "sources")
    objects = [obj for contract in contracts for obj in contract.objects.values()]
    return {obj.path: obj.encoding for obj in objects if obj.path}


def _add_to_csv(file: Path, row: Mapping[str, Any], encoding: str) -> None:
    text = file.read_text(encoding=encoding)
    reader = csv.DictReader(io.StringIO(text, newline=""))
    first = next(reader)
    target = io.StringIO(newline="")
    csv.DictWriter(target, list(first), lineterminator="\n").writerow({**first, **row})
    end = "" if text.endswith("\n") else "\n"
    file.write_text(f"{text}{end}{target.getvalue()}", encoding=encoding)


def _add_to_lines(file: Path, row: Mapping[str, Any]) -> None:
    content = file.read_bytes()
    packed = file.suffix == ".gz"
    lines = (gzip.decompress(content) if packed else content).decode().split("\n")
    first = json.loads(lines[0])
    assert set(row) <= set(first), f"{file.name} has no {set(row) - set(first)}"
    added = json.dumps({**first, **row}, ensure_ascii=False, separators=(",", ":"))
    left = ("\n".join([*(line for line in lines if line), added]) + "\n").encode()
    file.write_bytes(gzip.compress(left, mtime=0) if packed else left)


def _add_to_parquet(file: Path, row: Mapping[str, Any]) -> None:
    changed = ", ".join(f"{value!r} as {name}" for name, value in row.items())
    new = file.with_suffix(".new")
    duckdb.execute(
        f"copy (select * from '{file}' union all by name"
        f" (select * replace ({changed}) from '{file}' limit 1)) to '{new}' (format parquet)"
    ).fetchall()
    new.replace(file)
