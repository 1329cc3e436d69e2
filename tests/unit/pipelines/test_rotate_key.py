"""`make rotate-key`: what changes with a new key, what stays, and what a kill leaves behind."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import duckdb
import pytest

from assets.raw.pseudonyms import write_pads
from pipelines import audit, audit_verify, rotate_key
from pipelines.runtime.audit_facts import Action
from pipelines.runtime.audit_log import LOG, AuditError, record, subject_hash
from pipelines.runtime.former_keys import former_keys_file, read_former_keys
from pipelines.runtime.key_file import derived_key, load_key
from pipelines.runtime.settings import Settings, load_settings
from pipelines.runtime.writers import writing

NEW_KEY = "ab" * 32
SUBJECT = "crm_zoho.contacts:1"


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("C360_HOME", str(tmp_path / "home"))
    settings = load_settings()
    record(settings, Action.PURGED, {"number": 1})
    return settings


def actions(settings: Settings) -> list[str]:
    lines = (settings.audit_folder / LOG).read_bytes().splitlines()
    return [json.loads(line)["action"] for line in lines]


def is_whole(settings: Settings) -> bool:
    """Whether `make audit-verify` is content; it adds no entry of its own here."""
    return not audit_verify.check(settings, audit_verify.audit_signers(settings), None).wrong


def refused(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 2) -> str:
    capsys.readouterr()
    assert rotate_key.main(arguments) == code
    shown = capsys.readouterr()
    assert (shown.out, shown.err.count("\n")) == ("", 1)
    return shown.err


def pseudonym(settings: Settings, value: str) -> str:
    with duckdb.connect() as con:
        con.execute("attach ':memory:' as vault")
        write_pads(con, settings.key_file)
        [(found,)] = con.execute(
            "select sha256(opad || unhex(sha256(ipad || encode($1))))"
            " from vault.accounting.pseudonym_pads",
            [value],
        ).fetchall()
    return str(found)


def test_the_key_is_new_and_the_old_one_is_nowhere(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    old = settings.key_file.read_text().strip()
    before = pseudonym(settings, "shop:1")
    assert rotate_key.main([]) == 0
    assert "keep copies of" in capsys.readouterr().out
    assert pseudonym(settings, "shop:1") != before
    for file in settings.home.rglob("*"):
        assert not file.is_file() or old not in file.read_text(errors="replace"), file
    assert {path.name for path in settings.key_file.parent.glob("[!.]*")} == {
        *("pseudonym.key", "former.keys")
    }
    for file in (settings.key_file, former_keys_file(settings.home)):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_the_audit_log_goes_on_through_two_rotations(settings: Settings) -> None:
    for number in range(2):
        assert is_whole(settings)
        assert rotate_key.main([]) == 0
        assert audit_verify.main([]) == 0
        record(settings, Action.PURGED, {"number": number})
    assert actions(settings) == ["purged", *("key_rotated", "verified", "purged") * 2]
    assert is_whole(settings)
    former = read_former_keys(settings.home)
    assert former.audit is None, "who has the old key can sign nothing any more"
    log = settings.audit_folder / LOG
    log.write_bytes(log.read_bytes().replace(b'"number":1', b'"number":7', 1))
    assert not is_whole(settings), "an entry from before the rotations"


def test_the_old_key_signs_nothing_any_more(settings: Settings) -> None:
    files = [settings.key_file, *settings.audit_folder.glob("*.*son")]
    before = {file: file.read_bytes() for file in files}
    assert rotate_key.main([]) == 0
    for file in files[1:]:
        file.write_bytes(before[file])
    assert not is_whole(settings), "somebody put the log of before the rotation back"
    with pytest.raises(AuditError, match="OLD_KEY_FILE"):
        record(settings, Action.PURGED, {"number": 2})


def test_what_was_recorded_of_a_subject_is_still_found(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    named = []
    for _ in range(3):
        named.append(subject_hash(settings, SUBJECT))
        record(settings, Action.LOOKED_UP, {"subjects": [named[-1]]})
        assert rotate_key.main([]) == 0
    assert len(set(named)) == 3
    capsys.readouterr()
    audit.main(["--subject", SUBJECT])
    assert "3 entries" in capsys.readouterr().out
    audit.main(["--subject", "crm_zoho.contacts:2"])
    assert capsys.readouterr().out == "0 entries\n"


class Killed(BaseException):
    """The process is gone."""


@pytest.mark.parametrize(
    ("before", "is_new"),
    [("_keep_former", False), ("_write_key", False), ("record", True)],
)
@pytest.mark.parametrize("goes_on_with", ["rotate-key", "an entry", "audit-verify"])
def test_a_kill_leaves_the_old_key_or_the_new_one(
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    before: str,
    is_new: bool,
    goes_on_with: str,
) -> None:
    def killed(*_: object) -> None:
        raise Killed

    old = load_key(settings.key_file)
    with monkeypatch.context() as patch:
        patch.setattr(rotate_key, before, killed)
        with pytest.raises(Killed):
            rotate_key.main([])
    assert (load_key(settings.key_file) != old) is is_new
    assert is_whole(settings)
    if goes_on_with == "rotate-key":
        assert rotate_key.main([]) == 0
        assert load_key(settings.key_file) != old
        expected = ["purged", "key_rotated"]
    elif goes_on_with == "an entry":
        record(settings, Action.PURGED, {"number": 2})
        expected = ["purged", *(["key_rotated"] if is_new else []), "purged"]
    else:
        assert audit_verify.main([]) == 0
        expected = ["purged", *(["key_rotated"] if is_new else []), "verified"]
    assert actions(settings) == expected
    assert is_whole(settings)
    left = read_former_keys(settings.home).audit
    assert left in (None, derived_key(load_key(settings.key_file), "audit").hex())


def test_a_kill_between_the_entry_and_its_head(settings: Settings) -> None:
    head = (settings.audit_folder / "head.json").read_bytes()
    former = former_keys_file(settings.home)
    pending = {"audit": derived_key(load_key(settings.key_file), "audit").hex()}
    assert rotate_key.main([]) == 0
    (settings.audit_folder / "head.json").write_bytes(head)
    former.write_text(json.dumps({**json.loads(former.read_text()), **pending}))
    assert is_whole(settings)
    record(settings, Action.PURGED, {"number": 2})
    assert actions(settings) == ["purged", "key_rotated", "purged"]
    assert is_whole(settings)
    assert read_former_keys(settings.home).audit is None


def test_a_broken_log_keeps_its_key(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    key = settings.key_file.read_bytes()
    log = settings.audit_folder / LOG
    log.write_bytes(log.read_bytes().replace(b'"number":1', b'"number":2'))
    assert "the audit log is not whole (line 1: edited" in refused(capsys, code=1)
    log.unlink()
    (settings.audit_folder / "head.json").unlink()
    (settings.home / "publish" / "current").mkdir(parents=True)
    assert "the log was removed" in refused(capsys, code=1)
    assert settings.key_file.read_bytes() == key
    assert not former_keys_file(settings.home).exists()


def test_damage_that_is_known_does_not_hold_it_up(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    (settings.audit_folder / "head.json").unlink()
    entry = record(settings, Action.PURGED, {"number": 2})
    assert "head_missing" in refused(capsys, code=1)
    assert rotate_key.main(["--anchor", f"{entry.seq}:{entry.hash}"]) == 0


def test_not_while_a_run_writes(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    key = settings.key_file.read_bytes()
    with writing(settings.home):
        assert "A run is writing" in refused(capsys)
    assert settings.key_file.read_bytes() == key


def test_a_key_from_a_secret_store_takes_over(
    settings: Settings,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    mounted, old = tmp_path / "mounted.key", tmp_path / "old.key"
    mounted.write_bytes(settings.key_file.read_bytes())
    old.write_bytes(settings.key_file.read_bytes())
    settings.key_file.unlink()
    link = tmp_path / "pseudonym.key"
    link.symlink_to(mounted)
    monkeypatch.setenv("C360_PSEUDONYM_KEY_FILE", str(link))
    assert "make rotate-key OLD_KEY_FILE=copy" in refused(capsys)
    arguments = ("--old-key-file", str(old))
    assert "openssl rand -hex 32" in refused(capsys, *arguments)
    mounted.write_text(NEW_KEY)
    with pytest.raises(AuditError, match="make rotate-key OLD_KEY_FILE="):
        record(load_settings(), Action.PURGED, {"number": 2})
    assert "there is no file" in refused(capsys, "--old-key-file", str(tmp_path / "none"))
    assert rotate_key.main(arguments) == 0
    assert is_whole(load_settings())
    assert actions(settings) == ["purged", "key_rotated"]
    assert link.is_symlink()
    assert "not whole" in refused(capsys, *arguments, code=1), "it has been done"


def test_a_key_that_somebody_replaced_by_hand_is_not_signed_over(
    settings: Settings, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    kept = settings.key_file.rename(tmp_path / "kept.key")
    settings.key_file.write_text(NEW_KEY)
    assert "another key" in refused(capsys, code=1)
    assert settings.key_file.read_text() == NEW_KEY
    assert rotate_key.main(["--old-key-file", str(kept)]) == 0
    assert is_whole(settings)


def test_a_restored_log_is_taken_over_by_the_newest_key(settings: Settings, tmp_path: Path) -> None:
    old = tmp_path / "old.key"
    old.write_bytes(settings.key_file.read_bytes())
    backup = {file: file.read_bytes() for file in settings.audit_folder.glob("*.*son")}
    assert rotate_key.main([]) == 0
    for file, content in backup.items():
        file.write_bytes(content)
    assert rotate_key.main(["--old-key-file", str(old)]) == 0
    assert is_whole(settings)
    assert actions(settings) == ["purged", "key_rotated"]
    assert len(read_former_keys(settings.home).subjects) == 1


def test_without_a_key_there_is_nothing_to_rotate(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.key_file.unlink()
    assert "nothing to rotate" in refused(capsys)
    assert not settings.key_file.exists()


@pytest.mark.parametrize("content", ["", "{}x", '{"audit": "12"}', '{"subjects": ["zz"]}'])
def test_damaged_former_keys_are_one_line(
    settings: Settings, capsys: pytest.CaptureFixture[str], content: str
) -> None:
    former_keys_file(settings.home).write_text(content)
    key = settings.key_file.read_bytes()
    assert "former.keys: holds no former keys; restore it" in refused(capsys)
    assert settings.key_file.read_bytes() == key
