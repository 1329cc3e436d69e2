"""The restore drill: back up, change, damage, bring back, compare; and all that may be wrong."""

from __future__ import annotations

import fcntl
import re
import shutil
import sqlite3
import stat
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from pipelines.backup import __main__ as backup_command
from pipelines.backup import restore as restore_command
from pipelines.backup import verify as verify_command
from pipelines.backup.errors import BackupError
from pipelines.backup.expiry import expire_before
from pipelines.backup.renewal import forget_all_but_latest
from pipelines.backup.repository import repository_of, snapshots
from pipelines.backup.suppression_replay import mark_replayed, replay_needed
from pipelines.backup.take import take_backup
from pipelines.runtime.key_file import KeyFileError, load_key
from pipelines.runtime.settings import load_settings
from pipelines.runtime.writers import writing
from tests.integration.backup.company import Company, First
from tests.integration.backup.instance import (
    CANARY,
    RUN,
    hashes,
    is_state,
)


def test_a_backup_is_told_in_a_line(backed_up: First) -> None:
    first, second = backed_up.said.splitlines()
    assert "A new repository" in first
    assert "Keep copies of that file, of" in first
    assert re.search(r"Backup \w{8}: 5\.\d MB in 17 files, \d\.\d MB added; 1 snapshots", second)


def test_what_comes_back_is_what_went_in(company: Company) -> None:
    before = {path: digest for path, digest in hashes(company.home).items() if is_state(path)}
    shutil.rmtree(company.home / "landing")
    (company.home / "builds" / RUN / "vault.duckdb").write_bytes(b"damaged")
    restored = company.restore()
    said = company.capsys.readouterr().out
    assert "17 files" in said
    assert "every one verified" in said
    assert hashes(restored) == before
    assert (restored / "publish" / "current").readlink() == Path(RUN)
    with duckdb.connect(str(restored / "builds" / RUN / "vault.duckdb"), read_only=True) as con:
        assert con.execute("select count(*) from people").fetchall() == [(1000,)]
    with closing(sqlite3.connect(restored / "dagster" / "history" / "runs.db")) as runs:
        assert runs.execute("select run_id from runs").fetchall() == [(RUN,)]
    modes = {
        stat.S_IMODE(path.stat().st_mode)
        for path in [restored, *restored.rglob("*")]
        if not path.is_symlink()
    }
    assert modes == {0o600, 0o700}
    assert company.actions() == ["purged", "backed_up", "restored"]
    assert company.actions(restored) == ["purged", "backed_up", "restored"], "with what came since"


def test_a_second_backup_adds_what_changed(company: Company) -> None:
    changed = company.home / "landing" / "shop" / "customers" / "0000-customers.csv"
    content = changed.read_bytes()
    changed.unlink()
    changed.write_bytes(content[:-50_000] + bytes(50_000))
    second = take_backup(company.settings)
    assert second.snapshots == 2
    assert second.total_bytes > 5_000_000
    assert 50_000 < second.added_bytes < 2_500_000
    assert take_backup(company.settings).added_bytes < 100_000, "what was written of the backup"


def test_keys_stay_out_and_nothing_can_be_read_without_them(company: Company) -> None:
    files = [path for path in company.repository.rglob("*") if path.is_file()]
    assert files
    secret = (company.home / "secrets" / "pseudonym.key").read_text().strip()
    for file in files:
        content = file.read_bytes()
        assert CANARY.encode() not in content
        assert b"customers.csv" not in content
        assert secret.encode() not in content
    password = company.home / "secrets" / "backup.password"
    assert stat.S_IMODE(password.stat().st_mode) == 0o600
    restored = company.restore()
    assert {path.name for path in (restored / "secrets").iterdir()} == {
        *("landing.keys", "pseudonym.key")
    }
    assert (restored / "secrets" / "pseudonym.key").read_bytes() == b"", "a place for the old key"
    assert not (company.home / ".backup" / "frozen").exists(), "nothing is left behind"


def test_a_wrong_or_missing_password_is_one_line(company: Company) -> None:
    password = company.home / "secrets" / "backup.password"
    kept = password.read_bytes()
    password.write_bytes(b"another\n")
    for command in (backup_command.main, verify_command.main):
        assert "does not open with this password" in company.refused(command)
    password.chmod(0o644)
    assert "chmod 600" in company.refused(verify_command.main)
    password.unlink()
    assert "put the password of the repository back" in company.refused(verify_command.main)
    assert "there is a repository already" in company.refused(backup_command.main)
    assert not password.exists(), "no new password is made for an old repository"
    password.write_bytes(kept)
    password.chmod(0o600)
    company.backup()


