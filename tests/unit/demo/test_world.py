"""The demo company keeps the rules that the pipeline relies on."""

from collections import defaultdict
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from demo.words import load_words

NEW_YORK = ZoneInfo("America/New_York")
UTC = ZoneInfo("UTC")
FIRST_DATE = date(2016, 11, 1)
YEAR_START = date(2017, 1, 1)
LAST_DATE = date(2017, 12, 31)
DATED_BEFORE = {
    "finance.exchange_rates", "orders.product_versions", "orders.stores",
    "crm_fxiaoke.personnel", "crm_zoho.users",
}  # fmt: skip
MAY_PRECEDE_2017 = {
    "orders.customers", "crm_zoho.contacts", "crm_zoho.accounts", "crm_fxiaoke.contacts",
    "crm_fxiaoke.accounts", "consent.consent_events",
}  # fmt: skip


def as_time(value: Any, local: str | None) -> datetime:
    if isinstance(value, int):
        return datetime.fromtimestamp(value / 1000, UTC)
    time = datetime.fromisoformat(value)
    return time if time.tzinfo else time.replace(tzinfo=ZoneInfo(local or "UTC"))


def test_every_event_lies_in_the_year_of_the_demo_company(company: Any) -> None:
    for obj, entry in company.objects():
        if entry.get("format") == "parquet" or "event_at" not in entry or obj in DATED_BEFORE:
            continue
        if "stream" in entry and not company.served(obj).exists():
            continue
        column = next(c for c in entry["columns"] if c["name"] == entry["event_at"])
        header = column.get("header", column["name"])
        days = [
            as_time(row[header], column.get("timezone")).astimezone(NEW_YORK).date()
            for row in company.rows(obj)
        ]
        first = FIRST_DATE if obj in MAY_PRECEDE_2017 else YEAR_START
        assert first <= min(days), obj
        assert max(days) <= LAST_DATE, obj


def test_no_store_sells_before_it_opens(company: Any) -> None:
    opened = {int(row["store_id"]): row["opened_on"] for row in company.rows("orders.stores")}
    first_sales = company.query("""
        select store_id, min(transaction_timestamp)::date::varchar
        from '@orders/transactions.parquet' group by store_id""")
    assert all(opened[store] < first_sale for store, first_sale in first_sales)


def test_versions_of_an_order_never_cross_its_business_date(company: Any) -> None:
    crossing, late, statuses = company.query("""
        with headers as (
            select *, timezone('America/New_York', placed_at at time zone 'UTC')::date as placed,
                timezone('America/New_York', updated_at at time zone 'UTC')::date as updated
            from '@orders/order_headers.parquet'
        )
        select count(*) filter (placed <> updated),
            count(*) filter (updated_at < placed_at or updated_at > placed_at + interval 1 hour),
            list_sort(list(distinct status))
        from headers""")[0]
    assert (crossing, late) == (0, 0)
    assert statuses == ["cancelled", "completed", "pending"]


def test_every_basket_has_one_final_header(company: Any) -> None:
    missing, doubled = company.query("""
        with lines as (
            select distinct basket_id from '@orders/transactions.parquet' where household_id <= 300
        ),
        finals as (
            select basket_id, count(*) as headers from '@orders/order_headers.parquet'
            where status <> 'pending' group by basket_id
        )
        select count(*) filter (headers is null), count(*) filter (headers > 1)
        from lines left join finals using (basket_id)""")[0]
    assert (missing, doubled) == (0, 0)


def test_a_refund_is_never_more_than_its_line_nor_on_a_cancelled_order(company: Any) -> None:
    lines = {
        (basket, product): (value, status, day)
        for basket, product, value, status, day in company.query("""
            select basket_id, product_id, sales_value::decimal(18, 2), status,
                transaction_timestamp
            from '@orders/transactions.parquet' join '@orders/order_headers.parquet'
                using (basket_id) where status <> 'pending'""")
    }
    refunds = {row["refund_id"]: row for row in company.rows("orders.refunds")}
    assert refunds
    for row in refunds.values():
        product = row["refund_id"].rpartition("-")[2]
        assert row["product_id"] in (product, "")
        value, status, ordered_at = lines[int(row["basket_id"]), int(product)]
        assert Decimal(row["refund_amount"]) <= value
        assert status == "completed"
        assert datetime.fromisoformat(row["refunded_at"]) > ordered_at
    total = sum(Decimal(row["refund_amount"]) for row in refunds.values())
    assert total == Decimal(company.figures["refund_total"])


def test_every_product_has_a_labelled_cost(company: Any) -> None:
    costs = company.rows("orders.product_costs")
    assert len(costs) == company.query("select count(*) from '@orders/products.parquet'")[0][0]
    assert {row["basis"] for row in costs} == {"generated: department margin"}
    assert all(Decimal(row["unit_cost"]) >= 0 for row in costs)
    assert {row["currency"] for row in costs} == {"USD", "CNY"}


