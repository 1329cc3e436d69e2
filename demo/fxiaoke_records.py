"""What all records of 纷享销客 Fxiaoke have in common, and what its describe says of the fields.

A record looks as the API gives it: times in milliseconds, people as lists, amounts as text. Fields
with a fixed choice hold codes that mean nothing; their labels stand in `_describe.json` only.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from demo.files import Fault, count_rows, write_jsonl
from demo.words import load_words
from demo.world import World

FOLDER = "servers/fxiaoke"
LEAD_SOURCES = ["官网", "展会", "转介绍", "微信", "电话", "门店"]

_PEOPLE = {"owner": ("employee", "负责人"), "created_by": ("employee", "创建人")}
_STATE = {
    "_id": ("text", "编号"),
    "life_status": ("select_one", "生命状态"),
    "lock_status": ("select_one", "锁定状态"),
    "is_deleted": ("true_or_false", "已删除"),
    "record_type": ("record_type", "业务类型"),
    "version": ("text", "版本"),
    "create_time": ("date_time", "创建时间"),
    "last_modified_time": ("date_time", "最后修改时间"),
    **_PEOPLE,
}
_FIELDS: dict[str, dict[str, tuple[str, str]]] = {
    "ContactObj": {
        "name": ("text", "姓名"), "tel": ("phone_number", "电话"),
        "mobile": ("phone_number", "手机"), "email": ("email", "邮箱"),
        "account_id": ("object_reference", "客户名称"), "date_of_birth": ("date", "生日"),
        "field_unionid__c": ("text", "微信 UnionID"), "field_shop_id__c": ("text", "商城客户号"),
        "field_city__c": ("text", "城市"),
    },
    "AccountObj": {
        "name": ("text", "客户名称"), "industry": ("select_one", "行业"),
        "field_size__c": ("select_one", "规模"), "field_city__c": ("text", "城市"),
    },
    "LeadsObj": {
        "name": ("text", "姓名"), "company": ("text", "公司"), "mobile": ("phone_number", "手机"),
        "email": ("email", "邮件"), "source": ("select_one", "来源"),
        "leads_status": ("text", "线索状态"),
    },
    "NewOpportunityObj": {
        "name": ("text", "商机名称"), "account_id": ("object_reference", "客户名称"),
        "field_contact__c": ("object_reference", "联系人"), "amount": ("currency", "商机金额"),
        "mc_currency": ("text", "币种"), "sales_stage": ("text", "阶段"),
        "probability": ("number", "赢率"), "close_date": ("date_time", "预计成交日期"),
        "stg_changed_time": ("date_time", "阶段变更时间"),
    },
    "ActiveRecordObj": {
        "contact_id": ("object_reference", "联系人"),
        "active_record_type": ("text", "跟进类型"),
        "active_record_content": ("long_text", "跟进内容"),
    },
    "PersonnelObj": {
        "user_id": ("text", "员工编号"), "name": ("text", "姓名"), "email": ("email", "邮箱"),
        "department": ("text", "部门"), "status": ("text", "状态"),
    },
}  # fmt: skip


def make_fxiaoke(world: World) -> None:
    """Create the vocabulary of Fxiaoke records."""
    world.run("""
        create macro fx_id(module, id) as '5f' || substr(md5(module || cast(id as varchar)), 1, 22)
        """)
    for name, labels in _choices().items():
        codes = {label: option_code(world.seed, name, label) for label in labels}
        world.con.execute(
            f"set variable fx_{name} = map(?, ?)", [list(codes), list(codes.values())]
        ).fetchall()


def option_code(seed: int, field: str, label: str) -> str:
    """The code that stands in records for a label: opaque, as those of real instances are."""
    return "x" + hashlib.sha256(f"{seed}|{field}|{label}".encode()).hexdigest()[:7]


def system_fields(owned: str, created: str, modified: str) -> str:
    """The select list of the fields that every object has; `owned` decides whose record it is."""
    owner = f"(owner_of(getvariable('fxiaoke_owners'), {owned}))"
    return f"""
        [{owner}.id] as owner, {{'id': {owner}.id, 'name': {owner}.name}} as owner__r,
        [{owner}.id] as created_by, '0' as lock_status, 'default__c' as record_type,
        '1' as version, epoch_ms({created}) as create_time,
        epoch_ms({modified}) as last_modified_time"""


def write_object(
    world: World, api_name: str, obj: str, sql: str, faults: list[Fault] | None = None
) -> None:
    """Write the records of an object, ordered by the query; `obj` is counted in the figures."""
    write_jsonl(world, f"{FOLDER}/{api_name}.jsonl", sql, f"crm_fxiaoke.{obj}", faults or ())


def write_describe(world: World) -> None:
    """Write what the system says of every field: type, label, and the options of a choice."""
    described = {
        api_name: {
            field: _described(world.seed, api_name, field, kind, label)
            for field, (kind, label) in (_STATE | fields).items()
        }
        for api_name, fields in _FIELDS.items()
    }
    text = json.dumps(described, ensure_ascii=False, indent=1)
    world.path(f"{FOLDER}/_describe.json").write_text(text + "\n", encoding="utf-8")
    options = sum(len(d.get("options", ())) for f in described.values() for d in f.values())
    count_rows(world, "crm_fxiaoke.field_options", options)


def _described(seed: int, api_name: str, field: str, kind: str, label: str) -> dict[str, Any]:
    described: dict[str, Any] = {"type": kind, "label": label}
    chosen = {
        ("AccountObj", "industry"): "industries",
        ("AccountObj", "field_size__c"): "company_sizes",
        ("LeadsObj", "source"): "lead_sources",
    }.get((api_name, field))
    if chosen:
        described["options"] = [
            {"value": option_code(seed, chosen, text), "label": text} for text in _choices()[chosen]
        ]
    if field in _STATES:
        described["options"] = [
            {"value": value, "label": text} for value, text in _STATES[field].items()
        ]
    return described


def _choices() -> Mapping[str, list[str]]:
    words = load_words()
    return {
        "industries": words["industries_zh"],
        "company_sizes": words["company_sizes_zh"],
        "lead_sources": LEAD_SOURCES,
    }


_STATES: dict[str, dict[str, str]] = {
    "life_status": {
        "ineffective": "未生效", "under_review": "审核中", "normal": "正常", "in_change": "变更中",
        "invalid": "作废",
    },
    "lock_status": {"0": "未锁定", "1": "锁定"},
    "record_type": {"default__c": "预设业务类型"},
}  # fmt: skip
