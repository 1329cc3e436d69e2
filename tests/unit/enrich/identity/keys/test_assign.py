from __future__ import annotations

from datetime import datetime

import pytest

from assets.enrich.identity.keys.assign import KeyCollisionError
from assets.enrich.identity.keys.changes import KeyChanges, count_changes
from assets.enrich.identity.keys.ledger import LedgerError

from .conftest import Nights, day, expected_key


def test_the_first_night_everyone_founds(nights: Nights) -> None:
    keys = nights.run(1, ["ab", "c"])
    assert keys == {"a": expected_key("a"), "b": expected_key("a"), "c": expected_key("c")}
    assert nights.table("key_events") == nights.table("key_aliases") == []
    assert nights.table("ledger_changes") == [
        (day(1), "crm", record, key) for record, key in keys.items()
    ]
    assert count_changes(nights.con) == KeyChanges(*(2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3, (2, 1)))


def test_no_records_at_all(nights: Nights) -> None:
    assert nights.run(1, []) == {}
    assert count_changes(nights.con).largest_clusters == ()


def test_an_older_record_that_joins_does_not_take_over(nights: Nights) -> None:
    nights.run(1, ["bc", "d"])
    keys = nights.run(2, ["abc", "d", "e"])
    assert keys["a"] == keys["b"] == expected_key("b")
    counts = count_changes(nights.con)
    assert (counts.new, counts.joined) == (1, 1)
    assert (counts.changed_records, counts.compared_records) == (0, 3)
    assert [row[2:] for row in nights.table("ledger_changes")] == [
        ("a", keys["a"]),
        ("e", keys["e"]),
    ]


@pytest.mark.parametrize(("other", "winner"), [("cde", "c"), ("cd", "a"), ("c", "a")])
def test_merged_the_larger_then_the_older_stays(nights: Nights, other: str, winner: str) -> None:
    before = nights.run(1, ["ab", other])
    after = nights.run(2, ["ab" + other])
    loser = "ca"["ca".index(winner) - 1]
    assert set(after.values()) == {before[winner]}
    lost = len(other) if loser == "c" else 2
    assert nights.events(2) == [("merged", before[loser], before[winner], lost)]
    assert nights.aliases() == {before[loser]: (before[winner], day(2), "merged")}
    counts = count_changes(nights.con)
    assert (counts.merged, counts.changed_records, counts.compared_records) == (
        1,
        lost,
        2 + len(other),
    )


def test_a_split_founder_leaves_its_key_and_gets_the_next(nights: Nights) -> None:
    nights.run(1, ["abc"])
    keys = nights.run(2, ["a", "bc"])
    assert keys == {"a": expected_key("a", 1), "b": expected_key("a"), "c": expected_key("a")}
    assert nights.events(2) == [("split", expected_key("a"), expected_key("a", 1), 1)]
    assert count_changes(nights.con).split == 1
    nights.run(3, ["abc"])
    assert nights.keys()["a"] == expected_key("a")
    # The people are the same as before, so is the key; a third one is not needed.
    assert nights.run(4, ["a", "bc"]) == keys
    assert nights.events(4) == [("restored", expected_key("a"), expected_key("a", 1), 1)]
    assert count_changes(nights.con).restored == 1
    assert nights.aliases() == {}


def test_a_record_moves_between_two_that_go_on(nights: Nights) -> None:
    before = nights.run(1, ["abc", "de"])
    after = nights.run(2, ["ab", "cde"])
    assert after["c"] == before["d"]
    assert nights.events(2) == [("moved", before["a"], before["d"], 1)]
    assert count_changes(nights.con).moved == 1
    assert nights.periods("c") == [
        (before["a"], day(1), day(1), False),
        (before["d"], day(2), None, True),
    ]


def test_retired_and_returned_with_a_gap(nights: Nights) -> None:
    before = nights.run(1, ["ab", "c"])
    nights.run(2, ["ab"])
    assert nights.events(2) == [("retired", before["c"], None, 1)]
    assert nights.aliases() == {before["c"]: (None, day(2), "retired")}
    assert nights.periods("c") == [(before["c"], day(1), day(1), False)]
    assert nights.table("ledger_changes") == [(day(2), "crm", "c", None)]
    assert count_changes(nights.con).retired == 1
    assert nights.run(5, ["ab", "c"]) == before
    assert nights.events(5) == [("returned", before["c"], None, 1)]
    assert count_changes(nights.con).returned == 1
    assert count_changes(nights.con).new == 0
    assert nights.aliases() == {}
    assert nights.periods("c") == [
        (before["c"], day(1), day(1), False),
        (before["c"], day(5), None, True),
    ]


def test_one_that_comes_back_takes_nothing_from_those_who_stayed(nights: Nights) -> None:
    before = nights.run(1, ["ab"])
    nights.run(2, ["b"])
    keys = nights.run(3, ["a", "b"])
    assert keys["b"] == before["b"]
    assert keys["a"] == expected_key("a", 1)


def test_a_key_that_was_merged_away_does_not_return_for_a_straggler(nights: Nights) -> None:
    nights.run(1, ["ab", "cde"])
    nights.run(2, ["a", "cde"])
    nights.run(3, ["acde"])
    # What was known of a, the key's last person, is with c. So b is somebody new.
    assert nights.run(4, ["b", "acde"])["b"] == expected_key("b")
    assert nights.aliases()[expected_key("a")][0] == expected_key("c")


