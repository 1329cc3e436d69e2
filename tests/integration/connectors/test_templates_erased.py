"""People are taken out of what a template landed: by their e-mail, and by what it leads to."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import duckdb
import pytest

from assets.privacy.erasure.screen import screen_everything
from assets.privacy.erasure.suppression import suppress
from assets.privacy.subject.traces import add_traces, create_traces
from assets.raw.contract import load_contracts
from demo.servers.base import utc_now
from demo.servers.woocommerce import KEY, SECRET, WooServer
from pipelines.runtime.settings import Settings, load_settings
from pipelines.runtime.suppression import suppression_key
from tests.integration.connectors.listings import TEMPLATES
from tests.integration.connectors.raw_company import Company

YESTERDAY = (utc_now() - timedelta(days=1)).replace(microsecond=0)
GUEST, MEMBER, OTHER = "guest@example.com", "member@example.com", "other@example.com"


@pytest.fixture
def company(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Company:
    return Company(tmp_path, monkeypatch)


def erase(settings: Settings, email: str) -> dict[str, int]:
    """Records that went, by object."""
    with duckdb.connect() as con:
        create_traces(con, suppression_key(settings))
        found = add_traces(con, f"select 'identifier:email' as kind, '{email}' as value")
    suppress(settings, email, found)
    contracts = load_contracts(settings.sources)
    gone: dict[str, int] = {}
    # A number that comes to light late leads to what was looked at before it the next time.
    for _ in range(2):
        for name, screened in screen_everything(settings, contracts, email).items():
            gone[name] = gone.get(name, 0) + screened.rows
    assert screen_everything(settings, contracts, email) == {}
    return gone


def test_a_guest_and_a_member_of_a_woocommerce_shop(company: Company) -> None:
    orders = {5: (0, GUEST), 6: (1, None), 7: (0, OTHER)}
    with WooServer() as server:
        server.write("customers", 1, YESTERDAY, email=MEMBER)
        server.write("customers", 2, YESTERDAY, email=OTHER)
        for number, (customer, email) in orders.items():
            server.write(
                "orders", number, YESTERDAY, status="completed", total="9.00", customer_id=customer,
                billing={"email": email}, line_items=[{"id": number * 10, "product_id": 7}],
            )  # fmt: skip
            server.refund(number, number * 100, "1.00", YESTERDAY)
        source = company.load(
            (TEMPLATES / "woocommerce.yml").read_text(encoding="utf-8"),
            WOOCOMMERCE_URL=server.url,
            WOOCOMMERCE_KEY=KEY,
            WOOCOMMERCE_SECRET=SECRET,
        )
    settings = load_settings()
    order, refund = f"{source}.orders", f"{source}.refunds"
    assert erase(settings, GUEST) == {order: 1, refund: 1}
    # Their order has no e-mail address: the number of their account leads to it.
    assert erase(settings, MEMBER) == {f"{source}.customers": 1, order: 1, refund: 1}
    assert erase(settings, OTHER) == {f"{source}.customers": 1, order: 1, refund: 1}
    assert erase(settings, "nobody@example.com") == {}
