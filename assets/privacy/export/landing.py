"""The person's records in all that ever landed, object by object."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from assets.privacy.export.delivered import Delivered, Placed
from assets.privacy.export.model import Column, Gap, Group
from assets.privacy.export.rows import Staff
from assets.privacy.subject.leads import leads, own_kind, referred
from assets.privacy.subject.search import Search
from assets.raw.contract import SourceContract, each_object
from assets.raw.contract_model import ObjectContract
from pipelines.runtime.privacy import DIRECT

NAMED = tuple[str, str, ObjectContract]


def landed_groups(
    search: Search, home: Path, contracts: list[SourceContract], staff: Staff
) -> tuple[list[Group], list[Gap]]:
    """What landed of the person, by object, and what could not be looked through.

    Objects whose rows others name (orders, tickets) are looked through first: what belongs to them
    is found by their numbers, those of rows that are in no build any more too.
    """
    named = [(contract.source, name, obj) for contract, name, obj in each_object(contracts)]
    kinds = referred(contracts)
    found: dict[tuple[str, str], list[Placed]] = {}
    delivered = {
        (source, name): Delivered(search, home, source, name, obj, staff)
        for source, name, obj in named
    }
    first = [it for it in named if own_kind(it[0], it[1]) in kinds]
    grew = True
    while grew:
        grew = False
        for source, name, _ in first:
            one = delivered[source, name]
            one.gaps.clear()
            found[source, name] = one.found()
            new = search.add_rows(own_kind(source, name), one.ids(found[source, name]))
            # Only where one of these names another may a second look find more.
            grew = grew or (new > 0 and _is_named_among(first, own_kind(source, name)))
    groups, gaps = [], _unknown(home, contracts)
    for source, name, obj in named:
        one = delivered[source, name]
        rows = found[source, name] if (source, name) in found else one.found()
        groups.append(_group(source, name, obj, one, rows))
        gaps += one.gaps
    return groups, gaps


def _is_named_among(objects: Sequence[NAMED], kind: str) -> bool:
    return any(
        kind in lead.named
        for source, name, obj in objects
        for lead in leads(source, obj)
        if own_kind(source, name) != kind
    )


def _group(
    source: str, name: str, obj: ObjectContract, one: Delivered, rows: Sequence[Placed]
) -> Group:
    is_json = bool(obj.stream) or obj.format == "jsonl"
    return Group(
        layer="landing",
        name=f"{source}.{name}",
        description=obj.description,
        purposes=("integration",),
        retention="source",
        columns=tuple(
            Column(
                it.title if is_json else it.name, DIRECT, it.description or "", it.retention_days
            )
            for it in obj.columns
        ),
        records=tuple(one.records(rows)),
        kept_days=obj.retention.days if obj.retention else None,
    )


def _unknown(home: Path, contracts: Sequence[SourceContract]) -> list[Gap]:
    """Folders of the landing that no contract describes: nobody knows whose their rows are."""
    folder = home / "landing"
    known = {contract.source: contract.objects for contract in contracts}
    gaps = []
    for source in sorted(it for it in folder.iterdir() if it.is_dir()) if folder.exists() else ():
        objects = known.get(source.name)
        for entry in sorted(it for it in source.iterdir() if it.is_dir() and it.name != "streams"):
            if objects is None or entry.name not in objects:
                gaps.append(Gap(f"{source.name}.{entry.name}", "no contract describes it any more"))
        streams = {str(it.stream) for it in (objects or {}).values() if it.stream}
        for entry in (
            sorted((source / "streams").iterdir()) if (source / "streams").exists() else ()
        ):
            if entry.is_dir() and entry.name.replace("~", "/") not in streams:
                gaps.append(Gap(f"{source.name}.{entry.name}", "no contract describes it any more"))
    return gaps
