"""Known phones are found as numbers, not as digits that happen to stand in a hash."""

from __future__ import annotations

import pytest

from expectations.columns import Column
from expectations.known_people import keep_known_people, known_contacts
from expectations.rules import Relation
from tests.unit.expectations.small_build import small_build


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("call 138 0000 1111 please", 1),
        ("电话13800001111。", 1),
        ("+86-13800001111", 1),
        ("a4f13800001111c9", 0),
        ("WM13800001111", 0),
        ("fe5000004543ab", 0),
        ("weibo 5000004543", 1),
    ],
)
def test_a_known_number_counts_only_as_a_number(text: str, found: int) -> None:
    connection = small_build()
    connection.execute(
        "insert into vault.identity.identifiers values"
        " ('2', 'phone', '+8613800001111', true), ('2', 'weibo_uid', '5000004543', true)"
    ).fetchall()
    connection.execute(
        "create table warehouse.publish.notes as select ? as body_text", [text]
    ).fetchall()
    keep_known_people(connection)
    rule = known_contacts(
        Relation("warehouse", "publish", "notes"), [Column("body_text", "VARCHAR")]
    )
    assert rule.finding is not None
    said = connection.execute(rule.finding).fetchall()[0][0]
    assert said.startswith(f"{found} times")