def test_a_product_with_a_newer_cost_had_an_older_one(company: Any) -> None:
    newer = {row["product_id"]: row for row in company.rows("orders.product_costs")}
    older = [row for row in company.rows("orders.product_versions") if row["unit_cost"]]
    assert older
    assert {row["product_id"] for row in older} == {
        product for product, row in newer.items() if row["valid_from"]
    }
    for row in older:
        now = newer[row["product_id"]]
        assert row["currency"] == now["currency"]
        assert row["valid_from"] == "2016-11-01" < now["valid_from"]
        assert Decimal(row["unit_cost"]) <= Decimal(now["unit_cost"])


def test_a_header_is_its_lines_and_shipping_and_tax(company: Any) -> None:
    wrong, shipped = company.query("""
        with lines as (
            select basket_id, sum(sales_value::decimal(18, 2)) as net
            from '@orders/transactions.parquet' group by basket_id
        )
        select count(*) filter (total_amount <> net - discount_amount + shipping_amount
            + tax_amount), count(*) filter (shipping_amount > 0)
        from '@orders/order_headers.parquet' join lines using (basket_id)""")[0]
    assert wrong == 0
    assert shipped > 0


def test_rates_are_the_european_central_banks(company: Any) -> None:
    rates = {(r["rate_date"], r["currency"]): r for r in company.rows("finance.exchange_rates")}
    assert rates["2017-12-29", "USD"]["rate"] == "1.1993"
    assert rates["2017-12-29", "CNY"]["rate"] == "7.8044"
    assert {row["base_currency"] for row in rates.values()} == {"EUR"}
    assert min(rates)[0] < "2016-11-01"
    assert ("2017-12-30", "USD") not in rates


def test_a_control_household_gets_no_send(company: Any) -> None:
    kinds = defaultdict(set)
    for row in company.rows("marketing.campaign_events"):
        kinds[row["campaign_id"], row["household_id"]].add(row["kind"])
    controls = [found for found in kinds.values() if "control" in found]
    assert 0.05 < len(controls) / len(kinds) < 0.16
    assert all(found == {"control"} for found in controls)
    assert all("send" in found for found in kinds.values() if "control" not in found)


def test_a_points_balance_is_never_negative(company: Any) -> None:
    entries = {row["entry_id"]: row for row in company.rows("loyalty.points_ledger")}
    balances: dict[str, int] = defaultdict(int)
    ordered = sorted(entries.values(), key=lambda r: (r["occurred_at"], -int(r["points"])))
    for row in ordered:
        balances[row["member_id"]] += int(row["points"])
        assert balances[row["member_id"]] >= 0, row["entry_id"]
    assert {row["kind"] for row in ordered} == {"earn", "redeem", "expire", "adjust"}
    assert sum(balances.values()) == company.figures["points_balance_total"]


@pytest.mark.parametrize(
    ("obj", "city", "region"),
    [
        ("orders.customers", "city", "region"),
        ("orders.stores", "city", "region"),
        ("crm_zoho.contacts", "Mailing_City", "Mailing_State"),
    ],
)
def test_a_city_lies_in_its_region(obj: str, city: str, region: str, company: Any) -> None:
    words = load_words()
    known = {(p["city"], p["region"]) for p in words["cn_cities"] + words["us_cities"]}
    assert {(row[city], row[region]) for row in company.rows(obj)} <= known


def test_no_record_is_modified_before_it_is_created(company: Any) -> None:
    compared = 0
    for obj, entry in company.objects():
        if "stream" in entry and not company.served(obj).exists():
            continue
        headers = {c["name"]: c.get("header", c["name"]) for c in entry["columns"]}
        created = headers.get("created_time") or headers.get("create_time")
        version = headers.get(entry.get("version", ""))
        if created is None or version is None:
            continue
        for row in company.rows(obj):
            assert as_time(row[created], None) <= as_time(row[version], None), obj
        compared += 1
    assert compared == 13


@pytest.mark.parametrize("obj", ["crm_zoho.leads", "crm_fxiaoke.leads"])
def test_leads_come_all_year(obj: str, company: Any) -> None:
    created = {"crm_zoho.leads": "Created_Time", "crm_fxiaoke.leads": "create_time"}[obj]
    months = {as_time(row[created], None).month for row in company.rows(obj)}
    assert min(months) <= 2
    assert max(months) >= 11


