from __future__ import annotations

import base64

import pytest

from assets.enrich.identity.plot import plot_night
from assets.enrich.identity.report import IdentityReport, read_report
from assets.enrich.identity.rules import default_rules
from assets.enrich.identity.schemas import COLUMNS, DESCRIPTIONS
from assets.enrich.identity.tables import accept_changes
from tests.unit.enrich.identity.conftest import Vault

SHOP, LEAD, TICKET = "orders.customers", "crm_zoho.leads", "service.tickets"


def fill(vault: Vault) -> None:
    vault.record(SHOP, "1", full_name="尹天佑", phone="13912345670", email="yin@example.com")
    vault.record(LEAD, "2", full_name="尹天佑", phone="+86 139 1234 5670")
    vault.record(LEAD, "3", full_name="Yves Ternwick", email="info@example.com")
    vault.record(LEAD, "4", full_name="黎小燕", phone="13912345671")
    vault.record(LEAD, "5", full_name="易建平", phone="13912345671")
    vault.record(LEAD, "6", phone="13912345671")
    vault.reference(TICKET, "t", email="yin@example.com")
    vault.reference(TICKET, "u", email="stranger@example.com")


@pytest.fixture
def report(vault: Vault) -> IdentityReport:
    fill(vault)
    vault.resolve()
    return read_report(vault.con)


def test_the_report_counts(report: IdentityReport) -> None:
    assert report.row_counts["customers_map"] == 6
    assert report.row_counts.keys() == COLUMNS.keys()
    assert (report.customers, report.largest_cluster) == (5, 2)
    assert report.cluster_sizes == [(1, 4), (2, 1)]
    assert report.links == [("same_phone", 1, 3)]
    assert ("email", "role_address", 1) in report.identifiers
    assert ("phone", "valid", 5) in report.identifiers
    assert report.references == [(TICKET, 2, 1)]
    assert report.resolved_ratio == 0.5
    assert report.unresolved == [("no_match", 1)]
    assert report.review == [("ambiguous", 2)]


def test_the_first_night_has_new_customers_and_no_change(report: IdentityReport) -> None:
    figures = {measure: figure for measure, figure, _ in report.night}
    assert figures["customers"] == figures["new_customers"] == 5
    assert figures["changed_records_ratio"] == 0
    assert next(iter(figures)) == "customers"
    assert report.changes.new == 5


def test_the_limits_of_the_night_are_those_of_the_rules(
    report: IdentityReport, vault: Vault
) -> None:
    gate = default_rules().gate
    limits = {measure: limit for measure, _, limit in report.night if limit is not None}
    assert limits == {
        "changed_records_ratio": gate.changed_records_ratio,
        "largest_customer": gate.largest_customer,
        "customers_over_maximum": gate.customers_over_maximum,
    }
    accept_changes(vault.con)
    accepted = read_report(vault.con).night
    assert [row[:2] for row in accepted] == [row[:2] for row in report.night]
    assert {row[2] for row in accepted} == {None}


def test_the_picture_is_one_and_shows_nobody(report: IdentityReport) -> None:
    picture = plot_night(report)
    head = "![Changes of the night](data:image/png;base64,"
    assert picture.startswith(head)
    content = base64.b64decode(picture.removeprefix(head).removesuffix(")"))
    assert content.startswith(b"\x89PNG")
    assert plot_night(report) == picture


def test_without_references_no_share_of_them_is_claimed(vault: Vault) -> None:
    vault.resolve()
    empty = read_report(vault.con)
    assert empty.resolved_ratio is None
    assert empty.largest_cluster == 0
    assert plot_night(empty).startswith("![")


def test_every_table_and_column_is_described() -> None:
    assert COLUMNS.keys() == DESCRIPTIONS.keys()
    for table, columns in COLUMNS.items():
        assert DESCRIPTIONS[table].startswith("One row per ")
        assert all(meaning for _, _, meaning in columns), table
