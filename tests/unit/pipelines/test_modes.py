"""Modes of an instance: the owner's, and a group's where it may read publications."""

from __future__ import annotations

import grp
import os
import stat
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest

from assets.publish.switch import Publication, publishing, rollback, staging_folder, switch_to
from pipelines.rollback import main as roll_back
from pipelines.runtime import keys
from pipelines.runtime.modes import ModesError, group_id, private_umask, share, shut_instance
from pipelines.runtime.resources import PipelineResource
from pipelines.runtime.settings import Settings

IS_ROOT = os.geteuid() == 0
# No group is made for the tests: root may give files to any, others to their own.
GROUP = grp.getgrnam("users" if IS_ROOT else grp.getgrgid(os.getgid()).gr_name)
NOBODY = 65534


@pytest.fixture(params=[0o000, 0o022, 0o077], ids=oct)
def umask(request: pytest.FixtureRequest) -> Iterator[None]:
    before = os.umask(request.param)
    yield
    os.umask(before)


@pytest.fixture
def home() -> Iterator[Path]:
    """An instance outside the folders of pytest, which only their owner may pass through."""
    with tempfile.TemporaryDirectory(prefix="c360-") as folder:
        home = Path(folder) / "instance"
        Path(folder).chmod(0o755)
        for name in ("builds/run-1", "landing", "dagster/storage", "drop/orders", "secrets"):
            (home / name).mkdir(parents=True)
            (home / name / "file").write_text("personal")
        (home / "left.log").write_text("personal")
        yield home


def publish(home: Path, run_id: str, group: str | None) -> Path:
    shut_instance(home, home / "drop" / "orders", group)
    folder = home / "publish"
    with publishing(folder):
        partial = staging_folder(folder, run_id)
        (partial / "parquet").mkdir()
        for name in ("marts.duckdb", "parquet/rfm.parquet"):
            (partial / name).write_text("rows")
        return switch_to(folder, partial, Publication(run_id, "2017-12-31", run_id, {}), group)


def modes(home: Path) -> dict[str, str]:
    paths = [home, *sorted(home.rglob("*"))]
    return {
        str(path.relative_to(home)): f"{stat.S_IMODE(path.stat().st_mode):o}"
        for path in paths
        if not path.is_symlink()
    }


def published(run_id: str, folder: str, file: str) -> dict[str, str]:
    return {
        f"publish/{run_id}": folder,
        f"publish/{run_id}/marts.duckdb": file,
        f"publish/{run_id}/publication.json": file,
        f"publish/{run_id}/parquet": folder,
        f"publish/{run_id}/parquet/rfm.parquet": file,
    }


@pytest.mark.usefixtures("umask")
def test_without_a_group_all_is_the_owners(home: Path) -> None:
    publish(home, "run-1", None)
    found = modes(home)
    assert found["."] == found["publish"] == "700"
    assert published("run-1", "700", "600").items() <= found.items()
    assert {found[name] for name in ("builds", "landing", "dagster", "secrets")} == {"700"}
    assert found["left.log"] == "600"


@pytest.mark.usefixtures("umask")
def test_with_a_group_it_reads_publications_and_passes_through_home(home: Path) -> None:
    publish(home, "run-1", None)
    publish(home, "run-2", GROUP.gr_name)
    found = modes(home)
    assert (found["."], found["publish"]) == ("710", "750")
    for run_id in ("run-1", "run-2"):
        assert published(run_id, "750", "640").items() <= found.items(), "rollback needs both"
        assert {(home / name).stat().st_gid for name in published(run_id, "", "")} == {GROUP.gr_gid}
    assert {home.stat().st_gid, (home / "publish").stat().st_gid} == {GROUP.gr_gid}
    assert {found[name] for name in ("builds", "landing", "dagster", "secrets")} == {"700"}
    assert found["left.log"] == "600"


def test_a_group_that_is_taken_away_reads_nothing_any_more(home: Path) -> None:
    publish(home, "run-1", GROUP.gr_name)
    publish(home, "run-2", None)
    found = modes(home)
    assert found["."] == found["publish"] == "700"
    assert (published("run-1", "700", "600") | published("run-2", "700", "600")).items() <= (
        found.items()
    )


