from __future__ import annotations

from datetime import date, timedelta

import pytest

from expectations.engine.columns import columns_of
from expectations.engine.day import Day
from expectations.engine.models import Model
from expectations.engine.rules import Severity
from expectations.learned.past import NO_PAST
from expectations.raw.objects import RawObject
from expectations.staging import suites as staging
from tests.unit.expectations.learned_build import (
    DAY,
    LEADS,
    MODELS,
    OBJECTS,
    PRODUCTS,
    ROWS,
    asked,
    learned_build,
    past_of,
)

TODAY = "occurred_at >= timestamp '2017-12-19 16:00:00'"
LOG, SNAPSHOT, VERSIONED = (relation.table for relation in (ROWS, PRODUCTS, LEADS))

BREAKS = {
    "missing_day": (
        LOG,
        "day_volume",
        f"delete from {ROWS.sql} where {TODAY}",
        "2017-12-20: 0;",
    ),
    "fivefold_day": (
        LOG,
        "day_volume",
        f"insert into {ROWS.sql} select interaction_id || '-' || copy,"
        " * exclude (interaction_id, copy)"
        f" from {ROWS.sql} cross join (select unnest([1, 2, 3, 4]) as copy) where {TODAY}",
        "rows of 2017-12-20:",
    ),
    "rows_again": (
        LOG,
        "day_profile",
        f"insert into {ROWS.sql} select 'N' || interaction_id, * exclude (interaction_id)"
        f" from {ROWS.sql} where {TODAY}",
        "share of rows that repeat another",
    ),
    "day_ends_at_noon": (
        LOG,
        "day_profile",
        f"delete from {ROWS.sql} where occurred_at >= timestamp '2017-12-20 04:00:00'",
        "share of rows before ",
    ),
    "eight_hours_late": (
        LOG,
        "day_profile",
        f"update {ROWS.sql} set occurred_at = occurred_at - interval 8 hour where"
        " occurred_at >= timestamp '2017-12-20 08:00:00'",
        "share of rows before ",
    ),
    "cents": (
        LOG,
        "day_profile",
        f"update {ROWS.sql} set refund_amount = 100 * refund_amount where {TODAY}",
        "mean logarithm of refund_amount",
    ),
    "signs": (
        LOG,
        "day_profile",
        f"update {ROWS.sql} set refund_amount = -refund_amount where {TODAY}",
        "share below zero of refund_amount",
    ),
    "null_flood": (
        LOG,
        "day_profile",
        f"update {ROWS.sql} set note = null where {TODAY} and hash(interaction_id) % 2 = 0",
        "share of empty values of note",
    ),
    "unknown_words": (
        LOG,
        "day_profile",
        f"update {ROWS.sql} set reason = 'xyz' where {TODAY} and hash(interaction_id) % 4 = 0",
        "share of new values of reason",
    ),
    "constant_column": (
        LOG,
        "day_profile",
        f"update {ROWS.sql} set reason = 'late' where {TODAY}",
        "share of one value of reason",
    ),
    "one_robot": (
        LOG,
        "day_profile",
        f"update {ROWS.sql} set shop_customer_id = 'C1' where {TODAY} and"
        " hash(interaction_id) % 3 > 0",
        "share of the most frequent value of shop_customer_id",
    ),
    "texts_cut": (
        LOG,
        "day_profile",
        f"update {ROWS.sql} set note = note[1 : 4] where {TODAY}",
        "logarithm of the mean length of note",
    ),
    "one_percent_flipped": (
        LOG,
        "known_rows",
        f"update {ROWS.sql} set reason = 'late' where hash(interaction_id) % 60 = 0",
        "are gone and 417 say something else, most in reason (417)",
    ),
    "history_cut": (
        LOG,
        "known_rows",
        f"delete from {ROWS.sql} where occurred_at between '2017-11-01' and '2017-11-10'",
        "0 say something else",
    ),
    "all_times_shifted": (
        LOG,
        "known_rows",
        f"update {ROWS.sql} set occurred_at = occurred_at - interval 8 hour",
        "most in occurred_at",
    ),
    "half_a_catalogue": (
        SNAPSHOT,
        "known_rows",
        f"delete from {PRODUCTS.sql} where hash(product_id) % 2 = 0",
        "of 500 rows of the last good build",
    ),
    "brands_shuffled": (
        SNAPSHOT,
        "known_rows",
        f"update {PRODUCTS.sql} set brand = 'brand 0'",
        "say something else, most in brand",
    ),
    "changed_without_a_version": (
        VERSIONED,
        "known_rows",
        f"update {LEADS.sql} set lead_status = 'lost' where lead_id < 40",
        "40 say something else, most in lead_status (40)",
    ),
}


