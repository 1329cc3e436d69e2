"""The suppression list over a restored instance: who was erased since the backup goes again.

Only hashes are known of them. What landed and the ledger of keys are written anew; builds and
publications that were made from them are removed whole, and made again by the next run.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass

from assets.privacy.erasure.ledger import erase_listed_keys
from assets.privacy.erasure.screen import FOLLOWED, Screened, erasing_all, screen_everything
from assets.raw.contract_model import SourceContract
from pipelines.runtime.builds import builds_folder
from pipelines.runtime.exports import all_exports, remove_exports
from pipelines.runtime.modes import private_umask
from pipelines.runtime.settings import Settings
from pipelines.runtime.suppression import listed
from pipelines.runtime.writers import nobody_writes


@dataclass(frozen=True)
class Replayed:
    """What a replay took out.

    Attributes:
        lines: Of the suppression list.
        landed: Records and values of landed copies, by object.
        ledger_entries: Of the ledger of customer keys.
        removed_builds: Builds and publications in which somebody of the list may have been.
    """

    lines: int
    landed: dict[str, Screened]
    ledger_entries: int
    removed_builds: int


def replay(settings: Settings, contracts: Sequence[SourceContract]) -> Replayed:
    """Take everybody on the suppression list out of the instance.

    Raises:
        InstanceBusyError: a run is writing.
        RewriteError: a landed file could not be written anew; run it again when it is mended.
    """
    with nobody_writes(settings.home), private_umask():
        landed = screen_everything(settings, contracts, FOLLOWED)
        with erasing_all(settings, contracts, FOLLOWED) as erasing:
            entries = erase_listed_keys(erasing.con, settings.key_ledger)
        # Builds are made of what landed: where nothing of it went, nobody of the list is in them.
        removed = _remove_builds(settings) if landed or entries else 0
        remove_exports(settings.home, all_exports(settings.home))
    return Replayed(len(listed(settings.home)), landed, entries, removed)


def _remove_builds(settings: Settings) -> int:
    publications = settings.publish_current.parent
    settings.publish_current.unlink(missing_ok=True)
    doomed = [
        folder
        for parent in (publications, builds_folder(settings))
        if parent.is_dir()
        for folder in parent.iterdir()
        if folder.is_dir()
    ]
    for folder in doomed:
        shutil.rmtree(folder)
    return len({folder.name for folder in doomed})
