"""`make seal-landing`: everything that landed is sealed, under the newest key with ROTATE=1 (换钥).

Seals what older versions landed in the clear. With `--rotate` a new key is made, each file's
own key is wrapped by it, and older keys are forgotten once nothing needs them any more: from then
on, a copy of the old key file opens nothing that lies here.
"""

from __future__ import annotations

import argparse
import os
import sys
from dataclasses import dataclass, replace
from pathlib import Path

from assets.raw.connector.pulls import PAGE
from assets.raw.landing import Manifest
from assets.raw.mends import MENDS
from pipelines.runtime.audit_facts import Action
from pipelines.runtime.audit_log import AuditError, record
from pipelines.runtime.key_file import KeyFileError
from pipelines.runtime.key_ring import KeyRing, add_key, landing_keys, retire_old_keys
from pipelines.runtime.private_files import locked
from pipelines.runtime.sealed_files import (
    SUFFIX,
    SealError,
    is_sealed,
    rewrap,
    seal_in_place,
    sealed_files,
)
from pipelines.runtime.settings import SettingsError, load_settings
from pipelines.runtime.writers import InstanceBusyError, nobody_writes


@dataclass(frozen=True)
class Sealed:
    """What was done: files that had been plain, files under a new key, keys that are gone."""

    plain: int
    rewrapped: int
    retired: tuple[str, ...] = ()


def seal_landing(home: Path, rotate: bool = False) -> Sealed:
    """Seal what is plain; with `rotate` under a new key, and all that was sealed before too.

    Raises:
        InstanceBusyError: a run is under way.
        SealError: a file cannot be opened; all keys are kept.
    """
    landing = home / "landing"
    with nobody_writes(home):
        keys = add_key(landing_keys(home)) if rotate else landing_keys(home)
        plain = sum(_seal_folder(Path(root), keys) for root, _, _ in os.walk(landing))
        rewrapped = sum(rewrap(file, keys) for file in sealed_files(landing)) if rotate else 0
        retired = tuple(retire_old_keys(keys)) if rotate else ()
    return Sealed(plain, rewrapped, retired)


def _seal_folder(folder: Path, keys: KeyRing) -> int:
    """Seal the plain files of one folder; a manifest learns their new names."""
    if (folder / Manifest.NAME).exists():
        with locked(folder):
            return _seal_deliveries(folder, keys)
    names = (PAGE.removesuffix(SUFFIX), MENDS.removesuffix(SUFFIX))
    plain = [file for file in folder.iterdir() if file.name.endswith(names)]
    for file in plain:
        _seal(file, keys)
    return len(plain)


def _seal_deliveries(folder: Path, keys: KeyRing) -> int:
    manifest = Manifest(folder)
    plain = {it.landed_as for it in manifest.deliveries if not it.landed_as.endswith(SUFFIX)}
    for name in sorted(plain):
        if (folder / name).exists():
            _seal(folder / name, keys)
    if plain:
        manifest.replace(
            [
                replace(it, landed_as=it.landed_as + SUFFIX) if it.landed_as in plain else it
                for it in manifest.deliveries
            ]
        )
    return len(plain)


def _seal(file: Path, keys: KeyRing) -> None:
    # Sealed under its old name first: after a kill it is recognised, and only renamed.
    if not is_sealed(file):
        seal_in_place(file, keys)
    file.rename(file.with_name(file.name + SUFFIX))


def main(arguments: list[str] | None = None) -> int:
    """The command; returns the exit code."""
    parser = argparse.ArgumentParser(prog="make seal-landing", description=__doc__)
    parser.add_argument("--rotate", action="store_true", help="under a new key; forget older ones")
    options = parser.parse_args(arguments)
    try:
        settings = load_settings()
        done = seal_landing(settings.home, options.rotate)
        if options.rotate:
            facts = {"key_file": "landing.keys", "files": done.rewrapped}
            record(settings, Action.KEY_ROTATED, facts)
    except (SettingsError, KeyFileError, InstanceBusyError, SealError, AuditError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    print(f"{done.plain:,} plain files sealed, {done.rewrapped:,} files under a new key")
    if done.retired:
        print(f"forgotten: key {', '.join(done.retired)}; back up the new key file now")
    return 0


if __name__ == "__main__":
    sys.exit(main())