@pytest.mark.parametrize("fault", BREAKS)
def test_a_fault_is_caught(fault):
    subject, rule, statement, said = BREAKS[fault]
    con = learned_build()
    con.execute(statement).fetchall()
    past = past_of(con, DAY.as_of - timedelta(days=1) if rule != "known_rows" else DAY.as_of)
    result = asked(con, subject, past)[rule]
    assert result.blocks
    assert said in result.message


def test_every_learned_rule_was_seen_failing():
    con = learned_build()
    columns = columns_of(con, "vault", "staging")
    with_past = staging.suites(MODELS, OBJECTS, DAY, past_of(con), columns)
    without = staging.suites(MODELS, OBJECTS, DAY)
    asked_here = {rule for _, rule, _, _ in BREAKS.values()}
    learned = {(s.subject, r.name) for s in with_past for r in s.rules if r.name in asked_here} - {
        (s.subject, r.name) for s in without for r in s.rules
    }
    assert learned == {(subject, rule) for subject, rule, _, _ in BREAKS.values()}


@pytest.mark.parametrize("days", [0, 1, 30])
def test_a_good_night_passes(days):
    con = learned_build()
    past = past_of(con, DAY.as_of - timedelta(days=days))
    for model in MODELS:
        results = asked(con, model.name, past).values()
        assert [result.message for result in results if not result.passed] == []


@pytest.mark.parametrize("as_of", [date(2017, 1, 10), date(2017, 3, 4), date(2017, 7, 1)])
def test_a_young_company_passes(as_of):
    con = learned_build()
    con.execute(
        f"delete from {ROWS.sql} where timezone('Asia/Shanghai', timezone('UTC', occurred_at))"
        f" >= date '{as_of}' + 1"
    ).fetchall()
    day = Day(as_of, "Asia/Shanghai", date(2016, 1, 1))
    results = asked(con, LOG, NO_PAST, day).values()
    assert [result.message for result in results if not result.passed] == []


def test_a_few_rows_a_day_alarm_about_nothing():
    con = learned_build()
    con.execute(f"delete from {ROWS.sql} where hash(interaction_id) % 30 > 0").fetchall()
    con.execute(f"delete from {ROWS.sql} where {TODAY}").fetchall()
    con.execute(f"update {ROWS.sql} set reason = 'late'").fetchall()
    results = asked(con, LOG, NO_PAST)
    assert results["day_volume"].passed
    assert results["day_profile"].passed


def test_a_shop_that_is_closed_for_spring_festival_passes():
    con = learned_build()
    con.execute(f"update {ROWS.sql} set occurred_at = occurred_at + interval 56 day").fetchall()
    con.execute(
        f"delete from {ROWS.sql} where occurred_at >= timestamp '2018-02-13 16:00:00'"
    ).fetchall()
    closed = Day(date(2018, 2, 17), "Asia/Shanghai", date(2016, 1, 1))
    past = past_of(con, date(2018, 2, 16))
    assert asked(con, LOG, past, closed)["day_volume"].passed
    elsewhere = Day(date(2018, 2, 17), "Europe/Berlin", date(2016, 1, 1))
    assert asked(con, LOG, past, elsewhere)["day_volume"].blocks


