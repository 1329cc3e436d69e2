"""Everything that landed in an instance, without what is past its limit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from assets.privacy.erasure.landed import RewriteError
from assets.privacy.retention.judged import Lost, Purging
from assets.privacy.retention.landed import purge_deliveries
from assets.privacy.retention.pulled import purge_stream
from assets.raw.contract import SourceContract
from assets.raw.contract_model import ObjectContract
from assets.raw.errors import FileError
from assets.raw.retention import Horizon
from pipelines.runtime.databases import connect
from pipelines.runtime.key_ring import landing_keys
from pipelines.runtime.private_files import make_private_folder


@dataclass
class PurgedLanding:
    """What went of each object or stream that lost something, and what could not be judged.

    `failures` are one line each, without values.
    """

    lost: dict[str, Lost] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)

    @property
    def total(self) -> Lost:
        """Of all objects."""
        total = Lost()
        for lost in self.lost.values():
            total.add(lost)
        return total


def purge_landing(
    home: Path,
    contracts: Sequence[SourceContract],
    horizon: Horizon,
    dry_run: bool,
    memory_limit: str | None = None,
    threads: int | None = None,
) -> PurgedLanding:
    """Write all that landed anew where something is past its limit; nobody else may write.

    Args:
        home: Folder of the instance.
        contracts: Of all sources.
        horizon: From where the limits reach back.
        dry_run: Whether it is only counted what would go.
        memory_limit: Of DuckDB.
        threads: Of DuckDB.
    """
    done = PurgedLanding()
    with (
        TemporaryDirectory(prefix=".purge-", dir=make_private_folder(home)) as folder,
        connect(Path(folder) / "spill", memory_limit, threads) as con,
    ):
        # What it opens lies there in the clear, and goes with the folder.
        scratch = Path(folder) / "scratch"
        scratch.mkdir(mode=0o700)
        purging = Purging(con, home, scratch, horizon, dry_run)
        for contract in contracts:
            for named, purge in _parts(purging, contract):
                try:
                    lost = purge()
                except (FileError, RewriteError) as error:
                    done.failures.append(f"{named}: {error}")
                except (duckdb.Error, UnicodeError) as error:
                    # Their texts quote what they stumbled over.
                    done.failures.append(f"{named}: cannot be judged ({type(error).__name__})")
                else:
                    if lost != Lost():
                        done.lost[named] = lost
    return done


def _parts(purging: Purging, contract: SourceContract) -> Iterator[tuple[str, _Part]]:
    """Each object of files, and each stream with the objects that are made of it."""
    streams: dict[str, dict[str, ObjectContract]] = {}
    for name, obj in contract.objects.items():
        if obj.stream is None:
            yield f"{contract.source}.{name}", _Part(purging, contract, {name: obj})
        else:
            streams.setdefault(obj.stream, {})[name] = obj
    for stream, objects in streams.items():
        named = f"{contract.source}.{'+'.join(objects)}"
        yield named, _Part(purging, contract, objects, stream)


@dataclass
class _Part:
    purging: Purging
    contract: SourceContract
    objects: Mapping[str, ObjectContract]
    stream: str | None = None

    def __call__(self) -> Lost:
        source, days = self.contract.source, self.contract.retention_days
        if self.stream is not None:
            return purge_stream(self.purging, source, self.stream, self.objects, days)
        ((name, obj),) = self.objects.items()
        keys = landing_keys(self.purging.home)
        return purge_deliveries(self.purging, source, name, obj, keys, days)
