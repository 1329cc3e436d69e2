"""When the thing happened that a row of staging tells of, and by which moment its rows are days.

A table is a log (流水) if a row is written once: its key has the moment of the version, or nothing
says that a row was modified. Only of a log can the day be compared with days before: rows that are
modified again leave the day that they were in.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from expectations.engine.models import Model

EVENT_TIMES: Mapping[str, str] = {
    "stg_consent__consent_events": "occurred_at",
    "stg_crm_fxiaoke__accounts": "modified_at",
    "stg_crm_fxiaoke__active_records": "occurred_at",
    "stg_crm_fxiaoke__contacts": "modified_at",
    "stg_crm_fxiaoke__leads": "modified_at",
    "stg_crm_fxiaoke__opportunities": "modified_at",
    "stg_crm_zoho__accounts": "modified_at",
    "stg_crm_zoho__calls": "occurred_at",
    "stg_crm_zoho__contacts": "modified_at",
    "stg_crm_zoho__deal_stage_history": "reached_at",
    "stg_crm_zoho__deals": "modified_at",
    "stg_crm_zoho__deletions": "happened_at",
    "stg_crm_zoho__events": "occurred_at",
    "stg_crm_zoho__leads": "modified_at",
    "stg_crm_zoho__notes": "created_at",
    "stg_crm_zoho__tasks": "occurred_at",
    "stg_feedback__responses": "responded_at",
    "stg_feedback__survey_answers": "answered_at",
    "stg_loyalty__members": "updated_at",
    "stg_loyalty__points_ledger": "occurred_at",
    "stg_loyalty__referrals": "referred_at",
    "stg_marketing__campaign_events": "occurred_at",
    "stg_orders__customers": "updated_at",
    "stg_orders__order_headers": "updated_at",
    "stg_orders__order_lines": "ordered_at",
    "stg_orders__refunds": "refunded_at",
    "stg_service__ticket_events": "occurred_at",
    "stg_service__tickets": "opened_at",
    "stg_social__interactions": "occurred_at",
    "stg_social__profiles": "updated_at",
    "stg_steward__link_decisions": "decided_at",
    "stg_web__events": "occurred_at",
}
"""When the thing happened that a row tells of, UTC."""

VERSION_TIMES = ("version_at", "modified_at", "updated_at")
"""Columns that say when a row was last written at the source."""


def day_clock(model: Model, columns: Collection[str]) -> str:
    """The moment that puts a row of a log into its day; empty for a table that is no log."""
    event_time = EVENT_TIMES.get(model.name, "")
    if not event_time or not model.key:
        return ""
    for column in (event_time, *VERSION_TIMES):
        if column in model.key:
            return column
    is_modified = event_time in VERSION_TIMES or set(VERSION_TIMES) & set(columns)
    return "" if is_modified else event_time


def version_time(model: Model, columns: Collection[str]) -> str:
    """The column that grows when a row is written anew; empty if there is none."""
    return next((column for column in VERSION_TIMES if column in columns), "")
