from __future__ import annotations

from pathlib import Path

import pytest

from assets.enrich.identity.rules import (
    ATTRIBUTES,
    RULES_FILE,
    RulesError,
    default_rules,
    load_rules,
)
from tests.unit.enrich.identity.conftest import Vault


def changed(tmp_path: Path, *changes: tuple[str, str]) -> Path:
    """A copy of the rules file with texts replaced."""
    text = RULES_FILE.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    path = tmp_path / "rules.yml"
    path.write_text(text, encoding="utf-8")
    return path


def test_rules_fall_in_trust_and_explain_themselves() -> None:
    rules = default_rules()
    weights = [rule.weight for rule in rules.rules]
    assert weights == sorted(set(weights), reverse=True)
    assert rules.nameless.weight < min(weights)
    assert all(rule.meaning.endswith(".") for rule in rules.rules)
    assert set(rules.identifier_rules) == set(rules.types)
    assert not set(rules.types) & set(ATTRIBUTES)


def test_no_limit_of_the_gate_is_below_what_is_shown_for_review() -> None:
    rules = default_rules()
    assert rules.clusters.review_above < rules.clusters.maximum < rules.gate.largest_customer
    assert 0 < rules.gate.changed_records_ratio < 1


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("type: weibo_uid,", "type: unionid,", "an identifier type is listed twice"),
        ("{type: device_id,", "{type: birth_date,", "birth_date describes a person and cannot be"),
        ("name: same_phone", "name: same_email", "a rule name is used twice"),
        (
            "stands_on: device_id",
            "stands_on: evidence",
            "identifier type device_id has no rule; add",
        ),
        (
            "max_names: 3,",
            "max_names: 0,",
            "device_id: max_names and max_records must be at least 1",
        ),
        ("_type: shop_customer_id", "_type: shoe", "decisive_reference_type shoe is no identifier"),
        ("stands_on: device_id", "stands_on: shoe", "rule same_device stands on unknown"),
        (
            "[name_key, birth_date]",
            "[name_key, shoe]",
            "rule name_and_birth_date names unknown key",
        ),
        ("keys: [name_key, birth_year]", "keys: [shoe]", "evidence block names unknown key shoe"),
        ("weight: 0.85", "weight: 1.5", "rule same_device: weight must be above 0 and at most 1"),
        ("{name: [same, close]}", "{name: [alike]}", "same_phone names unknown level name: alike"),
        ("{name: [same, close]}", "{hat: [same]}", "same_phone names unknown level hat: same"),
        ("[unknown, partial]}", "[nobody]}", "nameless names unknown level name: nobody"),
        ("version: 1", "version: one", "Expected `int`, got `str` - at `$.version`"),
        ("version: 1", "", "missing required field `version`"),
        ("max_namesakes: 25", "max_namesake: 25", "unknown field `max_namesake`"),
        ("strength: weak", "strength: feeble", "Invalid enum value 'feeble'"),
        ("rules:\n", "rules: [\n", "rules.yml: "),
    ],
)
def test_what_is_wrong_is_said_and_where(tmp_path: Path, old: str, new: str, message: str) -> None:
    path = changed(tmp_path, (old, new))
    with pytest.raises(RulesError) as caught:
        load_rules(path)
    assert str(caught.value).startswith(f"{path}: ")
    assert message in str(caught.value)


def test_all_problems_are_named_at_once(tmp_path: Path) -> None:
    path = changed(tmp_path, ("weight: 0.85", "weight: 0"), ("max_names: 3,", "max_names: 0,"))
    with pytest.raises(RulesError, match=r"at least 1; rule same_device: weight"):
        load_rules(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(RulesError, match=r"shoes\.yml: cannot be read \(No such file"):
        load_rules(tmp_path / "shoes.yml")


def test_a_new_identifier_type_needs_no_code(vault: Vault, tmp_path: Path) -> None:
    path = changed(
        tmp_path,
        (
            "\nidentifiers:\n",
            "\nidentifiers:\n    - {type: passport, standardiser: national_id, strength: strong,"
            ' max_names: 2, max_records: 9, meaning: "Passport (护照)."}\n',
        ),
        (
            "    - name: same_phone",
            "    - name: same_passport\n      stands_on: passport\n      weight: 0.955\n"
            '      meaning: "Same passport."\n    - name: same_phone',
        ),
    )
    vault.record("orders.customers", "1", full_name="金泽宇", passport="E 5173 0928")
    vault.record("crm_zoho.leads", "2", full_name="Jin", passport_2="e51730928")
    vault.record("crm_zoho.leads", "3", full_name="金泽宇", passport="E99000017")
    vault.reference("service.tickets", "t", passport="E51730928")
    vault.resolve(rules=load_rules(path))
    assert vault.customers() == ["1 2", "3"]
    assert vault.verdicts() == {("same_passport", True, None)}
    assert vault.referred()["t"][:2] == (vault.keys()["1"], "same_passport")
    assert ("same_passport", 0.955, "Same passport.") in vault.table("rules")
