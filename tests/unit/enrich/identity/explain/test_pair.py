from __future__ import annotations

import json
from datetime import date

import pytest

from assets.enrich.identity.explain.model import ExplainError, Period
from assets.enrich.identity.explain.pair import explain
from assets.enrich.identity.explain.render import as_json, as_text
from tests.unit.enrich.identity.explain.small_vault import CANARY, PHONE, Build, digest

A, B, X, Y = "crm_zoho.contacts:1", "orders.customers:2", "loyalty.members:3", "social.profiles:4"


def apart(build: Build, *more: str) -> None:
    for key, name in zip(("CA", "CB", "CX", "CY"), (A, B, *more), strict=False):
        build.record(name, key)


def test_strongest_path_wins_over_the_direct_link(build: Build) -> None:
    for name in (A, B, X):
        build.record(name, "C1")
    build.link(A, B, weight=0.8, rule="same_device")
    build.link(A, X)
    build.link(B, X, weight=0.99, rule="same_unionid")
    build.link(B, X, reason="name_conflict", weight=0.9, rule="same_email")
    found = explain(build.con, A, B)
    assert found.is_same_customer
    assert [(step.a, step.b, step.weight) for step in found.path] == [(A, X, 0.95), (X, B, 0.99)]
    assert [evidence.rule for evidence in found.path[1].evidence] == ["same_unionid", "same_email"]
    assert [evidence.rule for evidence in found.direct] == ["same_device"]
    text = as_text(found)
    assert "Same phone number, and the names agree." in text
    assert f"phone #{digest('phone:' + PHONE)[:12]} on both" in text
    assert "compared: name same, birth date unknown" in text
    assert "the weakest weighs 0.95" in text


def test_all_rules_of_a_pair_are_told(build: Build) -> None:
    for name in (A, B):
        build.record(name, "C1")
    build.link(A, B)
    build.link(B, A, rule="name_and_address", value=None)
    [step] = explain(build.con, A, B).path
    assert {evidence.rule for evidence in step.evidence} == {"same_phone", "name_and_address"}


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("shared", "too many different people"),
        ("name_conflict", "names are those of two"),
        ("han_conflict", "different Chinese characters"),
        ("birth_date_conflict", "birth dates"),
        ("do_not_link", "data steward"),
        ("name_unknown", "no usable name"),
        ("too_little_evidence", "by chance"),
        ("ambiguous", "has no name"),
        ("conflict_in_cluster", "must stay apart"),
        ("over_cap", "more records than one person"),
        ("a_new_reason", "reason `a_new_reason`"),
    ],
)
def test_every_veto_is_told_in_words(build: Build, reason: str, words: str) -> None:
    apart(build)
    build.link(A, B, reason=reason)
    found = explain(build.con, A, B)
    assert not found.is_same_customer
    assert found.direct[0].reason == reason
    assert words in as_text(found)


def test_chain_says_which_step_was_refused(build: Build) -> None:
    build.record(A, "CA")
    build.record(X, "CA")
    build.record(B, "CB")
    build.link(A, X)
    build.link(X, B, reason="name_conflict")
    found = explain(build.con, A, B)
    assert [step.is_refused for step in found.path] == [False, True]
    assert f"Refused was {X} – {B}." in as_text(found)


def test_chain_through_a_third_customer(build: Build) -> None:
    apart(build, X)
    build.link(A, X, reason="name_conflict")
    build.link(X, B, reason="ambiguous")
    assert [step.b for step in explain(build.con, A, B).path] == [X, B]


def test_fewest_refusals_come_before_weight(build: Build) -> None:
    build.record(A, "CA")
    build.record(X, "CA")
    build.record(B, "CB")
    build.record(Y, "CB")
    build.link(A, X, weight=0.5)
    build.link(X, B, reason="shared", weight=0.6)
    build.link(A, Y, reason="shared", weight=0.9)
    build.link(Y, B, reason="shared", weight=0.9)
    assert [step.is_refused for step in explain(build.con, A, B).path] == [False, True]


def test_conflict_in_cluster_names_the_conflict(build: Build) -> None:
    build.record(A, "CA")
    build.record(X, "CA")
    build.record(B, "CB")
    build.link(A, X)
    build.link(A, B, reason="conflict_in_cluster")
    build.link(X, B, reason="do_not_link", rule="do_not_link", value=None, weight=0)
    found = explain(build.con, A, B)
    assert [(step.a, step.b) for step in found.conflicts] in ([(X, B)], [(B, X)])
    assert "stand behind it" in as_text(found)


@pytest.mark.parametrize(
    ("flaw", "words"),
    [
        ("shared", "too many different people"),
        ("filler", "filler"),
        ("service_number", "hotline"),
        ("rounded_by_spreadsheet", "rounded by spreadsheet"),
        (None, "no rule joins"),
    ],
)
def test_identifiers_of_both_that_cannot_link(build: Build, flaw: str | None, words: str) -> None:
    apart(build)
    build.carries(A, "phone", PHONE, flaw)
    build.carries(B, "phone", PHONE, flaw)
    build.carries(A, "email", "")
    build.carries(B, "email", "")
    found = explain(build.con, A, B)
    [carried] = found.carried_by_both
    assert carried.identifier_hash == digest(f"phone:{PHONE}")[:12]
    assert words in as_text(found)


def test_an_identifier_that_a_link_tells_is_not_told_twice(build: Build) -> None:
    apart(build)
    build.carries(A, "phone", PHONE)
    build.carries(B, "phone", PHONE)
    build.link(A, B, reason="name_conflict")
    assert not explain(build.con, A, B).carried_by_both


