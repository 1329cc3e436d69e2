"""The score's own arithmetic, and that every kind of fault has one mutation."""

from __future__ import annotations

from collections import Counter

import pytest

from benchmarks.gate_score.catalogue import BUILT, DELIVERED
from benchmarks.gate_score.clean_days import DAYS
from benchmarks.gate_score.faults import FAULTS, Registry
from benchmarks.gate_score.score import (
    CleanDay,
    Verdict,
    as_json,
    as_text,
    false_alarms,
    passes,
    stage_scores,
)

STOPPED = Verdict("a", "delivered", "stopped", where="raw", rules=("orders.lines.not_empty",))
REFUSED = Verdict("b", "delivered", "refused")
ASIDE = Verdict("c", "core", "quarantined", faulty_rows=3, quarantined_rows=3)
READ = Verdict("f", "core", "harmless")
WARNED = Verdict("d", "core", "warned", rules=("core.fct_orders.few",))
LIVED = Verdict("e", "core", "survived")
QUIET = CleanDay("2017-12-01", "publish", (), ("core: few",))
LOUD = CleanDay("2017-12-02", "core", ("staging: volume",), ())


def test_each_kind_has_one_mutation_where_the_catalogue_says_it_enters() -> None:
    assert set(FAULTS.delivered) == {kind.name for kind in DELIVERED}
    assert set(FAULTS.built) == {kind.name for kind in BUILT}


def test_the_catalogue_has_no_kind_twice() -> None:
    names = Counter(kind.name for kind in (*DELIVERED, *BUILT))
    assert max(names.values()) == 1
    assert len(names) >= 60


def test_a_second_mutation_for_a_kind_is_refused() -> None:
    registry = Registry()
    registry.into("a", "warehouse.core.fct_orders")(lambda build: None)
    with pytest.raises(ValueError, match="two mutations for the kind a"):
        registry.into_files("a")(lambda files: 0)


def test_what_is_only_warned_of_got_through() -> None:
    verdicts = [STOPPED, REFUSED, ASIDE, READ, WARNED, LIVED]
    delivered, core, every = stage_scores(verdicts)
    assert (delivered.kinds, delivered.kill_rate) == (2, 1.0)
    assert (core.kinds, core.kill_rate) == (4, pytest.approx(1 / 3))
    assert (every.stage, every.kinds, every.kill_rate) == ("all", 6, pytest.approx(3 / 5))
    assert every.outcomes == dict.fromkeys(every.outcomes, 1)


def test_it_passes_with_95_of_100_and_no_false_alarm() -> None:
    ninety_five = [STOPPED] * 95 + [LIVED] * 5
    assert passes(ninety_five, [QUIET] * DAYS)
    assert not passes([*ninety_five, LIVED], [QUIET] * DAYS)
    assert not passes(ninety_five, [QUIET, LOUD])


def test_a_warning_on_a_clean_day_is_no_false_alarm() -> None:
    assert false_alarms([QUIET, LOUD, LOUD]) == {"staging: volume": 2}


def test_the_report_names_who_got_through_and_which_rule_cried() -> None:
    text = as_text([STOPPED, WARNED, LIVED], [QUIET, LOUD])
    assert "2 got through" in text
    assert "core: d (warned by core.fct_orders.few)" in text
    assert "core: e (nobody noticed)" in text
    assert "false alarm: staging: volume on 1 days (2017-12-02)" in text
    assert "warning: core: few on 1 days" in text


def test_the_json_holds_the_same() -> None:
    found = as_json([STOPPED, LIVED], [LOUD])
    assert found["stages"][-1]["kill_rate"] == 0.5
    assert found["false_alarms"] == {"staging: volume": 1}
    assert found["passes"] is False
