"""Known phones are found as numbers, not as digits that happen to stand in a hash."""

from __future__ import annotations

import pytest

from expectations.publish.known_people import keep_known_people, texts_with_contacts
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
    keep_known_people(connection)
    connection.execute("create table notes as select ? as text", [text]).fetchall()
    assert len(connection.execute(texts_with_contacts("notes")).fetchall()) == found
