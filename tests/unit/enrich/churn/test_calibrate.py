from __future__ import annotations

import random
from datetime import date, timedelta

import pytest

from assets.enrich.churn.splits import calibration_splits, last_month_end
from assets.enrich.churn.tables import CHURN_THRESHOLDS
from assets.enrich.tables import SCHEMA
from tests.unit.enrich.churn.worlds import (
    AS_OF,
    START,
    content,
    every,
    own_rhythms,
    run,
    same_rhythm,
    shop,
)


def test_one_rhythm_for_all_takes_fixed_days():
    found = run(shop(same_rhythm()))
    assert found.choice.candidate.name == "fixed_days_30"
    assert [score.precision for score in found.choice.scores] == [1.0] * 3


def test_different_rhythms_take_the_own_one():
    con = shop(own_rhythms())
    found = run(con)
    assert found.choice.candidate.rule == "own_rhythm"
    bases = con.execute(
        f"select distinct churn_basis, churn_after_days from {SCHEMA}.churn_thresholds"
        " where churn_basis = 'own_rhythm' order by all"
    ).fetchall()
    factor = found.choice.candidate.factor
    assert bases == [
        ("own_rhythm", max(found.choice.candidate.min_days, int(8 * factor))),
        ("own_rhythm", int(55 * factor)),
    ]


def test_the_figures_of_the_chosen_rule_are_counted_by_hand():
    con = shop(same_rhythm())
    found = run(con)
    split = found.choice.scores[0].split
    [(customers, lost, flagged, both)] = con.execute(
        """
        with customers as (
            select
                customer_key,
                max(purchased_on) filter (purchased_on <= $cut) as last_on,
                count(*) filter (purchased_on > $cut and purchased_on <= $end) as came
            from days group by customer_key
        )
        select
            count(*), count(*) filter (came = 0),
            count(*) filter ($cut - last_on > 30),
            count(*) filter (came = 0 and $cut - last_on > 30)
        from customers where last_on is not null
        """,
        {"cut": split.cut, "end": split.end},
    ).fetchall()
    [row] = con.execute(
        "select customers_count, lost_count, flagged_count, precision, recall, is_chosen"
        f" from {SCHEMA}.churn_rule_backtests"
        " where split_number = 1 and candidate = 'fixed_days_30'"
    ).fetchall()
    assert row[:3] == (customers, lost, flagged)
    assert [float(row[3]), float(row[4])] == [1.0, round(both / lost, 6)]
    assert both == flagged
    assert row[5] is True


def test_every_purchase_day_has_one_threshold():
    con = shop(same_rhythm())
    run(con)
    [(days, thresholds, wrong)] = con.execute(
        f"""
        select
            (select count(*) from days),
            (select count(*) from {SCHEMA}.churn_thresholds),
            (select count(*) from {SCHEMA}.churn_thresholds where churn_after_days < 30)
        """
    ).fetchall()
    assert (thresholds, wrong) == (days, 0)


@pytest.mark.parametrize("rhythms", [same_rhythm, own_rhythms])
def test_rule_and_thresholds_stand_still_for_a_month(rhythms):
    end, later = date(2016, 12, 31), date(2017, 1, 30)
    once = [(f"once{n}", end - timedelta(days=n)) for n in range(30)]
    fast = [row for n in range(300) for row in every(f"new{n}", 1, later, end + timedelta(days=1))]
    con = shop([*rhythms(), *once, *fast])
    known = (
        f"select * exclude (as_of_date) from {CHURN_THRESHOLDS.relation} where purchased_on <= $1"
    )
    first = run(con, end)
    before = con.execute(known, [end]).fetchall()
    second = run(con, later)
    assert first.choice == second.choice
    assert first.scores == second.scores
    assert con.execute(known, [end]).fetchall() == before != []


def test_the_same_date_run_again_gives_the_same_tables():
    con = shop(own_rhythms())
    run(con)
    first = content(con)
    run(con, AS_OF - timedelta(days=60))
    assert content(con) != first
    run(con)
    assert content(con) == first


