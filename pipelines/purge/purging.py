"""The purge of an instance: all that is past its limit, or only how much of it there is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

import dagster as dg

from assets.privacy.retention.landing import PurgedLanding, purge_landing
from assets.publish.switch import publications
from assets.raw.contract import load_contracts
from assets.raw.retention import Horizon
from pipelines.purge.leftovers import Leftovers, old_leftovers, remove_leftovers
from pipelines.purge.runs import compact, old_runs, remove_runs
from pipelines.runtime.audit_facts import Action, Fact
from pipelines.runtime.audit_log import record
from pipelines.runtime.builds import builds_folder
from pipelines.runtime.clock import utc_now
from pipelines.runtime.settings import Settings
from pipelines.runtime.writers import nobody_writes


@dataclass
class Purged:
    """What went, or would go.

    Attributes:
        as_of: Business date of the limits.
        dry_run: Whether everything is still there.
        landing: Of the landed files and pages.
        leftovers: Of builds, publications and results.
        runs: Run ids of Dagster.
        not_compacted: Files of Dagster that still hold the bytes of what went.
    """

    as_of: date
    dry_run: bool
    landing: PurgedLanding
    leftovers: Leftovers
    runs: list[str] = field(default_factory=list)
    not_compacted: list[str] = field(default_factory=list)

    @property
    def counts(self) -> dict[str, int]:
        """How many of what, by names that the audit log takes."""
        total = self.landing.total
        return {
            "landed_rows": total.rows,
            "emptied_entries": total.values,
            "mended_rows": total.mends,
            "landed_files": total.files,
            **self.leftovers.counts,
            "runs": len(self.runs),
            "failures": len(self.landing.failures),
        }

    def lines(self) -> Iterator[str]:
        """For a person; counts and names of objects only."""
        yield f"{'Would go' if self.dry_run else 'Gone'} at the business date {self.as_of}:"
        for name, lost in self.landing.lost.items():
            yield (
                f"  {name}: {lost.rows:,} records and {lost.values:,} values in {lost.files:,}"
                f" landed files, {lost.mends:,} mends"
            )
        for what, count in {**self.leftovers.counts, "runs": len(self.runs)}.items():
            yield f"  {count:,} {what}"
        if self.not_compacted:
            yield (
                f"  Dagster's {', '.join(self.not_compacted)} still hold the bytes of what went: "
                "they are in use; run this again while nothing runs and the UI is stopped"
            )
        for failure in self.landing.failures:
            yield f"  not judged: {failure}"


def purge(
    settings: Settings,
    as_of: date,
    dry_run: bool,
    instance: dg.DagsterInstance,
    own_run: str | None = None,
) -> Purged:
    """Remove what is past its limit, and record it; what cannot be judged stays and is named.

    Args:
        settings: Of the instance.
        as_of: Business date from which the limits of the contracts reach back.
        dry_run: Whether it is only counted.
        instance: Dagster's.
        own_run: The run that this is part of, if it is part of one.

    Raises:
        InstanceBusyError: a run is writing the instance.
        PublishError: somebody publishes.
    """
    contracts = load_contracts(settings.sources)
    now = utc_now()

    def find() -> Leftovers:
        return old_leftovers(settings, as_of, now)

    with nobody_writes(settings.home):
        landing = purge_landing(
            settings.home,
            contracts,
            Horizon(as_of, settings.timezone),
            dry_run,
            settings.memory_limit,
            settings.threads,
        )
        leftovers = find() if dry_run else remove_leftovers(settings, find)
        kept = _kept(settings) - {path.name for path in leftovers.builds}
        runs = old_runs(instance, now, settings.keep_run_days, {*kept, own_run or ""})
        done = Purged(as_of, dry_run, landing, leftovers, runs)
        if not dry_run:
            remove_runs(instance, runs)
            done.not_compacted = compact(instance, own_run) if runs else []
            record(settings, Action.PURGED, _facts(done))
    return done


def _kept(settings: Settings) -> set[str]:
    builds = builds_folder(settings)
    built = {path.name for path in builds.iterdir()} if builds.is_dir() else set()
    return built | {it.run_id for it in publications(settings.publish_current.parent)}


def _facts(done: Purged) -> dict[str, Fact]:
    object_rows = {name: lost.rows for name, lost in done.landing.lost.items()}
    return {"as_of": done.as_of.isoformat(), **done.counts, "object_rows": object_rows}
