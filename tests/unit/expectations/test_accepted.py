from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from expectations.engine.columns import columns_of
from expectations.engine.rules import Severity
from expectations.known_changes.accepted import (
    Quality,
    QualityFileError,
    applied,
    load_quality,
    refuse_unknown,
)
from expectations.staging import suites as staging
from tests.unit.expectations.learned_build import DAY, MODELS, OBJECTS, learned_build, past_of
from tests.unit.expectations.small_build import check

LOG = "stg_social__interactions"


def _written(folder: Path, text: str) -> Quality:
    file = folder / "quality.yml"
    file.write_text(text, encoding="utf-8")
    return load_quality(file)


def _accepted(rule: str = "known_rows", until: str = "2017-12-31", subject: str = LOG) -> str:
    return (
        f"accepted: [{{subject: {subject}, rule: {rule}, until: {until},"
        " reason: the platform mended its reasons}]"
    )


def _suites(con):
    columns = columns_of(con, "vault", "staging")
    past = past_of(con, DAY.as_of - timedelta(days=1))
    return staging.suites(MODELS, OBJECTS, DAY, past, columns)


def _changed():
    con = learned_build()
    con.execute(f"update vault.staging.{LOG} set reason = 'late'").fetchall()
    return con


def test_a_file_that_is_not_there_says_nothing(tmp_path):
    quality = load_quality(tmp_path / "quality.yml")
    con = learned_build()
    assert applied(_suites(con), quality, DAY) == _suites(con)


def test_an_accepted_change_is_a_warning_that_says_why(tmp_path):
    con = _changed()
    quality = _written(tmp_path, _accepted())
    result = check(con, applied(_suites(con), quality, DAY), LOG)["known_rows"]
    assert not result.passed
    assert not result.blocks
    assert result.reason == (
        "accepted until 2017-12-31 in quality.yml: the platform mended its reasons"
    )


def test_on_its_last_day_it_is_accepted_and_after_it_blocks_again(tmp_path):
    con = _changed()
    last = applied(_suites(con), _written(tmp_path, _accepted(until="2017-12-20")), DAY)
    assert check(con, last, LOG)["known_rows"].severity is Severity.WARN
    over = applied(_suites(con), _written(tmp_path, _accepted(until="2017-12-19")), DAY)
    result = check(con, over, LOG)["known_rows"]
    assert result.blocks
    assert "It was accepted until 2017-12-19 in quality.yml, which is over" in result.message


@pytest.mark.parametrize("rule", ["day_volume", "day_profile", "known_rows"])
def test_a_band_is_made_wider(tmp_path, rule):
    con = learned_build()
    today = "occurred_at >= timestamp '2017-12-19 16:00:00'"
    table = f"vault.staging.{LOG}"
    statement = {
        "day_volume": f"delete from {table} where {today} and hash(interaction_id) % 20 > 0",
        "day_profile": f"update {table} set note = null where {today}"
        " and hash(interaction_id) % 3 = 0",
        "known_rows": f"update {table} set note = '' where hash(interaction_id) % 80 = 0",
    }[rule]
    con.execute(statement).fetchall()
    assert check(con, _suites(con), LOG)[rule].blocks
    quality = _written(tmp_path, f"bands: {{{LOG}: {{{rule}: {{tolerance: 4}}}}}}")
    assert check(con, applied(_suites(con), quality, DAY), LOG)[rule].passed


WRONG = {
    "accepted: [": "quality.yml is no YAML; mend its indents and colons",
    "accepts: []": "quality.yml: accepts is no key; the file has accepted",
    "accepted: [{subject: a, rule: b, until: 2018-01-01}]": "accepted.0.reason is missing",
    "bands: {a: {b: {tolerance: -1}}}": "quality.yml: bands.a.b.tolerance is wrong: Input should",
    _accepted(until="soon"): "accepted.0.until is wrong",
    _accepted()[:-1]
    + ", "
    + _accepted()[len("accepted: [") :]: "is accepted twice; keep one entry",
    _accepted(subject="stg_orders__orders"): "no gate has the subject stg_orders__orders",
    _accepted(rule="volume"): f"{LOG} has no rule volume; day_profile, day_volume, known_rows",
    _accepted(rule="not_after_as_of"): "cannot be accepted: rules of accounting, keys and privacy",
    f"bands: {{{LOG}: {{volume: {{tolerance: 2}}}}}}": "has no rule volume",
}


@pytest.mark.parametrize("text", WRONG, ids=range(len(WRONG)))
def test_a_wrong_file_is_refused_in_one_line(tmp_path, text):
    with pytest.raises(QualityFileError) as raised:
        refuse_unknown(_written(tmp_path, text), _suites(learned_build()), ["dim_stores"])
    assert WRONG[text] in str(raised.value)
    assert "\n" not in str(raised.value)


def test_rules_of_a_published_table_cannot_be_accepted(tmp_path):
    quality = _written(tmp_path, _accepted(subject="dim_stores", rule="rows_published"))
    with pytest.raises(QualityFileError, match="none can be accepted there"):
        refuse_unknown(quality, [], ["dim_stores"])


def test_the_date_counts_and_not_the_clock(tmp_path):
    quality = _written(tmp_path, _accepted(until="2017-12-31"))
    assert quality.accepted[0].until == date(2017, 12, 31)
