"""The suppression list over a restored instance: who was erased since the backup goes again.

Only hashes are known of them. What landed and the ledger of keys are written anew; builds and
publications that were made from them are removed whole, and made again by the next run.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from assets.privacy.erasure.build import remove_builds
from assets.privacy.erasure.ledger import erase_listed_keys
from assets.privacy.erasure.screen import FOLLOWED, Screened, erasing_all, screen_everything
from assets.privacy.erasure.unfinished import unmark
from assets.raw.contract_model import SourceContract
from pipelines.runtime.exports import all_exports, remove_exports
from pipelines.runtime.modes import private_umask
from pipelines.runtime.private_files import make_private_folder
from pipelines.runtime.settings import Settings
from pipelines.runtime.suppression import listed
from pipelines.runtime.writers import nobody_writes

STARTED = Path("suppression") / "replaying"
"""There while a replay is under way."""


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
        # One that was killed may have left builds of people whom nothing that landed names now.
        started = settings.home / STARTED
        again = started.exists()
        make_private_folder(started.parent)
        started.touch(mode=0o600)
        landed = screen_everything(settings, contracts, FOLLOWED)
        with erasing_all(settings, contracts, FOLLOWED) as erasing:
            entries = erase_listed_keys(erasing.con, settings.key_ledger)
        # Builds are made of what landed: where nothing of it went, nobody of the list is in them.
        removed = remove_builds(settings, None) if landed or entries or again else []
        remove_exports(settings.home, all_exports(settings.home))
        unmark(settings.home)
        started.unlink()
    return Replayed(len(listed(settings.home)), landed, entries, len(removed))
