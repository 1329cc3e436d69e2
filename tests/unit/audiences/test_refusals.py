"""What may not be exported, and the one line that says why."""

from __future__ import annotations

import os
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from assets.audiences.declared import load_audiences
from assets.audiences.errors import AudienceError
from assets.audiences.export import export_audience
from pipelines.runtime.exports import expired_exports, remove_exports
from pipelines.runtime.settings import PROJECT_ROOT, load_settings
from tests.unit.audiences.small_instance import (
    change,
    customers,
    declare,
    export,
    keys,
    manifest,
    publish,
)

CONSENTS = "publication.publish.bridge_customer_consents"


def refusal(**more: Any) -> str:
    with pytest.raises(AudienceError) as error:
        export(**more)
    assert "\n" not in str(error.value)
    return str(error.value)


def is_untouched(home: Path) -> bool:
    return not (home / "exports").exists() and not (home / "audit").exists()


def test_a_list_of_few_people_is_refused_without_their_number(home: Path) -> None:
    change(home, f"update {CONSENTS} set is_granted = false where customer_key > 'C09'")
    assert "fewer than 10 people would be on the list (C360_AUDIENCE_MINIMUM)" in refusal()
    assert is_untouched(home)
    change(home, f"update {CONSENTS} set is_granted = true where customer_key = 'C10'")
    assert keys(export()) == customers(1, 10)


def test_the_smallest_number_is_a_setting(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("C360_AUDIENCE_MINIMUM", "21")
    assert "fewer than 21" in refusal()
    declare(home, where=[])
    assert len(keys(export())) == 30


def test_a_restored_instance_exports_nothing_before_the_replay(home: Path) -> None:
    with pytest.raises(AudienceError, match=r"restored from a backup.*make restore-confirm"):
        export_audience(load_settings(), "list", manifest(), lambda home: True)
    assert is_untouched(home)


def test_before_the_first_publication_there_is_nothing(home: Path) -> None:
    (home / "publish" / "current").unlink()
    assert "Nothing is published yet" in refusal()


def test_after_a_rollback_who_withdrew_since_would_be_in_it(home: Path) -> None:
    publish(home, "1d2c0e3f-0000-4000-8000-000000000000", at="2018-01-02T02:00:00.000000")
    export()
    link = home / "publish" / "current"
    link.unlink()
    link.symlink_to("7f064b00-2f19-4ffb-90f4-3784c6ca3c37")
    assert "was rolled back" in refusal()


def test_without_its_build_a_publication_has_no_addresses(home: Path) -> None:
    shutil.rmtree(home / "builds")
    assert "build of the live publication" in refusal()


def test_what_the_database_says_is_not_repeated(home: Path) -> None:
    change(home, "alter table vault.vault.customer_pii rename column email to person7")
    said = refusal()
    assert said.startswith("the database refused (BinderException)")
    assert "person7" not in said
    assert is_untouched(home)


def test_nothing_is_written_where_readers_of_publications_look(home: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(home / "publish")
    for folder in (home / "publish", home / "publish" / "current", tmp_path / "link" / "new"):
        assert "OUT lies in the folder of publications" in refusal(out=folder)
    assert is_untouched(home)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"where": [{"column": "shoe_size", "is": 1}]}, "customer_360.shoe_size is no published"),
        ({"where": [{"column": "not_in_manifest", "is": "x"}]}, "is no published column"),
        ({"where": [{"column": "care_calendar.occasion", "is": "x"}]}, "one value per customer"),
        ({"where": [{"column": "clv", "is": "much"}]}, "clv is DECIMAL(18,2)"),
        ({"where": [{"column": "clv", "is": True}]}, "a value of another kind"),
        ({"where": [{"column": "is_member", "is": 1}]}, "a value of another kind"),
        ({"where": [{"column": "last_order_date", "at_least": 7}]}, "last_order_date is DATE"),
        ({"labels": ["customer_360.customer_key"]}, "customer_key is in every file"),
        ({"labels": ["income_band"]}, "income_band is sensitive"),
        ({"labels": ["shoe_size"]}, "list: customer_360.shoe_size is no published column"),
    ],
)
def test_what_is_not_published_cannot_be_asked_for(
    home: Path, changes: dict[str, Any], words: str
) -> None:
    declare(home, **changes)
    assert words in refusal()
    assert is_untouched(home)


