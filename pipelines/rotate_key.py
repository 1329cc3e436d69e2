"""`make rotate-key`: a new pseudonym key 假名密钥轮换; pseudonyms change from the next run on.

Customers keep their customer_key, who was erased stays out, the audit log goes on. Where a secret
store fills the key file: put the new key there, and name a file with the old one, OLD_KEY_FILE=.
Damage of the audit log that is known: ANCHOR=seq:hash, as for `make audit-verify`.

Exit codes: 0 rotated; 1 the audit log is not whole; 2 not rotated, for another reason.
"""

from __future__ import annotations

import argparse
import os
import secrets
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from pipelines.audit_verify import anchor_of, check
from pipelines.runtime.audit_facts import Action
from pipelines.runtime.audit_lines import Signer
from pipelines.runtime.audit_log import ROTATED, AuditError, record
from pipelines.runtime.former_keys import (
    AUDIT,
    FILE_NAME,
    SUBJECT,
    FormerKeys,
    former_keys_file,
    former_keys_locked,
    key_id,
    pending_audit_key,
    read_former_keys,
    write_former_keys,
)
from pipelines.runtime.key_file import KEY_BYTES, KeyFileError, derived_key, load_key
from pipelines.runtime.private_files import written_whole
from pipelines.runtime.settings import Settings, SettingsError, load_settings
from pipelines.runtime.suppression import LIST, PURPOSE, key_ids
from pipelines.runtime.writers import InstanceBusyError, nobody_writes

EXIT_BROKEN_LOG = 1
EXIT_NOT_ROTATED = 2
Anchor = tuple[int, str] | None


class RotationError(Exception):
    """One line: why the key was not rotated, and what to do."""


class BrokenLogError(RotationError):
    """The audit log does not verify: a new key would sign what nobody can vouch for."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Rotate, and say what to keep now."""
    parser = argparse.ArgumentParser(prog="make rotate-key", description=__doc__)
    parser.add_argument("--old-key-file", default="", help="where a secret store holds the new key")
    parser.add_argument("--anchor", default="", help="seq:hash, as `make audit-verify` printed it")
    options = parser.parse_args(arguments)
    try:
        settings = load_settings()
        anchor = anchor_of(options.anchor)
        with nobody_writes(settings.home):
            if pending_audit_key(settings):
                record(settings, Action.KEY_ROTATED, ROTATED)
                sys.stdout.write("A rotation that had been interrupted is finished.\n")
            elif options.old_key_file:
                take_over(settings, Path(options.old_key_file).expanduser(), anchor)
            else:
                rotate(settings, anchor)
    except BrokenLogError as error:
        sys.stderr.write(f"error: {error}\n")
        return EXIT_BROKEN_LOG
    except (AuditError, InstanceBusyError, KeyFileError, RotationError, SettingsError) as error:
        sys.stderr.write(f"error: {error}\n")
        return EXIT_NOT_ROTATED
    sys.stdout.write(
        f"A new key is in force: keep copies of {settings.key_file} and of "
        f"{settings.home / 'secrets' / FILE_NAME} elsewhere, now. Pseudonyms change with the next "
        "run; customer keys stay. See docs/runbooks/rotate-keys.md\n"
    )
    return 0


def rotate(settings: Settings, anchor: Anchor = None) -> None:
    """Make a new key. Killed at any point, it leaves the old key in force or the new one.

    Raises:
        RotationError: there is nothing to rotate, or it must be done in another place.
        KeyFileError: the suppression list was made with another key.
    """
    file = settings.key_file
    if not file.exists():
        raise RotationError(f"{file} is not there, so there is nothing to rotate")
    if (
        file.is_symlink()
        or file.stat().st_uid != os.geteuid()
        or not os.access(file.parent, os.W_OK)
    ):
        raise RotationError(_not_ours(file))
    old, new = load_key(file), secrets.token_bytes(KEY_BYTES)
    _refuse_broken_log(settings, old, anchor)
    _keep_former(settings, old, new)
    try:
        _write_key(file, new)
    except OSError:
        raise RotationError(_not_ours(file)) from None
    record(settings, Action.KEY_ROTATED, ROTATED)


def take_over(settings: Settings, old_key_file: Path, anchor: Anchor = None) -> None:
    """Let the key that somebody put into the key file take over from the old one.

    Raises:
        RotationError: one of both keys is not there, or they are the same.
        KeyFileError: the suppression list was made with neither.
    """
    for file in (settings.key_file, old_key_file):
        if not file.is_file():
            raise RotationError(f"there is no file {file}; the new key lies in the key file first")
    old, new = load_key(old_key_file), load_key(settings.key_file)
    if old == new:
        raise RotationError(
            f"{old_key_file} holds the key that is in force; put a new one into "
            f"{settings.key_file} first: openssl rand -hex {KEY_BYTES}"
        )
    _refuse_broken_log(settings, old, anchor)
    _keep_former(settings, old, new)
    record(settings, Action.KEY_ROTATED, ROTATED)


def _refuse_broken_log(settings: Settings, old: bytes, anchor: Anchor) -> None:
    found = check(settings, [Signer(old)], anchor)
    if found.wrong:
        raise BrokenLogError(
            f"the audit log is not whole ({found.wrong[0]}), so the key stays; see "
            "`make audit-verify`, and give ANCHOR=seq:hash for damage that is known"
        )


def _keep_former(settings: Settings, old: bytes, new: bytes) -> None:
    """Keep what the old key is still needed for; it does no harm while the old one is in force."""
    with _needs_secrets(settings.home), former_keys_locked(settings.home):
        before = read_former_keys(settings.home)
        subject = derived_key(old, SUBJECT).hex()
        kept = FormerKeys(
            suppression=_suppression(settings, before, old, new),
            audit=derived_key(old, AUDIT).hex(),
            subjects=(*(it for it in before.subjects if it != subject), subject),
        )
        write_former_keys(settings.home, kept)


def _suppression(settings: Settings, before: FormerKeys, old: bytes, new: bytes) -> str | None:
    """The key of the suppression list, where it does not follow from the new key."""
    found = key_ids(settings.home)
    by_new = derived_key(new, PURPOSE)
    if found <= {key_id(by_new)}:
        return None
    known = [bytes.fromhex(before.suppression)] if before.suppression else []
    for key in (*known, derived_key(old, PURPOSE)):
        if found == {key_id(key)}:
            return key.hex()
    raise KeyFileError(
        f"{settings.home / LIST} was made with none of the keys that are here; put secrets/"
        f"{FILE_NAME} back from where your keys are kept"
    )


@contextmanager
def _needs_secrets(home: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise RotationError(
            f"{former_keys_file(home)} cannot be written ({error.strerror}), so nothing was "
            "rotated; its folder must be writable for the user of the pipeline"
        ) from None


def _write_key(file: Path, key: bytes) -> None:
    with written_whole(file) as handle:
        handle.write(key.hex().encode() + b"\n")


def _not_ours(file: Path) -> str:
    return (
        f"{file} is not ours to write, so the key stays; copy it to a private file, put a new key "
        f"in its place where it comes from (openssl rand -hex {KEY_BYTES}), then: "
        "make rotate-key OLD_KEY_FILE=copy"
    )


if __name__ == "__main__":
    sys.exit(main())
