"""docs/add-a-source.md, followed to the letter: a survey tool becomes a source of the warehouse."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from demo.servers.base import Answer, LocalServer, Request, json_answer
from tests.integration.company import ROOT

GUIDE = ROOT / "docs" / "add-a-source.md"
TOKEN = "survey-token-of-nobody"
PAGE_SIZE = 100


class SurveyTool(LocalServer):
    """What the guide says that the survey tool answers."""

    def __init__(self) -> None:
        super().__init__()
        self.asked_since: list[str | None] = []
        self.answers: dict[str, dict[str, Any]] = {
            f"A{number:04}": {
                "id": f"A{number:04}",
                "respondent": {"email": f"person{number}@example.com"},
                "score": number % 11,
                "answered_at": f"2017-11-{number % 28 + 1:02}T08:00:00+08:00",
            }
            for number in range(250)
        }

    def respond(self, request: Request) -> Answer:
        if request.headers.get("authorization") != f"Bearer {TOKEN}":
            return json_answer({"error": "who are you?"}, 401)
        since = request.query.get("changed_since")
        start = int(request.query.get("cursor") or 0)
        if start == 0:
            self.asked_since.append(since)
        rows = list(self.answers.values()) if since is None else self._changed
        page = rows[start : start + PAGE_SIZE]
        more = start + PAGE_SIZE < len(rows)
        return json_answer({"data": page, "next_cursor": str(start + PAGE_SIZE) if more else None})

    @property
    def _changed(self) -> list[dict[str, Any]]:
        return [row for row in self.answers.values() if row["answered_at"] > "2017-12"]


@pytest.fixture
def survey_tool() -> Iterator[SurveyTool]:
    with SurveyTool() as server:
        yield server


def written_by_the_guide() -> dict[str, str]:
    """The files of the guide's section, by the name that stands before each block."""
    section = GUIDE.read_text(encoding="utf-8").split("## A system with a JSON API")[1]
    section = section.split("### Keys of an object that comes")[0]
    files = {}
    for match in re.finditer(r"```(?:yaml|sql)\n(.*?)```", section, re.DOTALL):
        named = re.findall(r"`([\w/]+\.(?:yml|sql))`", section[: match.start()])
        files[named[-1]] = match[1]
    return files


def test_a_rest_source_is_added_without_python(survey_tool: SurveyTool, tmp_path: Path) -> None:
    files = written_by_the_guide()
    sources = tmp_path / "sources"
    sources.mkdir()
    (sources / "survey.yml").write_text(files.pop("survey.yml"), encoding="utf-8")
    project = tmp_path / "dbt_project"
    shutil.copytree(ROOT / "dbt_project", project, ignore=shutil.ignore_patterns("target", "logs"))
    for name, content in files.items():
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(content, encoding="utf-8")
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("C360_")},
        "C360_ENV_FILE": "demo/demo.env",
        "C360_SOURCES": str(sources),
        "C360_HOME": str(tmp_path / "home"),
        "SURVEY_URL": survey_tool.url,
        "SURVEY_TOKEN": TOKEN,
        "DO_NOT_TRACK": "1",
    }

    def run(*arguments: str, folder: Path = ROOT) -> str:
        done = subprocess.run(
            [sys.executable, "-m", *arguments],
            cwd=folder, env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    said = run("assets.raw.check_sources", "--source", "survey")
    assert re.search(r"^ok +survey\.answers ", said, re.MULTILINE), said

    build = tmp_path / "trial"
    load = ("assets.raw.load", "--build", str(build), "--only", "survey")
    assert re.search(r"survey\.answers +250 +250 +0", run(*load))

    survey_tool.answers["A0007"]["score"] = 10
    survey_tool.answers["A0007"]["answered_at"] = "2017-12-05T08:00:00+08:00"
    run(*load)
    first, second = survey_tool.asked_since[-2:]
    assert first is None, "the first pull asks for everything"
    assert second is not None, "the second pull asks for changes only"

    values = f"{{build_dir: '{build}', as_of: '2017-12-31', timezone: Asia/Shanghai}}"
    run(
        "dbt.cli.main", "--quiet", "--no-use-colors", "run", "--select", "stg_survey__answers",
        "--vars", values, "--profiles-dir", ".", "--log-path", str(tmp_path / "logs"),
        folder=project,
    )  # fmt: skip
    with duckdb.connect(str(build / "vault.duckdb"), read_only=True) as reader:
        staged = reader.execute(
            "select answer_id, respondent_email, answer_score from staging.stg_survey__answers"
        ).fetchall()
    truth = [
        (row["id"], row["respondent"]["email"], row["score"])
        for row in survey_tool.answers.values()
    ]
    assert sorted(staged) == sorted(truth)