def test_a_sensitive_column_may_choose_people_but_not_leave(home: Path) -> None:
    declare(home, where=[{"column": "income_band", "is": "high"}])
    assert "high" not in export().file.read_text()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"where": [{"column": "clv"}]}, "list.where.0: a condition has the key column and one of"),
        ({"where": [{"column": "clv", "is": 1, "in": [1]}]}, "one of is, is_not"),
        ({"where": [{"column": "clv", "like": "x"}]}, "one of is, is_not"),
        ({"where": ["clv > 1 or true"]}, "written as {column"),
        ({"where": [{"column": "clv) or (1=1", "is": 1}]}, "in lower case"),
        ({"where": [{"column": "clv", "in": 1}]}, "in wants a list"),
        ({"where": [{"column": "clv", "in": []}]}, "in wants a list"),
        ({"where": [{"column": "clv", "is": [1]}]}, "is wants one value"),
        ({"where": [{"column": "clv", "is": None}]}, "is wants texts, numbers"),
        ({"where": [{"column": "clv", "known": 1}]}, "known wants yes or no"),
        ({"channel": "fax"}, "list.channel: Input should be 'email'"),
        ({"purpose": "spam"}, "list.purpose: Input should be 'marketing'"),
        ({"sql": "select 1"}, "list.sql: Extra inputs are not permitted"),
        ({"description_zh": ""}, "list.description_zh"),
        ({"labels": ["clv", "customer_360.clv"]}, "two labels would be the column clv"),
    ],
)
def test_a_mistake_in_the_file_is_told_with_its_place(
    home: Path, changes: dict[str, Any], words: str
) -> None:
    declare(home, **changes)
    said = refusal()
    assert said.startswith("audiences.yml: list.")
    assert words in said


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("audiences: [", "cannot be read"),
        ("audiences: {a: {}, a: {}}", "'a' is written twice"),
        ("people: {}", "audiences"),
        ("audiences: {Best Customers: {}}", "audiences.yml"),
        ("audiences: {zhang_13800138000: {}}", "audiences.yml"),
    ],
)
def test_a_file_that_is_none_is_told(home: Path, text: str, words: str) -> None:
    (home / "audiences.yml").write_text(text)
    assert words in refusal()


@pytest.mark.parametrize("name", ["Best Customers", "zhang_13800138000", "x" * 61])
def test_a_name_is_a_word_that_the_audit_log_can_keep(home: Path, name: str) -> None:
    file = home / "audiences.yml"
    file.write_text(file.read_text().replace("list:", f"{name}:"))
    assert "a name is lower-case letters" in refusal()


def test_without_a_file_it_is_said_where_to_write_one(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(AudienceError, match=r"there is no .*/nowhere\.yml"):
        load_audiences(home / "nowhere.yml")


def test_the_demo_company_declares_three_audiences_on_three_channels() -> None:
    audiences = load_audiences(PROJECT_ROOT / "demo" / "audiences.yml")
    assert sorted(it.channel for it in audiences.values()) == ["email", "sms", "wechat"]


def test_exports_expire_by_the_day_they_were_written(home: Path) -> None:
    file = export().file
    other = file.with_name(".killed.csv")
    other.touch()
    for path, day in ((file, 1), (file.with_suffix(".json"), 1), (other, 20)):
        moment = 1_514_764_800 + day * 86_400  # 1 January 2018 and so many days
        os.utime(path, (moment, moment))
    assert expired_exports(home, date(2018, 1, 9), keep_days=7) == []
    old = expired_exports(home, date(2018, 1, 10), keep_days=7)
    assert old == [file, file.with_suffix(".json")]
    remove_exports(home, old)
    assert not file.exists()
    assert other.exists(), "it is not old"
    remove_exports(home, expired_exports(home, date(2019, 1, 1), keep_days=7))
    assert not (home / "exports").exists()
    assert expired_exports(home, date(2019, 1, 1), keep_days=7) == []