def test_rollback_gives_the_earlier_publication_to_the_group(home: Path) -> None:
    publish(home, "run-1", None)
    publish(home, "run-2", None)
    shut_instance(home, home / "drop", GROUP.gr_name)
    assert rollback(home / "publish", GROUP.gr_name).run_id == "run-1"
    assert published("run-1", "750", "640").items() <= modes(home).items()


def test_where_deliveries_come_in_the_modes_are_left_alone(home: Path) -> None:
    (home / "drop").chmod(0o775)
    shut_instance(home, home / "drop" / "orders", None)
    assert modes(home)["drop"] == "775"


@pytest.mark.skipif(not IS_ROOT, reason="only root can read as another user")
def test_a_member_reads_the_publication_and_nothing_else_and_a_stranger_nothing(home: Path) -> None:
    publish(home, "run-1", GROUP.gr_name)

    def reads(name: str, groups: list[int]) -> bool:
        done = subprocess.run(
            ["cat", str(home / name)],
            user=NOBODY,
            group=NOBODY,
            extra_groups=groups,
            capture_output=True,
            check=False,
        )
        return done.returncode == 0

    wanted = {"publish/current/marts.duckdb", "publish/current/parquet/rfm.parquet"}
    names = wanted | {"publish/.lock", "builds/run-1/file", "dagster/storage/file", "left.log"}
    names |= {"landing/file", "secrets/file"}
    assert {name for name in names if reads(name, [GROUP.gr_gid])} == wanted
    assert not [name for name in names if reads(name, [])]


def test_a_group_that_is_not_there_is_said() -> None:
    with pytest.raises(ValueError, match=r"no group 'nobody-here'; name one that `getent group`"):
        group_id("nobody-here")


def test_a_group_that_the_user_is_not_in_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1234)
    monkeypatch.setattr(os, "getegid", lambda: 1234)
    monkeypatch.setattr(os, "getgroups", lambda: [1234])
    with pytest.raises(ValueError, match="no member of the group"):
        group_id(GROUP.gr_name)


def test_a_file_of_another_user_is_said(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path, mode: int) -> None:
        raise PermissionError(1, "Operation not permitted")

    (home / "publish").mkdir(mode=0o755)
    monkeypatch.setattr(Path, "chmod", refuse)
    with pytest.raises(ModesError, match=r"publish belongs to another user.* 700; give it"):
        share(home / "publish", None)


def test_the_umask_is_the_owners_meanwhile_and_then_as_before(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        with private_umask():
            (tmp_path / "private").write_text("")
        (tmp_path / "public").write_text("")
    finally:
        os.umask(before)
    assert (modes(tmp_path)["private"], modes(tmp_path)["public"]) == ("600", "644")


class _Resource(PipelineResource):
    home: str

    def settings(self) -> Settings:
        return Settings.model_construct(home=Path(self.home), data=Path("/data"))


def test_a_run_writes_with_the_owners_umask_and_shuts_the_instance(home: Path) -> None:
    @dg.op(required_resource_keys={"pipeline"})
    def write() -> None:
        (home / "builds" / "scratch").write_text("personal")

    @dg.job(resource_defs={"pipeline": _Resource(home=str(home))})
    def night() -> None:
        write()

    before = os.umask(0o022)
    try:
        assert night.execute_in_process(tags=keys.LANDS_ANEW).success
        assert os.umask(0o022) == 0o022
    finally:
        os.umask(before)
    assert modes(home)["builds/scratch"] == "600"
    assert {modes(home)[name] for name in (".", "builds", "landing", "drop")} == {"700"}


def test_the_rollback_command_gives_the_publication_to_the_group(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    publish(home, "run-1", None)
    publish(home, "run-2", None)
    monkeypatch.setenv("C360_HOME", str(home))
    monkeypatch.setenv("C360_PUBLISH_GROUP", GROUP.gr_name)
    assert roll_back() == 0
    assert "Readers now see run run-1" in capsys.readouterr().out
    assert published("run-1", "750", "640").items() <= modes(home).items()