def test_a_test_account_is_named_as_the_reason(build: Build) -> None:
    build.record(A, "CA", linkable=False)
    build.record(B, "CB")
    build.carries(A, "phone", PHONE)
    build.carries(B, "phone", PHONE)
    found = explain(build.con, A, B)
    assert [carried.reason for carried in found.carried_by_both] == ["not_linkable"]
    assert "test account" in as_text(found)


def test_strangers(build: Build) -> None:
    apart(build)
    text = as_text(explain(build.con, A, B))
    assert "share no valid identifier, and no name, birth date or address" in text
    assert "never one customer" in text


def test_history_of_a_split(build: Build) -> None:
    build.record(A, "CA")
    build.record(B, "CA", until="2017-03-01")
    build.record(B, "CB", since="2017-03-02")
    build.event("2017-03-02", "split", "CA", "CB")
    build.event("2017-03-02", "split", "CA", "C_other")
    found = explain(build.con, A, B)
    assert found.together == (Period("CA", date(2017, 1, 1), date(2017, 3, 1)),)
    assert len(found.events) == 1
    text = as_text(found)
    assert "together as CA from 2017-01-01 to 2017-03-01" in text
    assert "2017-03-02: split, CA and CB, 2 records" in text


def test_history_of_a_merge(build: Build) -> None:
    build.record(A, "CA")
    build.record(B, "CB", until="2017-03-01")
    build.record(B, "CA", since="2017-03-02")
    build.event("2017-03-02", "merged", "CB", "CA")
    build.link(A, B)
    text = as_text(explain(build.con, A, B))
    assert "together as CA from 2017-03-02 on" in text
    assert "CB 2017-01-01 to 2017-03-01; CA 2017-03-02 to now" in text


def test_a_record_that_left(build: Build) -> None:
    build.record(A, "CA")
    build.record(B, "CA", until="2017-03-01")
    found = explain(build.con, A, B)
    assert not found.is_same_customer
    assert "no longer among the records (last CA, until 2017-03-01)" in as_text(found)


def test_keys_and_links_that_disagree_are_said(build: Build) -> None:
    apart(build, X)
    build.link(A, B)
    assert "ask the data team" in as_text(explain(build.con, A, B))
    build.record(Y, "CX")
    assert "ask the data team" in as_text(explain(build.con, X, Y))


@pytest.mark.parametrize(
    ("a", "b", "line"),
    [
        ("crm_zoho:1", "crm_zoho.contacts:1", "same record"),
        ("crm_zoho:7", "orders:2", "crm_zoho.contacts:7 or crm_zoho.leads:7"),
        ("crm_zoho:99", "orders:2", "not among the records of people"),
        ("erp:1", "orders:2", "source is one of crm_zoho.contacts, crm_zoho.leads, orders"),
        ("service:55", "orders:2", "refers to a person (service.tickets, customer CB)"),
        ("1", "orders:2", "A record is named source:id"),
        ("crm_zoho:", "orders:2", "A record is named source:id"),
        ("0123456789ab", "orders:2", "not among"),
    ],
)
def test_records_that_cannot_be_explained(build: Build, a: str, b: str, line: str) -> None:
    apart(build, "crm_zoho.contacts:7", "crm_zoho.leads:7")
    build.refers("service.tickets:55", "CB")
    with pytest.raises(ExplainError, match=line.replace("(", r"\(").replace(")", r"\)")):
        explain(build.con, a, b)


def test_names_may_be_short_or_an_identity_key(build: Build) -> None:
    apart(build)
    found = explain(build.con, "CRM_Zoho:1", "#" + digest(B)[:12])
    assert (found.a.name, found.b.name) == (A, B)


def test_an_id_may_hold_colons_and_is_hidden_when_it_identifies(build: Build) -> None:
    profile = "social.profiles:weibo:10086123"
    for name in (A, profile, B):
        build.record(name, "C1")
    build.carries(profile, "weibo_uid", "10086123")
    build.carries(B, "shop_customer_id", "2")
    build.link(A, profile)
    build.link(profile, B)
    text = as_text(explain(build.con, A, B)) + as_text(
        explain(build.con, "social:weibo:10086123", B)
    )
    assert f"social.profiles:#{digest(profile)[:12]}" in text
    assert "10086123" not in text
    assert B in text


def test_no_personal_value_in_any_branch(build: Build) -> None:
    for number, name in enumerate((A, B, X, Y)):
        build.record(name, "C1" if name == X else f"C{number + 1}", until=None)
        for kind, flaw in (("email", None), ("phone", "shared"), ("openid", "filler")):
            build.carries(name, kind, CANARY + kind, flaw)
    build.record(B, "C1", since="2016-01-01", until="2016-02-01")
    build.link(A, X, agreement=f"name:{CANARY} {CANARY}:same", value=CANARY)
    build.link(X, B, reason=CANARY, value=CANARY)
    build.link(A, B, reason="conflict_in_cluster", rule=CANARY)
    build.event("2017-01-01", CANARY, "C1", "C2")
    for one, other in ((A, B), (A, X), (A, Y), (X, B)):
        found = explain(build.con, one, other)
        assert CANARY not in as_text(found) + as_json(found) + repr(found)


def test_json_says_the_same(build: Build) -> None:
    apart(build)
    build.link(A, B, reason="shared")
    body = json.loads(as_json(explain(build.con, A, B)))
    assert body["is_same_customer"] is False
    assert body["direct"][0]["reason"] == "shared"
    assert body["a"]["periods"][0]["first_date"] == "2017-01-01"


def test_a_build_without_the_later_tables(build: Build) -> None:
    for name in (A, B):
        build.record(name, "C1")
    build.link(A, B)
    for table in ("rules", "key_events", "int_identity_records"):
        build.drop(table)
    found = explain(build.con, A, B)
    assert found.path[0].evidence[0].meaning is None
    assert found.a.is_linkable is None