@pytest.mark.parametrize(
    ("older", "younger", "bridges"),
    [("ab", "cd", ""), ("a", "b", "x"), ("a", "bcd", "xyz"), ("abc", "d", "uvxyz")],
)
def test_unmerge_gives_both_their_keys_back(
    nights: Nights, older: str, younger: str, bridges: str
) -> None:
    before = nights.run(1, [older, younger])
    nights.run(2, [older + younger + bridges])
    after = nights.run(3, [older, younger + bridges])
    assert {record: after[record] for record in before} == before
    assert nights.aliases() == {}


def test_unmerge_three_from_one_another(nights: Nights) -> None:
    before = nights.run(1, ["ab", "cd", "ef"])
    nights.run(2, ["abcd", "ef"])
    nights.run(3, ["abcdefx"])
    after = nights.run(4, ["ab", "cdx", "ef"])
    assert {record: after[record] for record in before} == before


def test_a_key_comes_back_only_for_most_of_its_last_people(nights: Nights) -> None:
    before = nights.run(1, ["abc", "de"])
    nights.run(2, ["abcde"])
    keys = nights.run(3, ["abcd", "e"])
    assert keys["e"] == expected_key("e") != before["e"]
    assert nights.aliases()[before["d"]] == (before["a"], day(2), "merged")


def test_aliases_of_a_long_chain_end_with_the_living(nights: Nights) -> None:
    people = "abcdefg"
    nights.run(1, people)
    for number in range(2, len(people) + 1):
        nights.run(number * 2, [people[:number], *people[number:]])
    assert set(nights.keys().values()) == {expected_key("a")}
    assert {row[0] for row in nights.aliases().values()} == {expected_key("a")}


def test_aliases_follow_keys_that_died_one_after_the_other(nights: Nights) -> None:
    nights.run(1, ["a", "bc", "defg", "hijklmno"])
    nights.run(2, ["abc", "defg", "hijklmno"])
    nights.run(3, ["abcdefg", "hijklmno"])
    nights.run(4, ["abcdefghijklmno"])
    assert {old: row[0] for old, row in nights.aliases().items()} == {
        expected_key(record): expected_key("h") for record in "abd"
    }
    assert [row[1] for row in nights.aliases().values()].count(day(2)) == 1
    nights.run(5, ["z"])
    assert {row[0] for row in nights.aliases().values()} == {None}
    assert {row[2] for row in nights.aliases().values()} == {"retired"}


def test_first_seen_dates_the_first_period_in_business_time(nights: Nights) -> None:
    seen = {
        "a": datetime.fromisoformat("2016-05-01 15:59"),
        "b": datetime.fromisoformat("2016-05-01 16:00"),
        "c": datetime.fromisoformat("2018-01-01"),
    }
    nights.run(3, ["ab", "c", "d"], seen=seen)
    starts = {row[1]: row[3].isoformat() for row in nights.table("customers_map")}
    assert starts == {"a": "2016-05-01", "b": "2016-05-02", "c": "2017-01-04", "d": "2017-01-04"}
    nights.run(6, ["a", "bc"], seen=seen)
    assert nights.periods("b")[0][1].isoformat() == "2016-05-02"
    assert nights.periods("b")[1][1] == day(6)
    assert nights.periods("d")[0][1:3] == (day(3), day(5))


def test_the_same_night_again_with_another_result_replaces_it(nights: Nights) -> None:
    before = nights.run(1, ["ab", "c"])
    nights.run(2, ["abc", "d"])
    nights.run(2, ["a", "b", "c"])
    assert nights.keys()["c"] == before["c"]
    assert nights.periods("c") == [(before["c"], day(1), None, True)]
    assert nights.periods("d") == []
    assert nights.aliases() == {expected_key("d"): (None, day(2), "retired")}
    nights.run(3, ["ab", "c"])
    # The key of b on day 2 was published once; whoever noted it finds b.
    assert nights.aliases()[expected_key("b")] == (before["a"], day(3), "merged")
    assert nights.aliases()[expected_key("d")] == (None, day(2), "retired")


def test_a_look_back_shows_the_past_and_changes_nothing(nights: Nights) -> None:
    first = nights.run(1, ["ab", "c"])
    nights.run(4, ["abc"])
    nights.run(7, ["abcd"])
    assert nights.run(4, ["abc"], commit=False)["c"] == first["a"]
    assert nights.table("ledger_changes") == []
    assert nights.events(4) == [("merged", first["c"], first["a"], 1)]
    assert nights.periods("c") == [
        (first["c"], day(1), day(3), False),
        (first["a"], day(4), None, True),
    ]


def test_a_key_that_a_record_id_could_forge_is_not_issued_twice(nights: Nights) -> None:
    # The second key of the founder a is spelled as the first one of a record 'a|1'.
    nights.run(1, [["a", "b", "c"]])
    keys = nights.run(2, [["a"], ["b", "c"], ["a|1"]])
    assert len(set(keys.values())) == 3


def test_colliding_founders_stop_the_run(nights: Nights, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "assets.enrich.identity.keys.assign.customer_key_number",
        lambda source, record_id, attempt: "cast(7 as ubigint)",
    )
    with pytest.raises(KeyCollisionError, match="1 customers"):
        nights.run(1, ["a", "b"])


def test_a_ledger_with_strange_keys_is_refused(nights: Nights) -> None:
    nights.run(1, ["a"])
    nights.con.execute("update identity_ledger set customer_key = 'K1'").fetchall()
    with pytest.raises(LedgerError, match="1 rows"):
        nights.run(2, ["a"])
