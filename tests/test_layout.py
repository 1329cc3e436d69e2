"""The house stands where its papers say: packages, names, files."""

from __future__ import annotations

import subprocess
import tomllib
from pathlib import Path

import yaml

import assets
import expectations
import pipelines

ROOT = Path(__file__).resolve().parents[1]


def test_our_packages_are_the_ones_of_this_checkout() -> None:
    for package in (assets, expectations, pipelines):
        assert Path(package.__file__).parent.parent == ROOT, f"{package.__name__} is a stranger's"


def test_both_ways_to_load_name_the_same_location_and_module() -> None:
    workspace = yaml.safe_load((ROOT / "workspace.yaml").read_text())["load_from"][0]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["dg"]["project"]
    assert workspace["python_module"]["location_name"] == project["code_location_name"]
    assert workspace["python_module"]["module_name"] == project["code_location_target_module"]


def test_every_package_says_what_belongs_in_it_and_imports_nothing() -> None:
    for file in ROOT.glob("[ape]*/**/__init__.py"):
        body = file.read_text()
        assert body.startswith('"""'), f"{file.relative_to(ROOT)} has no docstring"
        assert "import " not in body.split('"""', 2)[2], f"{file.relative_to(ROOT)} imports"


def test_nothing_generated_or_secret_is_committed() -> None:
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    bad = [
        name
        for name in listed
        if name.startswith(("var/", ".venv/", "dbt_project/target/")) or name == ".env"
    ]
    assert bad == []
    large = [name for name in listed if (ROOT / name).stat().st_size > 1_000_000]
    assert large == []
