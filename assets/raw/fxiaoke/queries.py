"""Bodies of data/query: which records of an object, from where, and which of their fields."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from assets.raw.connector.model import Window
from assets.raw.fxiaoke.describing import Described, active_fields, base_of
from assets.raw.fxiaoke.settings import FxiaokeSettings, StreamOptions, Voided

MODIFIED = "last_modified_time"
Filter = dict[str, Any]


def filter_of(field: str, operator: str, *values: Any) -> Filter:
    """One condition; the conditions of a query all have to hold."""
    return {"field_name": field, "operator": operator, "field_values": list(values)}


def query_body(
    object_name: str,
    filters: Sequence[Filter],
    fields: Sequence[str],
    limit: int,
    *,
    counts: bool = False,
) -> dict[str, Any]:
    """A query in the order of `_id`, from its beginning; `counts`: with the exact total."""
    return {
        "data": {
            "dataObjectApiName": object_name,
            "find_explicit_total_num": counts,
            "search_query_info": {
                "limit": limit,
                "offset": 0,
                "filters": list(filters),
                "orders": [{"fieldName": "_id", "isAsc": True}],
                "fieldProjection": list(fields),
            },
        }
    }


def projection(
    settings: FxiaokeSettings, described: Described, declared: Sequence[str]
) -> list[str]:
    """The fields to ask for; none at all means that the system sends every field.

    Labels (`owner__r`) come along with their own field.
    """
    if settings.fields == "unnamed":
        return []
    wanted = active_fields(described)
    if settings.fields == "declared":
        wanted = [name for name in map(base_of, declared) if name in wanted]
    return list(dict.fromkeys(("_id", MODIFIED, *wanted)))


def window_filters(window: Window, settings: FxiaokeSettings) -> list[Filter]:
    """The window of a pull as conditions; a pull from the beginning has none.

    Without an upper bound a record that is edited meanwhile still arrives: the next pull begins
    before this one did, so that its later versions follow.
    """
    if window.lower is None:
        return []
    lower, upper = milliseconds(window.lower), milliseconds(window.upper)
    if settings.window_operators == "between":
        return [filter_of(MODIFIED, "BETWEEN", lower, upper)]
    return [filter_of(MODIFIED, "GTE", lower), filter_of(MODIFIED, "LTE", upper)]


def passes(settings: FxiaokeSettings, options: StreamOptions) -> list[list[Filter]]:
    """The listings that together are the whole object: one, or two when voided ones are hidden."""
    voided: Voided = options.voided or settings.voided
    field, value = settings.voided_field, settings.voided_value
    if voided == "separate":
        return [[], [filter_of(field, "EQ", value)]]
    return [[filter_of(field, "N", value)]] if voided == "excluded" else [[]]


def after_filters(state: Mapping[str, Any]) -> list[Filter]:
    """Past the last record of the page before (深翻页: an offset ends at 10,000)."""
    return [filter_of("_id", "GT", state["after"])] if state.get("after") else []


def milliseconds(moment: datetime) -> int:
    """Milliseconds since 1970, as the system counts."""
    return int(moment.timestamp() * 1000)
