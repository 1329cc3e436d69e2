"""What 纷享销客 Fxiaoke says about its objects: fields with types, labels and options."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import Any

Record = dict[str, Any]

OBJECT_LABELS = {
    "LeadsObj": "销售线索",
    "AccountObj": "客户",
    "ContactObj": "联系人",
    "OpportunityObj": "商机",
    "NewOpportunityObj": "商机2.0",
    "SalesOrderObj": "销售订单",
    "SalesOrderProductObj": "订单产品",
    "ProductObj": "产品",
    "CasesObj": "工单",
    "MarketingEventObj": "市场活动",
    "PaymentObj": "回款",
    "RefundObj": "退款",
    "MemberObj": "会员",
    "MemberIntegralDetailObj": "会员积分明细",
    "ActiveRecordObj": "销售记录",
    "ServiceRecordObj": "通话记录",
    "PersonnelObj": "人员",
}

MILLISECONDS_OF_1973 = 100_000_000_000
"""A number of a record from here on is taken for a time."""

_LIFE_STATUS = [
    {"value": "ineffective", "label": "未生效"},
    {"value": "under_review", "label": "审核中"},
    {"value": "normal", "label": "正常"},
    {"value": "in_change", "label": "变更中"},
    {"value": "invalid", "label": "作废"},
]
SYSTEM_FIELDS: dict[str, Record] = {
    "_id": {"type": "text", "label": "数据ID"},
    "name": {"type": "text", "label": "名称"},
    "owner": {"type": "employee", "label": "负责人"},
    "created_by": {"type": "employee", "label": "创建人"},
    "last_modified_by": {"type": "employee", "label": "最后修改人"},
    "create_time": {"type": "date_time", "label": "创建时间"},
    "last_modified_time": {"type": "date_time", "label": "最后修改时间"},
    "life_status": {"type": "select_one", "label": "生命状态", "options": _LIFE_STATUS},
    "lock_status": {
        "type": "select_one",
        "label": "锁定状态",
        "options": [{"value": "0", "label": "未锁定"}, {"value": "1", "label": "锁定"}],
    },
    "is_deleted": {"type": "true_or_false", "label": "是否作废"},
    "record_type": {
        "type": "record_type",
        "label": "业务类型",
        "options": [{"api_name": "default__c", "value": "default__c", "label": "预设业务类型"}],
    },
    "relevant_team": {"type": "embedded_object_list", "label": "相关团队"},
    "version": {"type": "number", "label": "版本", "decimal_places": 0},
}


def describe(object_name: str, declared: dict[str, Record], records: Iterable[Record]) -> Record:
    """The describe of an object: its own fields, those of every object, those seen in records."""
    fields = {name: dict(field) for name, field in SYSTEM_FIELDS.items()}
    for record in islice(records, 50):
        for name, value in record.items():
            if name not in fields and "__r" not in name and "__l" not in name:
                fields[name] = _field_like(value) | {"label": name}
    fields |= {name: dict(field) for name, field in declared.items()}
    for name, field in fields.items():
        field["api_name"] = name
        field["define_type"] = "custom" if name.endswith("__c") else "package"
        field.setdefault("is_active", True)
        field.setdefault("is_required", name in ("_id", "name"))
    return {
        "api_name": object_name,
        "display_name": OBJECT_LABELS.get(object_name, object_name),
        "is_active": True,
        "fields": fields,
    }


def object_row(object_name: str) -> Record:
    """The line of an object in the list of objects."""
    return {
        "describeApiName": object_name,
        "describeDisplayName": OBJECT_LABELS.get(object_name, object_name),
        "defineType": "custom" if object_name.endswith("__c") else "package",
        "isActive": True,
        "hideButton": False,
        "publicObject": False,
    }


def _field_like(value: object) -> Record:
    if isinstance(value, bool):
        return {"type": "true_or_false"}
    if isinstance(value, int) and value >= MILLISECONDS_OF_1973:
        return {"type": "date_time"}
    if isinstance(value, (int, float)):
        return {"type": "number", "decimal_places": 0 if isinstance(value, int) else 2}
    return {"type": "select_many" if isinstance(value, list) else "text"}
