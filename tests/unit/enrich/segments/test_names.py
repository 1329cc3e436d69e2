from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.enrich.segments.features import CLIP, MEASURES, Scale, scale_of
from assets.enrich.segments.matching import Known, LastNight, match
from assets.enrich.segments.naming import names_of, read_phrases
from tests.unit.enrich.segments.shops import shop

FEATURES = (*MEASURES, "share:wine", "share:rest")
SCALE = Scale(FEATURES, (0.0,) * 6, (1.0,) * 6)
PHRASES = read_phrases(shop([]), "phrases")
numbers = st.floats(-3, 3, allow_nan=False)
rows = st.lists(st.lists(numbers, min_size=6, max_size=6), min_size=1, max_size=8)


def name(*apart: float) -> tuple[str, str]:
    [found] = names_of(np.array([apart]), np.zeros(6), SCALE, PHRASES, taken=())
    return found


def test_names_say_what_sets_apart():
    assert name(0, 1, 1, 0, 0, 0) == ("Frequent big spenders", "高频高额客户")
    assert name(1, 0, 0, 0, 0.6, 0) == ("Silent customers, more wine", "沉默客户，偏好 wine")
    assert name(0, 0, 0, 1, 0, 0.6) == (
        "Long-standing customers, more of other categories",
        "老客户，偏好其他品类",
    )
    assert name(0, 0, 0, 0, 0, 0) == ("Average customers", "一般客户")


@settings(max_examples=60, deadline=None)
@given(rows)
def test_names_are_never_given_twice(centroids):
    values = np.array(centroids)
    taken = [name(*values[0])[0]]
    found = names_of(values, values.mean(axis=0), SCALE, PHRASES, taken)
    english = [en for en, _ in found]
    assert len({*english, *taken}) == len(english) + len(taken)
    assert all(en and zh for en, zh in found)


@settings(max_examples=60, deadline=None)
@given(rows, st.randoms())
def test_the_same_places_in_another_order_are_the_same_clusters(centroids, generator):
    values = np.unique(np.round(np.array(centroids), 3), axis=0)
    known = [
        Known(number, f"n{number}", "", dict(zip(FEATURES, row.tolist(), strict=True)))
        for number, row in enumerate(values)
    ]
    generator.shuffle(known)
    found = match(values, FEATURES, LastNight(tuple(known), len(known)))
    assert [one.known.cluster_id for one in found] == list(range(len(values)))


def test_features_that_only_one_night_has_are_not_compared():
    known = Known(4, "n", "", {"recency": 1.0, "share:gone": 9.0})
    [found] = match(np.array([[1.0, 0, 0, 0, 2, 0]]), FEATURES, LastNight((known,), 4))
    assert found is not None
    assert found.distance == 0.0
    other = Known(5, "n", "", {"share:gone": 9.0})
    assert match(np.zeros((1, 6)), FEATURES, LastNight((other,), 5)) == [None]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.floats(-1e12, 1e12), min_size=6, max_size=6), min_size=1, max_size=20))
def test_scaled_values_are_finite_and_bounded(values):
    scaled = scale_of(FEATURES, np.array(values)).scaled(np.array(values))
    assert np.all(np.abs(scaled) <= CLIP)
