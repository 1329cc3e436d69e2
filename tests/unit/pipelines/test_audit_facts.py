"""Which facts the audit log takes: never one that may be personal."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.runtime.audit_facts import PersonalFactError, refuse_personal

HARMLESS = [
    {"run_id": "7f064b00-2f19-4ffb-90f4-3784c6ca3c37", "as_of": "2017-12-31"},
    {"run_id": "11111111-2222-3333-4444-555555555555"},
    {"rows": {"customer_360": 2500, "publish.rfm": 48_000_000}, "published_rows": 1_829_522},
    {"subjects": ["0" * 64, "4c1f" * 16], "customer_key": "C0123456789012345"},
    {"is_whole": True, "left": None, "outcome": "succeeded", "out": ""},
    {"object": "crm_zoho.AccountObj", "at": "2026-11-23T10:12:03.123Z"},
]
PERSONAL = [
    *(
        "wang@example.com",
        "王小明",
        "Wang Xiaoming",
        "13800138000",
        "138-0013-8000",
        "+8613800138000",
    ),
    *("138 0013 8000", "110101199003072316", "11010119900307231X", "4111-1111-1111-1111"),
    *("1990.03.07.23", "tel:4155550123", "a,b", "x" * 200, "line\nbreak", "19900307"),
]


@pytest.mark.parametrize("facts", HARMLESS)
def test_what_the_pipeline_says_of_itself_passes(facts: dict) -> None:
    refuse_personal(facts)


@pytest.mark.parametrize("value", PERSONAL)
def test_what_looks_personal_is_refused_wherever_it_stands(value: str) -> None:
    for facts in (
        {"who": value},
        {"who": ["a", value]},
        {"who": {value: 1}},
        {"who": {"a": value}},
    ):
        with pytest.raises(PersonalFactError, match="fact who") as error:
            refuse_personal(facts)
        assert value not in str(error.value)


@pytest.mark.parametrize("value", [1.5, b"x", object(), [["a"]], {"a": {"b": 1}}, {"a": ["b"]}])
def test_other_types_are_refused(value: object) -> None:
    with pytest.raises(PersonalFactError, match="cannot be kept"):
        refuse_personal({"what": value})


@pytest.mark.parametrize("name", ["", "Wang", "a b", "王", 7, "a" * 60])
def test_names_of_facts_are_words(name: str) -> None:
    with pytest.raises(PersonalFactError, match="snake_case"):
        refuse_personal({name: 1})


def test_a_number_as_long_as_a_phone_says_what_it_counts() -> None:
    with pytest.raises(PersonalFactError, match="fact value: a number so large"):
        refuse_personal({"value": 13_800_138_000})
    refuse_personal({"added_bytes": 13_800_138_000})


@given(st.from_regex(r"[\w.]{1,12}@[a-z]{1,8}\.(com|cn)", fullmatch=True))
def test_no_email_passes(value: str) -> None:
    with pytest.raises(PersonalFactError):
        refuse_personal({"what": value})


@given(st.from_regex(r"\+?[0-9]([ -.]?[0-9]){6,17}", fullmatch=True))
def test_no_run_of_digits_passes(value: str) -> None:
    is_date = len(value) == 10 and value[4] == value[7] == "-"
    if not is_date:
        with pytest.raises(PersonalFactError):
            refuse_personal({"what": value})
