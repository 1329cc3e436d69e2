from __future__ import annotations

import random
from datetime import timedelta

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.enrich.churn.candidates import MIN_DAYS, Candidate
from assets.enrich.churn.probability import MAX_DAYS, ActivityModel
from assets.enrich.churn.scores import Score, choose
from assets.enrich.churn.splits import Split
from assets.enrich.tables import SCHEMA
from tests.unit.enrich.churn.worlds import AS_OF, START, run, shop

CDNOW = np.array([0.525, 6.183, 0.891, 1.614])


def model(x, t_x_days, silence_days, customers=None) -> ActivityModel:
    count = np.ones(len(x), dtype=np.int64) if customers is None else np.array(customers)
    return ActivityModel(
        CDNOW,
        90,
        np.array(x, dtype=np.int64),
        np.array(t_x_days, dtype=np.int64),
        np.array(silence_days, dtype=np.int64),
        count,
        np.zeros(len(x), dtype=np.int64),
    )


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 5000), st.integers(1, 2000)), min_size=1, max_size=8),
    st.floats(0.001, 0.999),
)
def test_the_silence_found_is_the_longest_that_keeps_the_probability(groups, threshold):
    x = np.array([repeats for repeats, _ in groups])
    t_x = np.array([days if repeats else 0 for repeats, days in groups])
    one = model(x, t_x, np.zeros(len(x)))
    silence = one.silence(x, t_x, threshold)
    assert np.all((silence >= MIN_DAYS) & (silence <= MAX_DAYS))
    kept = one.p_active(x, t_x, silence) >= threshold
    after = one.p_active(x, t_x, silence + 1) < threshold
    assert np.all(kept | (silence == MIN_DAYS))
    assert np.all(after | (silence == MAX_DAYS))


def test_who_is_flagged_has_been_silent_for_longer_than_allowed():
    days = np.arange(0, 400, 7)
    one = model(np.full(len(days), 4), np.full(len(days), 90), days)
    flagged = one.flagged(0.4)
    allowed = one.silence(one.x, one.t_x_days, 0.4)
    assert 0 < flagged.sum() < len(days)
    assert np.array_equal(flagged, days > allowed)


def test_the_flagged_share_is_the_expected_one():
    generator = np.random.default_rng(1)
    silence = generator.integers(31, 300, 500)
    customers = generator.integers(1, 9, 500)
    one = model(generator.integers(0, 9, 500), np.full(500, 100), silence, customers)
    p_active = one.p_active(one.x, one.t_x_days, one.silence_days)
    expected = float((customers * (1 - p_active)).sum())
    flagged = int(customers[one.flagged(one.threshold("flagged_share"))].sum())
    assert abs(flagged - expected) <= 8
    assert one.threshold("half") == 0.5


def test_a_rule_of_probability_is_applied_by_repeats_and_span():
    generator = random.Random(7)
    days = []
    for number in range(600):
        rate, day = generator.gammavariate(0.6, 1 / 12.0), START
        stop = generator.betavariate(0.8, 2.5)
        while day <= AS_OF:
            days.append((f"c{number:03}", day))
            if generator.random() < stop:
                break
            day += timedelta(days=1 + min(1000, int(7 * generator.expovariate(1) / rate)))
    con = shop(sorted(set(days)))
    found = run(con)
    assert found.model is not None
    tried = {score.candidate.name for score in found.scores}
    assert {"probability_half", "probability_flagged_share"} <= tried
    chosen = Candidate("probability", threshold_basis="half")
    forced = type(found)(
        type(found.choice)(chosen, (), "", ""),
        found.scores,
        found.calibrated_on,
        found.horizon_days,
        found.model,
    )
    from assets.enrich.churn.inputs import read_defaults
    from assets.enrich.churn.thresholds import write_thresholds

    write_thresholds(con, read_defaults(con, "rules"), AS_OF, forced)
    [(rows, groups, silences)] = con.execute(
        f"""
        select count(*), count(distinct (x, t_x)), count(distinct (x, t_x, churn_after_days))
        from (
            select
                *,
                row_number() over own as x,
                purchased_on - first_value(purchased_on) over own as t_x
            from {SCHEMA}.churn_thresholds
            window own as (partition by customer_key order by purchased_on)
        )
        """
    ).fetchall()
    assert rows == len(set(days))
    assert groups == silences


SPLIT = Split(1, START, 90)


def score(candidate: Candidate, flagged: int, found: int, lost: int = 100) -> Score:
    return Score(SPLIT, candidate, 1000, lost, flagged, found)


def test_the_simplest_rule_wins_unless_another_is_better_by_the_margin():
    fixed = score(Candidate("fixed_days", days=90), 100, 60)
    little = score(Candidate("probability", threshold_basis="half"), 100, 61)
    more = score(Candidate("probability", threshold_basis="half"), 100, 62)
    assert choose([fixed, little]).candidate.rule == "fixed_days"
    assert choose([fixed, more]).candidate.rule == "probability"


def test_of_equals_the_one_that_flags_as_many_as_are_lost():
    everybody = score(Candidate("fixed_days", days=30), 1000, 900, lost=900)
    balanced = score(Candidate("fixed_days", days=60), 890, 840, lost=900)
    assert everybody.f1 > balanced.f1 > everybody.f1 - 0.01
    assert choose([everybody, balanced]).candidate.days == 60


def test_a_candidate_without_a_score_on_every_split_is_not_compared():
    other = Split(2, START, 90)
    half = Candidate("probability", threshold_basis="half")
    fixed = Candidate("fixed_days", days=90)
    scores = [
        score(fixed, 100, 50),
        Score(other, fixed, 1000, 100, 100, 50),
        score(half, 100, 99),
    ]
    assert choose(scores).candidate == fixed
