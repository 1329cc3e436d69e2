"""What a sender says of a file in its manifest is compared with the file, in every load."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest

from assets.raw.contract_model import ObjectContract
from assets.raw.errors import FileError
from assets.raw.files.delivery import delivered_files
from tests.unit.raw.conftest import LOADED_AT, Workbench

CONTENT = "id,label,amount\n1,a,2.50\n2,b,1.25\n"
DIGEST = hashlib.sha256(CONTENT.encode()).hexdigest()


def deliver(bench: Workbench, claim: Any, content: str = CONTENT) -> None:
    bench.deliver("things.csv", content)
    text = claim if isinstance(claim, str | bytes) else json.dumps(claim)
    bench.deliver("things.csv.manifest.json", text)


def refusal(bench: Workbench, **keys: Any) -> str:
    with pytest.raises(FileError) as caught:
        bench.load(**keys)
    (line,) = str(caught.value).splitlines()
    return line


@pytest.mark.parametrize(
    "claim",
    [
        {},
        {"rows": 2},
        {"sha256": DIGEST},
        {"sha256": DIGEST.upper()},
        {"totals": {"amount": "3.75"}},
        {"totals": {"amount": 3.750, "id": 3}},
        {"rows": 2, "sha256": DIGEST, "totals": {"amount": "3.75"}},
    ],
)
def test_a_file_that_is_as_its_manifest_says_is_loaded(claim: Any, bench: Workbench) -> None:
    deliver(bench, claim)
    assert bench.load(manifest="required").values("id") == [1, 2]


@pytest.mark.parametrize(
    ("claim", "expected"),
    [
        ({"rows": 3}, "things.csv: has 2 rows, by its manifest 3; "),
        ({"rows": 1}, "things.csv: has 2 rows, by its manifest 1; "),
        ({"sha256": "0" * 64}, f"its SHA-256 is {DIGEST[:12]}…, by its manifest {'0' * 12}…"),
        ({"totals": {"amount": "3.76"}}, "the total of amount is 3.75, by its manifest 3.76"),
        ({"totals": {"label": "1"}}, "'label' is a varchar, which has no exact total"),
        ({"totals": {"price": "1"}}, "names a total of 'price', which is no column"),
        ({"row": 2}, "has the unknown key 'row'"),
        ({"rows": "2"}, "rows is no whole number"),
        ({"rows": True}, "rows is no whole number"),
        ({"rows": -1}, "rows is no whole number"),
        ({"sha256": "abc"}, "sha256 has no 64 hexadecimal digits"),
        ({"totals": [1]}, "totals is no object"),
        ({"totals": {"amount": "x"}}, "the total of 'amount' is no number"),
        ({"totals": {"amount": True}}, "the total of 'amount' is no number"),
        ([], "is no JSON object"),
        ('{"rows": 2', "is no valid JSON object, or has a key twice"),
        ('{"rows": 2, "rows": 2}', "is no valid JSON object, or has a key twice"),
        ("", "is no valid JSON object, or has a key twice"),
        (b"\xff", "is not UTF-8"),
    ],
)
def test_what_differs_is_told_in_one_line(claim: Any, expected: str, bench: Workbench) -> None:
    deliver(bench, claim)
    assert expected in refusal(bench)


def test_a_file_cut_between_two_records_is_seen_by_its_manifest_only(bench: Workbench) -> None:
    cut = CONTENT[: CONTENT.index("2,b")]
    assert bench.load_csv(cut).values("id") == [1]
    deliver(bench, {"rows": 2}, cut)
    assert "has 1 rows, by its manifest 2" in refusal(bench)


def test_refused_rows_count_as_rows_of_the_file(bench: Workbench) -> None:
    deliver(bench, {"rows": 3, "totals": {"amount": "6.00"}}, CONTENT + "x,c,2.25\n")
    outcome = bench.load()
    assert (outcome.load.rows_loaded, outcome.load.rows_quarantined) == (2, 1)


def test_a_manifest_can_be_required(bench: Workbench) -> None:
    bench.deliver("things.csv", CONTENT)
    assert bench.load().values("id") == [1, 2]
    assert "things.csv: has no manifest; deliver things.csv.manifest.json" in refusal(
        bench, manifest="required"
    )
    deliver(bench, {"rows": 2})
    assert bench.load(manifest="required").values("id") == [1, 2], "it may come after the file"


def test_a_manifest_is_no_delivered_file(bench: Workbench) -> None:
    deliver(bench, {"rows": 2})
    found = delivered_files(bench.data, bench.contract(path="things.*"))
    assert [file.name for file in found] == ["things.csv"]


def test_landing_keeps_what_the_manifest_said(bench: Workbench) -> None:
    deliver(bench, {"rows": 3})
    refusal(bench)
    for file in bench.data.iterdir():
        file.unlink()
    assert "has 2 rows, by its manifest 3" in refusal(bench, delivery="increment")
    bench.deliver("things.csv", CONTENT)
    assert "has 2 rows, by its manifest 3" in refusal(bench, delivery="increment")
    deliver(bench, {"rows": 2})
    assert bench.load(delivery="increment").values("id") == [1, 2]


def test_a_file_of_another_digest_does_not_land(bench: Workbench) -> None:
    deliver(bench, {"sha256": "0" * 64})
    refusal(bench)
    assert [file.name for file in bench.landing.glob("*things.csv")] == []
    assert [file.name for file in bench.landing.glob(".partial*")] == []
    deliver(bench, {"sha256": DIGEST})
    assert bench.load().values("id") == [1, 2]


def test_a_new_content_without_a_manifest_has_none(bench: Workbench) -> None:
    deliver(bench, {"rows": 2})
    bench.load()
    (bench.data / "things.csv.manifest.json").unlink()
    assert bench.load_csv(CONTENT + "3,c,1\n").values("id") == [1, 2, 3]


def test_every_format_is_compared(bench: Workbench) -> None:
    bench.deliver("things.jsonl", '{"id": 1, "label": "a", "amount": 2.50}\n')
    bench.deliver("things.jsonl.manifest.json", '{"rows": 2}')
    assert "has 1 rows, by its manifest 2" in refusal(bench, format="jsonl", path="things.jsonl")


def test_totals_are_named_as_in_the_contract_or_in_the_file(bench: Workbench) -> None:
    columns = [
        {"name": "id", "type": "bigint"},
        {"name": "label", "type": "varchar"},
        {"name": "net", "header": "amount", "type": "decimal(18,2)"},
    ]
    for name in ("net", "amount"):
        deliver(bench, {"totals": {name: "3.75"}})
        assert bench.load(columns=columns, loaded_at=LOADED_AT).values("id") == [1, 2]


def test_a_stream_has_no_manifest() -> None:
    with pytest.raises(ValueError, match="manifest has no meaning for a stream"):
        ObjectContract.model_validate(
            {
                "description": "One row per thing",
                "stream": "things",
                "manifest": "required",
                "columns": [{"name": "id", "type": "bigint"}],
                "key": ["id"],
            }
        )
