"""An explanation as a block of text for a person, or as JSON for a program."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict

from assets.enrich.identity.explain import words
from assets.enrich.identity.explain.model import Evidence, Explanation, Step, Subject

NOTE = "Identifiers and personal ids are shown as keyed hashes (#…), nobody's data as such."


def as_json(found: Explanation) -> str:
    """The explanation with its verdict, as JSON."""
    body = {"is_same_customer": found.is_same_customer, **asdict(found)}
    return json.dumps(body, indent=2, ensure_ascii=False, default=str)


def as_text(found: Explanation) -> str:
    """The explanation as one block of lines."""
    return "\n".join(
        (*_verdict(found), *_body(found), *_carried(found), *_history(found), "", NOTE)
    )


def _verdict(found: Explanation) -> Iterator[str]:
    a, b = found.a, found.b
    if found.is_same_customer:
        yield f"{a.name} and {b.name} are the same customer: {a.customer_key}"
        return
    if None not in (a.customer_key, b.customer_key):
        yield f"{a.name} and {b.name} are different customers:"
    else:
        yield f"{a.name} and {b.name} cannot be one customer now:"
    for subject in (a, b):
        yield f"  {subject.name}: {subject.customer_key or _gone(subject)}"


def _gone(subject: Subject) -> str:
    last = subject.periods[-1]
    return f"no longer among the records (last {last.customer_key}, until {last.last_date})"


def _body(found: Explanation) -> Iterator[str]:
    yield ""
    if found.is_same_customer:
        yield from _why_together(found)
    elif None not in (found.a.customer_key, found.b.customer_key):
        yield from _why_apart(found)
    else:
        yield "A record that has left its source, or was erased, has no links any more."


def _why_together(found: Explanation) -> Iterator[str]:
    if found.path and not found.refused_steps:
        weakest = min(step.weight for step in found.path)
        through = f" through {len(found.path) - 1} more" if len(found.path) > 1 else ""
        yield f"The strongest links between them{through} (the weakest weighs {weakest:.2f}):"
        yield from _path(found.path)
    else:
        yield "No accepted links between them were kept; ask the data team to look into the build."
    if len(found.path) > 1 and found.direct:
        yield "Between the two themselves:"
        for evidence in found.direct:
            yield from _evidence(evidence)


def _why_apart(found: Explanation) -> Iterator[str]:
    for subject in (found.a, found.b):
        if subject.is_linkable is False:
            yield f"{subject.name} may not be linked: it is a test account or was deleted."
    if found.path and not found.refused_steps:
        yield "The links kept would join them, yet they are apart; ask the data team to look:"
        yield from _path(found.path)
        return
    if found.direct:
        yield "Links between them that were refused:"
        for evidence in found.direct:
            yield from _evidence(evidence)
    if len(found.path) > 1:
        refused = found.refused_steps
        yield f"The best chain between them, broken at {len(refused)} of {len(found.path)} steps:"
        yield from _path(found.path)
        for step in refused:
            yield f"Refused was {step.a} – {step.b}."
    if found.conflicts:
        yield "Conflicts between the two customers that stand behind it:"
        yield from _path(found.conflicts)
    if not (found.path or found.carried_by_both):
        yield (
            "They share no valid identifier, and no name, birth date or address brought them "
            "together."
        )


def _path(path: tuple[Step, ...]) -> Iterator[str]:
    for number, step in enumerate(path, start=1):
        refused = "   REFUSED" if step.is_refused else ""
        yield f"  {number}. {step.a} – {step.b}{refused}"
        for evidence in step.evidence:
            yield from _evidence(evidence, indent="     ")


def _evidence(evidence: Evidence, indent: str = "  ") -> Iterator[str]:
    verdict = "" if evidence.is_accepted else f"refused ({evidence.reason}): "
    meaning = f": {evidence.meaning}" if evidence.meaning else ""
    yield f"{indent}{verdict}{evidence.rule}, weight {evidence.weight:.2f}{meaning}"
    if evidence.identifier_type:
        kind = words.plain(evidence.identifier_type)
        yield f"{indent}  {kind} #{evidence.identifier_hash} on both"
    if evidence.is_accepted and ("name", "unknown") in evidence.agreement:
        yield f"{indent}  one of them has no usable name; it fits this customer alone"
    if evidence.agreement:
        said = ", ".join(f"{words.plain(what)} {verdict}" for what, verdict in evidence.agreement)
        yield f"{indent}  compared: {said}"
    if not evidence.is_accepted:
        yield f"{indent}  why not: {words.veto(evidence.reason)}"


def _carried(found: Explanation) -> Iterator[str]:
    if found.carried_by_both:
        yield "Both carry, but it does not link them:"
    for identifier in found.carried_by_both:
        kind = words.plain(identifier.identifier_type)
        yield f"  {kind} #{identifier.identifier_hash}: {words.flaw(identifier.reason)}"


def _history(found: Explanation) -> Iterator[str]:
    lines = [
        f"  together as {period.customer_key} from {period.first_date}"
        + (f" to {period.last_date}" if period.last_date else " on")
        for period in found.together
    ]
    for subject in (found.a, found.b):
        if len(subject.periods) > 1:
            spells = "; ".join(
                f"{p.customer_key} {p.first_date} to {p.last_date or 'now'}"
                for p in subject.periods
            )
            lines.append(f"  {subject.name}: {spells}")
    for event in found.events:
        count = f", {event.record_count} records" if event.record_count is not None else ""
        lines.append(
            f"  {event.event_date}: {words.plain(event.event_type)}, {event.customer_key} and "
            f"{event.other_customer_key}{count}"
        )
    if not found.is_same_customer and not found.together:
        lines.append("  they were never one customer as far as the build remembers")
    yield "History:"
    yield from lines
