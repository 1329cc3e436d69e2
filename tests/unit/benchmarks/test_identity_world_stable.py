"""The bound on key changes, against hand-made cases and against trying all assignments."""

import random
from itertools import product

from benchmarks.identity_world.stable import changes, most_kept, reused_keys, unavoidable_changes


def night(**clusters: str) -> dict[tuple[str, str], str]:
    """`night(k="abc")`: records a, b and c under key k."""
    return {("s", record): key for key, records in clusters.items() for record in records}


def test_nothing_must_change_when_nothing_did():
    assert unavoidable_changes(night(k="abc", l="d"), night(k="abc", l="d")) == 0
    assert unavoidable_changes(night(k="abc", l="d"), night(x="abc", y="d")) == 0
    assert changes(night(k="abc", l="d"), night(x="abc", l="d")) == 3
    assert unavoidable_changes({}, night(k="a")) == 0
    assert unavoidable_changes(night(k="a"), {}) == 0


def test_a_merge_changes_the_smaller_part_and_a_split_too():
    assert unavoidable_changes(night(k="abc", l="de"), night(k="abcde")) == 2
    assert unavoidable_changes(night(k="abcde"), night(k="abc", l="de")) == 2
    assert unavoidable_changes(night(k="abc", l="de"), night(k="abc")) == 0


def test_the_bound_looks_at_the_whole_not_at_the_largest_overlap():
    before, after = night(k="abcdefg", l="hij"), night(x="defghij", y="abc")
    # x keeps k: four stay. Better: y keeps k and x keeps l, six stay.
    assert unavoidable_changes(before, after) == 4


def test_records_of_one_night_only_do_not_count():
    assert unavoidable_changes(night(k="ab"), night(k="bcdef")) == 0


def test_the_matching_equals_trying_everything():
    rng = random.Random(5)
    for _ in range(200):
        old, new = rng.randrange(1, 5), rng.randrange(1, 5)
        overlaps = {
            (f"o{a}", f"n{b}"): rng.randrange(1, 6)
            for a, b in product(range(old), range(new))
            if rng.random() < 0.5
        }
        best = 0
        for choice in product(range(-1, new), repeat=old):
            taken = [b for b in choice if b >= 0]
            if len(taken) == len(set(taken)):
                best = max(
                    best, sum(overlaps.get((f"o{a}", f"n{b}"), 0) for a, b in enumerate(choice))
                )
        assert most_kept(overlaps) == best


def test_a_key_that_comes_back_for_others_is_reused():
    assert reused_keys(night(k="ab"), night(k="cd")) == {"k"}
    assert reused_keys(night(k="ab"), night(k="bc"), night(k="c")) == set()
    assert reused_keys(night(k="ab"), night(l="ab"), night(k="a")) == set()
    assert reused_keys(night(k="a", l="b"), night(l="ab"), night(l="a", k="b")) == {"k"}
