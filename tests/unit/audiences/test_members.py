"""Whom a list may hold: consent to the purpose on the channel, an address there, all conditions."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from assets.audiences.members import Counts
from tests.unit.audiences.small_instance import change, customers, declare, export, keys

CONSENTS = "publication.publish.bridge_customer_consents"
PII = "vault.vault.customer_pii"
OPENIDS = "vault.identity.identifiers"


@pytest.mark.parametrize(
    "statement",
    [
        f"update {CONSENTS} set is_granted = false where customer_key = 'C03'",
        f"delete from {CONSENTS} where customer_key = 'C03'",
        f"delete from {CONSENTS} where customer_key = 'C03' and channel_id = 'email'",
        f"update {CONSENTS} set purpose = 'service' where customer_key = 'C03'",
        f"insert into {CONSENTS} values ('C03', 'marketing', 'unknown', false)",
    ],
    ids=["withdrawn", "never asked", "other channel", "other purpose", "withdrawn somewhere"],
)
def test_without_consent_to_exactly_this_nobody_is_on_the_list(home: Path, statement: str) -> None:
    change(home, statement)
    done = export()
    assert keys(done) == customers(1, 20, but=[3])
    assert done.counts == Counts(20, 1, 0, 19)


@pytest.mark.parametrize(
    "statement",
    [
        f"update {CONSENTS} set is_granted = false"
        " where customer_key = 'C03' and channel_id = 'sms'",
        f"insert into {CONSENTS} values ('C03', 'profiling', 'email', false)",
        f"insert into {CONSENTS} values ('C03', 'marketing', 'unknown', true)",
    ],
    ids=["other channel", "other purpose", "granted somewhere"],
)
def test_what_is_said_of_something_else_changes_nothing(home: Path, statement: str) -> None:
    change(home, statement)
    assert keys(export()) == customers(1, 20)


@pytest.mark.parametrize(
    ("channel", "statement"),
    [
        ("email", f"update {PII} set email = null where customer_key = 'C03'"),
        ("sms", f"update {PII} set phone = '13800138003' where customer_key = 'C03'"),
        ("sms", f"update {PII} set phone = '=1+1' where customer_key = 'C03'"),
        ("wechat", f"update {OPENIDS} set is_shared = true where identifier_value = 'oC03'"),
        ("wechat", f"update {OPENIDS} set is_valid = false where identifier_value = 'oC03'"),
        (
            "wechat",
            f"delete from {OPENIDS} where source_record_id = 'C03'",
        ),
    ],
)
def test_without_an_address_on_the_channel_nobody_is_on_the_list(
    home: Path, channel: str, statement: str
) -> None:
    change(home, statement)
    declare(home, channel=channel)
    done = export()
    assert keys(done) == customers(1, 20, but=[3])
    assert done.counts == Counts(20, 0, 1, 19)


def test_of_two_openids_the_one_seen_last_is_written_to(home: Path) -> None:
    change(
        home,
        """
        insert into vault.identity.int_customer_profiles
            values ('C03', 'social.profiles', 'P2', timestamp '2017-06-01');
        insert into vault.identity.identifiers
            values ('social.profiles', 'P2', 'openid', 'oNewer', true, false, false);
        """,
    )
    declare(home, channel="wechat")
    done = export()
    assert keys(done) == customers(1, 20)
    assert "oNewer" in done.file.read_text()
    assert "oC03" not in done.file.read_text()


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        ({"column": "rfm_segment", "is": "champions"}, customers(1, 20)),
        ({"column": "customer_360.rfm_segment", "is_not": "new"}, customers(1, 20)),
        ({"column": "rfm_segment", "in": ["champions", "new"]}, customers(1, 29)),
        ({"column": "rfm_segment", "not_in": ["new"]}, customers(1, 20)),
        ({"column": "rfm_segment", "known": True}, customers(1, 29)),
        ({"column": "clv", "at_least": 11}, customers(11, 30)),
        ({"column": "clv", "at_most": 10.5}, customers(1, 10)),
        ({"column": "clv", "more_than": 11}, customers(12, 30)),
        ({"column": "clv", "less_than": 12}, customers(1, 11)),
        ({"column": "last_order_date", "at_least": date(2017, 12, 12)}, customers(11, 30)),
        ({"column": "is_member", "is": True}, customers(16, 30)),
        ({"column": "churn_risk.risk_band", "is": "high"}, customers(16, 30)),
    ],
)
def test_every_operator(home: Path, condition: dict[str, Any], found: list[str]) -> None:
    declare(home, where=[condition])
    assert keys(export()) == found


def test_all_conditions_must_be_met(home: Path) -> None:
    declare(
        home,
        where=[{"column": "clv", "more_than": 5}, {"column": "churn_risk.risk_band", "is": "low"}],
    )
    assert keys(export()) == customers(6, 15)


def test_no_condition_is_everybody(home: Path) -> None:
    declare(home, where=[])
    assert keys(export()) == customers(1, 30)


def test_a_value_is_never_read_as_sql(home: Path) -> None:
    declare(home, where=[{"column": "city", "is_not": "x' or 1=1; drop table t; --"}])
    assert keys(export()) == customers(1, 30)
