"""Where cuts lie: within the past, never beyond as_of, shorter where the past is short."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from assets.enrich.lifetime_value.backtest.splits import plan_lessons, plan_splits

AS_OF = date(1997, 9, 30)


@given(st.integers(0, 4000), st.integers(1, 800))
def test_a_hold_out_ends_by_as_of_and_begins_after_the_first_purchase(past: int, days: int) -> None:
    first = AS_OF - timedelta(days=past)
    for plan in (plan_splits, plan_lessons):
        splits = plan(first, AS_OF, days)
        assert [split.number for split in splits] == list(range(1, len(splits) + 1))
        for split in splits:
            assert split.cut > first
            assert split.cut + timedelta(days=split.horizon_days) <= AS_OF
            assert split.is_shortened == (split.horizon_days < days)
            assert split.horizon_days <= days
        assert len({split.cut for split in splits}) == len(splits)


def test_a_long_past_gives_three_whole_horizons() -> None:
    splits = plan_splits(date(1990, 1, 1), AS_OF, 90)
    assert [split.cut for split in splits] == [AS_OF - timedelta(days=90 * n) for n in (1, 2, 3)]
    assert not any(split.is_shortened for split in splits)


def test_the_first_split_has_the_whole_horizon_though_another_cut_lies_later() -> None:
    splits = plan_splits(AS_OF - timedelta(days=190), AS_OF, 90)
    assert [(split.number, split.horizon_days) for split in splits] == [(1, 90), (2, 63)]
    assert splits[1].cut > splits[0].cut


def test_a_past_as_short_as_the_horizon_gives_shorter_ones() -> None:
    judged = plan_splits(date(1997, 1, 1), AS_OF, 273)
    learnt = plan_lessons(date(1997, 1, 1), AS_OF, 273)
    assert [(split.horizon_days, split.is_shortened) for split in judged] == [
        (90, True),
        (68, True),
    ]
    assert [split.horizon_days for split in learnt] == [136, 90]
    assert learnt[0].cut == date(1997, 5, 17)


def test_a_few_weeks_give_no_split() -> None:
    assert plan_splits(AS_OF - timedelta(days=40), AS_OF, 90) == ()
