"""Whose rows a reader sees: by consent to marketing, and by country."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from psycopg import errors

from tests.integration.readers.conftest import READERS, Readers, let_in
from tests.integration.readers.small_publication import (
    CONSENTED,
    EVERYBODY,
    OF_COUNTRY,
    small_access,
)

ACCESS = small_access()
OF_CUSTOMERS = ["bridge_customer_consents", "campaign_audience", "churn_risk", "customer_360"]
OF_CUSTOMERS += ["dim_customers", "fct_orders", "rfm"]
CONSENTING_ROWS = "bridge_customer_consents"


def customers(readers: Readers, user: str, table: str) -> set[str]:
    return {row[0] for row in readers.ask(user, f"select customer_key from publish.{table}")}


def tables_of(group: str) -> list[str]:
    return [table for table in OF_CUSTOMERS if group in ACCESS.tables[table]]


@contextmanager
def countries(readers: Readers, *rules: tuple[str, str]) -> Iterator[None]:
    for role, country in rules:
        readers.admin(f"insert into access.role_countries values ('{role}', '{country}')")
    try:
        yield
    finally:
        readers.admin("delete from access.role_countries")


@pytest.mark.parametrize("table", tables_of("analyst"))
def test_an_analyst_sees_every_customer(loaded: Readers, table: str) -> None:
    seen = customers(loaded, "anna", table)
    assert seen == (EVERYBODY if table != CONSENTING_ROWS else seen)
    assert len(seen) > len(CONSENTED)


@pytest.mark.parametrize("table", tables_of("marketing"))
def test_marketing_sees_who_consented_to_marketing(loaded: Readers, table: str) -> None:
    assert customers(loaded, "mia", table) == CONSENTED


def test_totals_of_marketing_are_of_those_rows(loaded: Readers) -> None:
    total = "select count(*), sum(monetary)::text from publish.rfm"
    assert loaded.ask("mia", total) == [(3, "4.50")]
    assert loaded.ask("anna", total) == [(7, "10.50")]
    assert loaded.ask("mia", "select customers from publish.campaign_performance") == [(7,)]


@pytest.mark.parametrize("country", OF_COUNTRY)
def test_a_login_with_a_country_sees_its_customers_only(loaded: Readers, country: str) -> None:
    with countries(loaded, ("anna", country), ("chen", country)):
        for table in tables_of("analyst"):
            seen = customers(loaded, "anna", table)
            assert seen <= OF_COUNTRY[country], table
            assert table == CONSENTING_ROWS or seen == OF_COUNTRY[country]
        for table in tables_of("marketing"):
            assert customers(loaded, "chen", table) == OF_COUNTRY[country] & CONSENTED, table
            assert customers(loaded, "mia", table) == CONSENTED, "who is not listed"


def test_a_login_may_have_several_countries(loaded: Readers) -> None:
    with countries(loaded, ("anna", "CN"), ("anna", "US")):
        assert customers(loaded, "anna", "rfm") == OF_COUNTRY["CN"] | OF_COUNTRY["US"]


def test_a_country_without_customers_shows_nobody(loaded: Readers) -> None:
    with countries(loaded, ("anna", "FR")):
        assert customers(loaded, "anna", "rfm") == set()


def test_a_rule_for_a_group_holds_for_its_members(loaded: Readers) -> None:
    with countries(loaded, ("c360_marketing", "US")):
        assert customers(loaded, "mia", "rfm") == OF_COUNTRY["US"] & CONSENTED
        assert customers(loaded, "anna", "rfm") == EVERYBODY


def test_a_country_is_kept_when_a_login_puts_on_its_group(loaded: Readers) -> None:
    with countries(loaded, ("anna", "CN")), loaded.session("anna") as session:
        session.execute("set role c360_analyst")
        seen = session.execute("select distinct customer_key from publish.rfm").fetchall()
        assert {row[0] for row in seen} == OF_COUNTRY["CN"]


def test_a_link_between_two_customers_shows_when_both_may_be_seen(loaded: Readers) -> None:
    links = "select link_key from publish.identity_audit order by 1"
    assert loaded.ask("sam", links) == [("L1",), ("L2",), ("L3",)]
    with countries(loaded, ("sam", "CN")):
        assert loaded.ask("sam", links) == [("L1",)]
    with countries(loaded, ("sam", "US")):
        assert loaded.ask("sam", links) == [("L3",)]


def test_the_functions_behind_the_rules_tell_no_more_than_the_tables(loaded: Readers) -> None:
    consent = "select publish.customers_with_consent()"
    with countries(loaded, ("chen", "CN")):
        assert loaded.ask("chen", consent) == [("C-cn-yes",)]
        assert set(loaded.ask("chen", "select publish.customers_of_countries()")) == {
            (key,) for key in OF_COUNTRY["CN"]
        }
        assert loaded.ask("chen", "select publish.reader_countries()") == [(["CN"],)]
        assert loaded.ask("mia", "select publish.customers_of_countries()") == []


def test_a_condition_of_the_reader_is_asked_after_the_rules(loaded: Readers) -> None:
    """A division by zero, or a notice, would tell of rows that the rule hides."""
    query = "select 1 from publish.rfm where 1 / (customer_key <> 'C-cn-no')::int = 1"
    assert len(loaded.ask("mia", query)) == len(CONSENTED)
    with pytest.raises(errors.DivisionByZero):
        loaded.ask("anna", query)


def test_a_rule_for_a_role_that_there_is_not_is_refused(readers: Readers) -> None:
    """Else a slip in a name would leave the reader all countries."""
    readers.load("run-1")
    with pytest.raises(errors.UndefinedObject):
        readers.admin("insert into access.role_countries values ('ana', 'CN')")
    with pytest.raises(errors.CheckViolation):
        readers.admin("insert into access.role_countries values ('anna', 'China')")


def test_consent_that_is_withdrawn_counts_from_the_next_publication_on(readers: Readers) -> None:
    readers.load("run-1")
    let_in(readers)
    with countries(readers, ("chen", "CN")):
        readers.load(
            "run-2",
            bridge_customer_consents=(
                "from (values ('C-us-yes', 'marketing', 'sms', true))"
                " as consent(customer_key, purpose, channel_id, is_granted)"
            ),
        )
        for table in tables_of("marketing"):
            assert customers(readers, "mia", table) == {"C-us-yes"}
            assert customers(readers, "chen", table) == set(), "the list of countries stays"


def test_the_loader_and_superusers_see_all(loaded: Readers) -> None:
    """As docs/access.md says: row rules bind neither the owner of a table nor a superuser."""
    assert customers(loaded, "c360_loader", "rfm") == EVERYBODY
    assert {row[0] for row in loaded.admin("select customer_key from publish.rfm")} == EVERYBODY
    assert "c360_loader" not in READERS