def test_what_comes_after_the_date_changes_nothing():
    con, other = shop(own_rhythms()), shop(own_rhythms())
    other.execute(
        "insert into days select customer_key, date '2017-01-15' from days group by customer_key;"
        "insert into category_days select 'c001', date '2017-01-15', 'toys', 10"
    ).fetchall()
    run(con)
    run(other)
    assert content(con) == content(other)


def test_the_order_of_the_rows_changes_nothing():
    days = own_rhythms()
    con = shop(days)
    random.Random(1).shuffle(days)
    other = shop(days)
    run(con)
    run(other)
    assert content(con) == content(other)


@pytest.mark.parametrize(
    "days",
    [
        [],
        [("c1", date(2017, 1, 3))],
        every("c1", 7, AS_OF, AS_OF - timedelta(days=60)),
    ],
)
def test_a_short_history_keeps_the_default_and_says_so(days):
    con = shop(days)
    found = run(con)
    assert found.choice.candidate.rule == "default"
    [(f1, reason, reason_zh)] = con.execute(
        f"select f1, reason, reason_zh from {SCHEMA}.churn_rule_choice"
    ).fetchall()
    assert f1 is None
    assert reason.startswith("The history is too short")
    assert reason_zh.startswith("历史过短")
    assert con.execute(f"select count(*) from {SCHEMA}.churn_thresholds").fetchall() == [
        (len(days),)
    ]


def test_nobody_lost_keeps_the_default_and_says_so():
    found = run(shop([row for n in range(30) for row in every(f"c{n}", 9, AS_OF)]))
    assert found.choice.candidate.rule == "default"
    assert found.choice.reason.startswith("No hold-out has 10 lost and 10 kept")


def test_identical_customers():
    found = run(shop([(f"c{n}", START) for n in range(200)]))
    assert found.choice.f1 is None


def test_who_has_no_rhythm_follows_the_category_else_everybody():
    days = [row for n in range(60) for row in every(f"slow{n:02}", 40, START + timedelta(90))]
    days += [row for n in range(60) for row in every(f"fast{n:02}", 30, START + timedelta(90))]
    days += [("toys", START), ("books", START), ("nothing", START)]
    categories = [(f"slow{n:02}", START, "toys") for n in range(60)]
    categories += [(f"fast{n:02}", START, "books") for n in range(49)]
    categories += [("toys", START, "toys"), ("books", START, "books")]
    con = shop(days, categories)
    run(con, START + timedelta(days=95))
    found = con.execute(
        "select customer_key, churn_basis, churn_after_days, reference_gap_days"
        f" from {SCHEMA}.churn_thresholds where customer_key in ('toys', 'books', 'nothing')"
        " order by customer_key"
    ).fetchall()
    assert [(who, basis, days, float(gap)) for who, basis, days, gap in found] == [
        ("books", "tenant", 105, 35.0),
        ("nothing", "tenant", 105, 35.0),
        ("toys", "category", 120, 40.0),
    ]


@pytest.mark.parametrize(
    ("as_of", "end"),
    [
        (date(2017, 12, 31), date(2017, 12, 31)),
        (date(2018, 1, 1), date(2017, 12, 31)),
        (date(2018, 1, 30), date(2017, 12, 31)),
        (date(2016, 2, 29), date(2016, 2, 29)),
        (date(2016, 2, 28), date(2016, 1, 31)),
    ],
)
def test_the_newest_hold_out_ends_with_the_last_whole_month(as_of, end):
    assert last_month_end(as_of) == end
    assert calibration_splits(date(2010, 1, 1), as_of, 90)[0].end == end


@pytest.mark.parametrize(
    ("days", "splits"),
    [(83, []), (84, [28]), (111, [37]), (112, [28, 28]), (360, [90, 90]), (9000, [90] * 3)],
)
def test_a_short_history_shortens_the_horizon_then_the_splits(days, splits):
    end = date(2017, 12, 31)
    found = calibration_splits(end - timedelta(days=days - 1), end, 90)
    assert [split.horizon_days for split in found] == splits
    assert all((s.cut - end).days == -s.number * s.horizon_days for s in found)