def test_the_first_night_warns_of_a_day_that_may_come_late():
    con = learned_build()
    con.execute(f"delete from {ROWS.sql} where {TODAY}").fetchall()
    result = asked(con, LOG)["day_volume"]
    assert not result.passed
    assert result.severity is Severity.WARN


def test_a_source_that_delivers_a_day_later_is_not_stopped():
    con = learned_build()
    con.execute(f"delete from {ROWS.sql} where {TODAY}").fetchall()
    con.execute(
        f"delete from vault_before.staging.{LOG} where occurred_at >= '2017-12-18 16:00:00'"
    ).fetchall()
    assert asked(con, LOG, past_of(con, date(2017, 12, 19)))["day_volume"].passed


def test_a_window_of_time_may_move_and_a_new_column_may_come():
    con = learned_build()
    con.execute(f"delete from {ROWS.sql} where occurred_at < '2016-12-20'").fetchall()
    con.execute(f"alter table {ROWS.sql} add column till varchar default 'A'").fetchall()
    con.execute(
        f"update {LEADS.sql} set lead_status = 'lost', modified_at = '2017-12-20'"
    ).fetchall()
    assert asked(con, LOG, past_of(con))["known_rows"].passed
    assert asked(con, VERSIONED, past_of(con))["known_rows"].passed


@pytest.mark.parametrize("is_stream", [False, True])
def test_days_of_a_system_that_tells_the_newest_state_only_are_not_compared(is_stream: bool):
    con = learned_build()
    leads = Model(VERSIONED, LEADS, ("crm_zoho", "leads"), key=("lead_id", "modified_at"))
    objects = [RawObject("crm_zoho", "leads", is_stream=is_stream)]
    columns = columns_of(con, "vault", "staging")
    (suite,) = staging.suites([leads], objects, DAY, NO_PAST, columns)
    compared = {"day_volume", "day_profile"} & {rule.name for rule in suite.rules}
    assert bool(compared) is not is_stream


def test_versions_that_nobody_knew_on_a_past_date_may_give_way_to_the_edit():
    con = learned_build()
    before = "vault_before.staging.stg_crm_zoho__leads"
    for table in (LEADS.sql, before):
        con.execute(f"alter table {table} add column is_version_known boolean").fetchall()
        con.execute(f"update {table} set is_version_known = true").fetchall()
    con.execute(f"delete from {LEADS.sql} where lead_id < 100").fetchall()
    assert asked(con, "stg_crm_zoho__leads", past_of(con))["known_rows"].blocks
    con.execute(f"update {before} set is_version_known = false where lead_id < 100").fetchall()
    assert asked(con, "stg_crm_zoho__leads", past_of(con))["known_rows"].passed


def test_what_a_record_said_before_an_edit_that_came_later_is_not_known_to_have_changed():
    con = learned_build()
    before = "vault_before.staging.stg_crm_zoho__leads"
    con.execute(f"update {LEADS.sql} set lead_status = 'lost' where lead_id < 100").fetchall()
    con.execute(f"update {before} set lead_status = null where lead_id < 100").fetchall()
    assert asked(con, VERSIONED, past_of(con))["known_rows"].blocks
    con.execute(f"update {before} set modified_at = null where lead_id < 100").fetchall()
    assert asked(con, VERSIONED, past_of(con))["known_rows"].passed


def test_a_snapshot_may_change_more_in_a_week_than_in_a_night():
    con = learned_build()
    con.execute(
        f"update {PRODUCTS.sql} set brand = 'other' where hash(product_id) % 2 = 0"
    ).fetchall()
    last_night, a_week_ago = (past_of(con, DAY.as_of - timedelta(days=ago)) for ago in (1, 7))
    assert asked(con, SNAPSHOT, last_night)["known_rows"].blocks
    assert asked(con, SNAPSHOT, a_week_ago)["known_rows"].passed
