"""Keeping those who were erased out of what lands: before it is loaded, and when one is erased."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from assets.enrich.identity.rules import default_rules
from assets.privacy.erasure.erasing import Erasing
from assets.privacy.erasure.landed import erase_deliveries
from assets.privacy.erasure.mends import erase_mends
from assets.privacy.erasure.pulled import erase_stream
from assets.privacy.erasure.suppression import read_list, suppress
from assets.privacy.subject.leads import parents_first, referred
from assets.privacy.subject.traces import create_traces
from assets.raw.connector.pulls import PullStore
from assets.raw.contract_model import SourceContract
from pipelines.runtime.databases import connect
from pipelines.runtime.key_ring import landing_keys
from pipelines.runtime.private_files import make_private_folder
from pipelines.runtime.settings import Settings
from pipelines.runtime.suppression import listed, suppression_key

FOLLOWED = "followed"
"""Instead of a request: a row of somebody on the list was delivered again under a new number."""


@dataclass
class Screened:
    """What went out of the landed copies of one object.

    Attributes:
        rows: Records that are gone.
        cleared: Records that lost values.
        copies: Files and pages that were written anew.
        mends: Mended rows that are gone.
    """

    rows: int = 0
    cleared: int = 0
    copies: int = 0
    mends: int = 0

    def add(self, more: Screened) -> None:
        """Count what another pass took out."""
        self.rows += more.rows
        self.cleared += more.cleared
        self.copies += more.copies
        self.mends += more.mends


def screen_object(
    settings: Settings, contracts: Sequence[SourceContract], contract: SourceContract, name: str
) -> int:
    """Take everybody on the suppression list out of what landed of an object, before its load.

    Returns:
        How many copies were written anew.
    """
    if not listed(settings.home):
        return 0
    with erasing_all(settings, contracts, FOLLOWED) as erasing:
        return _screen(erasing, settings.home, contract, name).copies


def screen_everything(
    settings: Settings, contracts: Sequence[SourceContract], request: str
) -> dict[str, Screened]:
    """Take everybody on the suppression list out of all that landed, by `source.object`.

    Args:
        settings: Of the instance.
        contracts: All of them.
        request: What traces that come to light meanwhile are listed under.
    """
    done: dict[str, Screened] = {}
    with erasing_all(settings, contracts, request) as erasing:
        grew = True
        # A number that comes to light in one object may stand in another that was done before.
        while grew:
            before = len(listed(settings.home))
            for name, found in _screen_each(erasing, settings.home, contracts):
                done.setdefault(name, Screened()).add(found)
            grew = len(listed(settings.home)) > before
    return {name: found for name, found in done.items() if found != Screened()}


def _screen_each(
    erasing: Erasing, home: Path, contracts: Sequence[SourceContract]
) -> Iterator[tuple[str, Screened]]:
    """Each file object and each stream once."""
    seen: set[tuple[str, str]] = set()
    for contract, name in parents_first(contracts):
        stream = contract.objects[name].stream
        if stream is None or (contract.source, stream) not in seen:
            seen.add((contract.source, stream or ""))
            yield f"{contract.source}.{name}", _screen(erasing, home, contract, name)


@contextmanager
def erasing_all(
    settings: Settings, contracts: Sequence[SourceContract], request: str
) -> Iterator[Erasing]:
    """What copies are compared with: everybody on the suppression list."""
    work = make_private_folder(settings.home / "work")
    with TemporaryDirectory(dir=work, prefix="erasing-") as scratch:
        spill = Path(scratch) / "spill"
        with connect(spill, settings.memory_limit, settings.threads) as con:
            create_traces(con, suppression_key(settings))
            read_list(con, settings.home)
            yield Erasing(
                con,
                default_rules(),
                settings.phone_region,
                Path(scratch),
                frozenset(referred(contracts)),
                partial(suppress, settings, request),
            )


def _screen(erasing: Erasing, home: Path, contract: SourceContract, name: str) -> Screened:
    source, obj = contract.source, contract.objects[name]
    done = Screened()
    if obj.stream is None:
        folder = home / "landing" / source / name
        files = erase_deliveries(erasing, folder, source, name, obj, landing_keys(home))
        tallies = [it.tally for it in files.values()]
        done.mends = erase_mends(erasing, home, source, name, obj, files, {})
    else:
        sharing = {n: it for n, it in contract.objects.items() if it.stream == obj.stream}
        pages = erase_stream(erasing, PullStore(home, source, obj.stream), source, sharing)
        tallies = list(pages.values())
        done.mends = sum(
            erase_mends(erasing, home, source, other, it, {}, pages)
            for other, it in sharing.items()
        )
    done.rows = sum(len(tally.gone) for tally in tallies)
    done.cleared = sum(tally.cleared for tally in tallies)
    done.copies = len(tallies)
    return done
