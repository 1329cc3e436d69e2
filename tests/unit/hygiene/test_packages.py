"""Packages are pinned with hashes and without addresses; what is installed can be listed."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[3]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
LOCKS = ("requirements.lock", "requirements-data.lock")
PINNED = re.compile(r"^([a-z0-9-]+)(?:\[[a-z0-9,-]+\])?==(\S+)", re.MULTILINE)


def _direct() -> list[Requirement]:
    extras = PROJECT["project"]["optional-dependencies"]
    named = [*PROJECT["project"]["dependencies"], *extras["demo"], *extras["dev"]]
    return [Requirement(text) for text in named]


def _name(text: str) -> str:
    return re.sub(r"[-_.]+", "-", text).lower()


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_holds_versions_and_hashes_and_no_address(lock: str) -> None:
    text = (ROOT / lock).read_text()
    assert "://" not in text
    assert "--index" not in text
    packages = re.split(r"\n(?=\S)", text.strip())
    assert len(packages) == len(PINNED.findall(text))
    for package in packages:
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", package), package


def test_every_direct_dependency_is_locked_in_a_version_that_it_allows() -> None:
    locked = dict(PINNED.findall((ROOT / LOCKS[0]).read_text()))
    for requirement in _direct():
        assert locked[_name(requirement.name)] in requirement.specifier, requirement
    data = {Requirement(it) for it in PROJECT["dependency-groups"]["test-data"]}
    assert {f"{it.name}{it.specifier}" for it in data} == {
        f"{name}=={version}" for name, version in PINNED.findall((ROOT / LOCKS[1]).read_text())
    }


def test_setup_installs_nothing_but_what_is_locked() -> None:
    makefile = (ROOT / "Makefile").read_text()
    installs = [line for line in makefile.splitlines() if "pip install" in line]
    assert len(installs) == 3
    locked = next(line for line in makefile.splitlines() if line.startswith("LOCKED :="))
    assert "--require-hashes" in locked
    assert "--only-binary :all:" in locked
    assert all("$(LOCKED)" in line or "--no-index" in line for line in installs)


def test_a_file_with_another_hash_is_refused(tmp_path: Path) -> None:
    wheel = tmp_path / "tiny-1-py3-none-any.whl"
    shutil.make_archive(str(tmp_path / "empty"), "zip", tmp_path, ".")
    (tmp_path / "empty.zip").rename(wheel)
    lock = tmp_path / "tiny.lock"
    lock.write_text("tiny==1 --hash=sha256:" + "0" * 64 + "\n")
    options = ["--require-hashes", "--only-binary", ":all:", "--no-index", "--dry-run"]
    done = subprocess.run(
        [sys.executable, "-m", "pip", "install", *options, "--find-links", tmp_path, "-r", lock],
        capture_output=True,
        text=True,
    )
    assert done.returncode != 0
    assert "DO NOT MATCH THE HASHES" in done.stderr


def test_the_list_of_packages_names_our_dependencies(tmp_path: Path) -> None:
    listed = tmp_path / "sbom.json"
    command = ["-m", "cyclonedx_py", "environment", "--pyproject", ROOT / "pyproject.toml"]
    output = ["--output-format", "JSON", "--output-file", listed]
    subprocess.run(
        [sys.executable, *command, *output, sys.executable], check=True, capture_output=True
    )
    sbom = json.loads(listed.read_text())
    found = {_name(it["name"]): it["version"] for it in sbom["components"]}
    assert {_name(it.name) for it in _direct()} <= set(found)
    assert sbom["metadata"]["component"]["name"] == PROJECT["project"]["name"]
    ignored = subprocess.run(["git", "check-ignore", "build/sbom.json"], cwd=ROOT)
    assert ignored.returncode == 0