def test_staff_contacts_and_members_are_found(company: Any) -> None:
    staff = {row["id"] for row in company.rows("crm_zoho.users")}
    contacts = {row["id"] for row in company.rows("crm_zoho.contacts")}
    leads = {row["id"] for row in company.rows("crm_zoho.leads")}
    members = {row["member_id"] for row in company.rows("loyalty.members")}
    assert {row["staff_id"] for row in company.rows("service.tickets")} <= staff
    assert {row["Parent_Id"]["id"] for row in company.rows("crm_zoho.notes")} <= contacts
    for activities in ("calls", "events", "tasks"):
        people = {row["Who_Id"]["id"] for row in company.rows(f"crm_zoho.{activities}")}
        assert people <= contacts | leads
    assert {row["member_id"] for row in company.rows("loyalty.points_ledger")} <= members
    for row in company.rows("loyalty.referrals"):
        assert {row["referrer_member_id"], row["referred_member_id"]} <= members
        assert row["referrer_member_id"] != row["referred_member_id"]


@pytest.mark.parametrize(
    ("source", "obj", "columns"),
    [
        ("crm_zoho.contacts", "crm_zoho.contacts", ["id"]),
        ("crm_zoho.leads", "crm_zoho.leads", ["id"]),
        ("crm_fxiaoke.contacts", "crm_fxiaoke.contacts", ["_id"]),
        ("crm_fxiaoke.leads", "crm_fxiaoke.leads", ["_id"]),
        ("social.profiles", "social.profiles", ["platform", "profile_id"]),
        ("loyalty.members", "loyalty.members", ["member_id"]),
    ],
)
def test_the_truth_covers_every_record(
    company: Any, source: str, obj: str, columns: list[str]
) -> None:
    found = {":".join(row[column] for column in columns) for row in company.rows(obj)}
    assert truth(company, "persons", source) == found


def test_the_truth_covers_every_shop_customer(company: Any) -> None:
    accounts = {row["customer_id"] for row in company.rows("orders.customers")}
    buyers = company.query("""
        select distinct household_id::varchar from '@orders/transactions.parquet'
        where household_id <= 300""")
    assert truth(company, "persons", "orders.customers") == accounts | {b[0] for b in buyers}


@pytest.mark.parametrize(
    ("obj", "column"),
    [
        ("service.tickets", "ticket_id"),
        ("feedback.responses", "response_id"),
        ("consent.consent_events", "event_id"),
    ],
)
def test_the_truth_covers_every_reference(company: Any, obj: str, column: str) -> None:
    assert truth(company, "references", obj) == {row[column] for row in company.rows(obj)}


def truth(company: Any, name: str, source: str) -> set[str]:
    rows = company.query(f"""
        select source_record_id, count(*) from '@truth/{name}.parquet'
        where source = '{source}' group by 1""")
    assert all(count == 1 for _, count in rows)
    return {record for record, _ in rows}


def test_dirt_is_planted(company: Any) -> None:
    mobiles = [row["mobile"] for row in company.rows("orders.customers")]
    emails = [row["email"] for row in company.rows("orders.customers")]
    assert any("０" <= c <= "９" for mobile in mobiles for c in mobile)
    assert any(mobile.startswith("0086") for mobile in mobiles)
    assert any(" " in mobile for mobile in mobiles)
    assert any("＠" in email for email in emails)
    assert "" in mobiles
    assert "" in emails
    names = {row["full_name"] for row in company.rows("orders.customers")}
    assert names & {"测试账号", "Test User", "test", "QA 测试"}


def test_e_mail_addresses_use_reserved_domains_only(company: Any) -> None:
    for row in company.rows("orders.customers"):
        domain = row["email"].strip().lower().replace("＠", "@").partition("@")[2]
        assert not domain or domain.endswith(("example.com", "example.org", "example.net"))


def test_some_events_arrive_days_late(company: Any) -> None:
    late = timedelta(0)
    for row in company.rows("web.events"):
        times = [datetime.fromisoformat(row[key]) for key in ("occurred_at", "received_at")]
        assert times[1] >= times[0]
        late = max(late, times[1] - times[0])
    assert late > timedelta(days=1)


def test_the_steward_decides_by_the_truth(company: Any) -> None:
    people = {
        (source, record): person
        for source, record, person in company.query(
            "select source, source_record_id, person_id from '@truth/persons.parquet'"
        )
    }
    decisions = company.rows("steward.link_decisions")
    assert {row["decision"] for row in decisions} == {"do_not_link", "always_link"}
    for row in decisions:
        one, other = (people[row[f"source_{x}"], row[f"source_record_id_{x}"]] for x in "ab")
        assert (one == other) == (row["decision"] == "always_link")


def test_the_log_of_a_ticket_ends_where_the_ticket_is(company: Any) -> None:
    newest = {}
    for row in sorted(company.rows("service.tickets"), key=lambda row: row["updated_at"]):
        newest[row["ticket_id"]] = row
    events = sorted(company.rows("service.ticket_events"), key=lambda row: row["event_id"])
    last = {(row["ticket_id"], row["event_kind"]): row["new_value"] for row in events}
    assert events
    assert all(newest[ticket][kind] == value for (ticket, kind), value in last.items())
    log_begins = min(newest[ticket]["opened_at"] for ticket, _ in last)
    assert any(row["opened_at"] < log_begins for row in newest.values())