def test_a_damaged_repository_is_noticed(company: Company) -> None:
    assert verify_command.main() == 0
    assert "1 snapshots, every byte of them read and whole" in company.capsys.readouterr().out
    packs = [path for path in (company.repository / "data").rglob("*") if path.is_file()]
    pack = max(packs, key=lambda path: path.stat().st_size)
    content = bytearray(pack.read_bytes())
    content[len(content) // 2] ^= 1
    pack.chmod(0o600)
    pack.write_bytes(content)
    assert "the repository is damaged" in company.refused(verify_command.main)
    out = company.folder / "restored"
    company.refused(restore_command.main, "--out", str(out))
    assert not out.exists(), "half an instance is not left behind"
    pack.unlink()
    assert "the repository is damaged" in company.refused(verify_command.main)


def test_a_restore_never_writes_over_anything(company: Company) -> None:
    before = hashes(company.home)
    (company.folder / "full").mkdir()
    (company.folder / "full" / "file").touch()
    for out, words in (
        ("", "Name an empty folder"),
        (str(company.home), "never writes over it"),
        (str(company.home / "restored"), "never writes over it"),
        (str(company.folder / "full"), "is not an empty folder"),
    ):
        assert words in company.refused(restore_command.main, "--out", out)
    out = str(company.folder / "new")
    refused = company.refused(restore_command.main, "--out", out, "--snapshot", "ffff")
    assert "SNAPSHOT=ffff: there is none" in refused
    refused = company.refused(restore_command.main, "--out", out, "--suppression", "/nowhere")
    assert "there is no such file" in refused
    assert not Path(out).exists()
    assert hashes(company.home) == before


def test_an_older_snapshot_can_be_named(company: Company) -> None:
    (first,) = company.snapshots()
    (company.home / "some_new_state" / "deep" / "er" / "state.json").write_text("[]")
    take_backup(company.settings)
    state = Path("some_new_state") / "deep" / "er" / "state.json"
    assert (company.restore("new") / state).read_text() == "[]"
    assert (company.restore("old", "--snapshot", first[:10]) / state).read_text() == "{}"


def test_the_live_list_of_erased_people_is_merged_in(company: Company) -> None:
    listed = company.home / "suppression" / "list.ndjson"
    listed.write_text('{"subject":"b"}\n{"subject":"c"}\n')
    merged = company.restore() / "suppression" / "list.ndjson"
    assert merged.read_text() == '{"subject":"a"}\n{"subject":"b"}\n{"subject":"c"}\n'
    other = company.folder / "sent"
    other.mkdir()
    (other / "list.ndjson").write_text('{"subject":"d"}')
    merged = company.restore("with_list", "--suppression", str(other))
    assert (merged / "suppression" / "list.ndjson").read_text().splitlines() == [
        '{"subject":"a"}',
        '{"subject":"b"}',
        '{"subject":"d"}',
    ]


def test_a_machine_that_is_lost_comes_back_elsewhere(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = {path: digest for path, digest in hashes(company.home).items() if is_state(path)}
    safe = company.folder / "safe"
    shutil.copytree(company.home / "secrets", safe)
    shutil.rmtree(company.home)
    monkeypatch.setenv("C360_BACKUP_PASSWORD_FILE", str(safe / "backup.password"))
    restored = company.restore()
    assert "this restore is not in the audit log" in company.capsys.readouterr().out
    assert not company.home.exists(), "nothing is made where the lost instance was"
    assert hashes(restored) == before
    with pytest.raises(KeyFileError, match="restore it from where its copy is kept"):
        load_key(restored / "secrets" / "pseudonym.key")
    shutil.copy(safe / "pseudonym.key", restored / "secrets" / "pseudonym.key")
    monkeypatch.setenv("C360_HOME", str(restored))
    assert replay_needed(restored)
    settings = load_settings()
    with pytest.raises(BackupError, match="suppression list was not replayed"):
        take_backup(settings)
    mark_replayed(restored)
    assert not replay_needed(restored)
    assert take_backup(settings).snapshots == 2


def test_nothing_is_copied_while_a_run_writes_or_publishes(company: Company) -> None:
    with writing(company.home):
        assert "A run is writing" in company.refused(backup_command.main)
    with (company.home / "publish" / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert "switching the publication" in company.refused(backup_command.main)


def test_an_erasure_leaves_no_older_backup(company: Company) -> None:
    probe = company.home / "landing" / "shop" / "customers" / "0001-customers.csv"
    size = sum(path.stat().st_size for path in company.repository.rglob("*"))
    probe.unlink()
    assert forget_all_but_latest(company.settings) == 1
    assert len(company.snapshots()) == 1
    left = sum(path.stat().st_size for path in company.repository.rglob("*"))
    assert size - left > 900_000, "the file's megabyte is gone from the repository, too"
    restored = company.restore()
    assert not (restored / probe.relative_to(company.home)).exists()
    assert "purged" in company.actions()[-2:]


def test_snapshots_expire_by_date_but_never_the_last(company: Company) -> None:
    (first,) = snapshots(repository_of(company.settings))
    with pytest.raises(BackupError, match="No snapshot would be left"):
        expire_before(company.settings, datetime.now(UTC) + timedelta(days=1))
    second = take_backup(company.settings).snapshot
    assert expire_before(company.settings, first.time) == 0
    assert expire_before(company.settings, second.time) == 1
    assert company.snapshots() == [second.id]


def test_backups_older_than_the_limit_go(company: Company) -> None:
    restic = repository_of(company.settings)
    ours = ("--host", "customer-360", "--tag", "customer-360")
    old = datetime.now(UTC) - timedelta(days=31)
    restic.run("backup", "--time", f"{old:%Y-%m-%d %H:%M:%S}", *ours, ".", cwd=company.folder)
    restic.run("backup", "--host", "somebody", "--tag", "else", "pyproject.toml")
    assert len(company.snapshots()) == 2
    assert take_backup(company.settings).snapshots == 2
    assert "somebody" in restic.run("snapshots"), "what is not ours stays"
