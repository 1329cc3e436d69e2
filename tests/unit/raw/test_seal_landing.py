"""`make seal-landing`: what older versions landed in the clear is sealed; keys can be changed."""

from __future__ import annotations

import gzip
import json
from datetime import timedelta
from pathlib import Path

import pytest

from assets.raw.connector.pulls import PAGE, PullStore
from assets.raw.errors import FileError
from assets.raw.landing import Manifest
from assets.raw.seal_landing import main, seal_landing
from pipelines.runtime.key_ring import landing_keys
from pipelines.runtime.sealed_files import SUFFIX, SealError, read_sealed, sealed_files
from pipelines.runtime.writers import InstanceBusyError, writing
from tests.unit.raw.conftest import LOADED_AT, Workbench
from tests.unit.raw.connector.landing_bench import LandingBench

ROWS = "id,label,amount\n1,张伟,2.50\n"


def unsealed(home: Path) -> None:
    """The landing as an older version left it."""
    for file in list(sealed_files(home / "landing")):
        plain = file.with_name(file.name.removesuffix(SUFFIX))
        plain.write_bytes(b"".join(read_sealed(file, landing_keys(home))))
        file.unlink()
    for manifest in (home / "landing").rglob(Manifest.NAME):
        manifest.write_text(manifest.read_text().replace(SUFFIX, ""))


def plain_values(home: Path) -> list[Path]:
    files = [file for file in (home / "landing").rglob("*") if file.is_file()]
    return [file for file in files if "张伟" in _text(file)]


def _text(file: Path) -> str:
    content = file.read_bytes()
    return (gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content).decode(
        errors="replace"
    )


def test_what_an_older_version_landed_is_sealed(bench: Workbench, tmp_path: Path) -> None:
    bench.load_csv(ROWS)
    pulled = LandingBench(bench.home)
    pulled.land([json.dumps({"id": 1, "label": "张伟"}, ensure_ascii=False).encode()])
    unsealed(bench.home)
    assert len(plain_values(bench.home)) == 2
    with pytest.raises(FileError, match="restore it from the backup"):
        bench.load()
    assert seal_landing(bench.home).plain == 2
    assert plain_values(bench.home) == []
    assert seal_landing(bench.home).plain == 0
    assert bench.load(LOADED_AT + timedelta(days=1)).values("label") == ["张伟"]
    (again,) = PullStore(bench.home, "shop", "things").done()
    assert [row["label"] for row in pulled.load(again)] == ["张伟"]


def test_a_killed_sealing_goes_on(bench: Workbench) -> None:
    bench.load_csv(ROWS)
    (file,) = sealed_files(bench.landing)
    # Sealed, but neither renamed nor named in the manifest.
    file.rename(file.with_name(file.name.removesuffix(SUFFIX)))
    manifest = bench.landing / Manifest.NAME
    manifest.write_text(manifest.read_text().replace(SUFFIX, ""))
    seal_landing(bench.home)
    assert bench.load().values("label") == ["张伟"]


def test_keys_are_changed_and_old_ones_forgotten(bench: Workbench) -> None:
    bench.load_csv(ROWS)
    LandingBench(bench.home).land([b'{"id":1}'])
    old = landing_keys(bench.home)
    done = seal_landing(bench.home, rotate=True)
    assert (done.plain, done.rewrapped, done.retired) == (0, 2, (old.current_id,))
    assert set(landing_keys(bench.home).keys).isdisjoint(old.keys)
    assert bench.load().values("label") == ["张伟"]


def test_no_key_is_forgotten_while_a_run_may_use_it(bench: Workbench) -> None:
    bench.load_csv(ROWS)
    old = landing_keys(bench.home)
    with writing(bench.home), pytest.raises(InstanceBusyError, match="again when it has ended"):
        seal_landing(bench.home, rotate=True)
    assert landing_keys(bench.home) == old


def test_a_change_of_keys_is_in_the_audit_log(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    bench.load_csv(ROWS)
    monkeypatch.setenv("C360_HOME", str(bench.home))
    monkeypatch.setenv("C360_ENV_FILE", "demo/demo.env")
    assert main(["--rotate"]) == 0
    assert "1 files under a new key" in capsys.readouterr().out
    assert '"key_rotated"' in (bench.home / "audit" / "audit.ndjson").read_text()


def test_a_file_that_does_not_open_keeps_all_keys(bench: Workbench) -> None:
    bench.load_csv(ROWS)
    pull = LandingBench(bench.home).land([b'{"id":1}'])
    page = next(pull.folder.glob(f"*{PAGE}"))
    page.write_bytes(page.read_bytes()[:20])
    old = landing_keys(bench.home)
    with pytest.raises(SealError, match="restore it from the backup"):
        seal_landing(bench.home, rotate=True)
    assert old.keys.items() < landing_keys(bench.home).keys.items()
    assert bench.load().values("label") == ["张伟"]
