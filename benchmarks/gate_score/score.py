"""The score: what became of every fault, and which healthy nights were held up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

OUTCOMES = ("stopped", "refused", "quarantined", "harmless", "warned", "survived")
KILLED = frozenset(OUTCOMES[:3])
"""Nothing wrong is published: the run stops, a file is refused, or rows are set aside."""

HARMLESS = "harmless"
"""What was written in an odd way was read rightly (staging is what it is on the healthy night): no
fault got in, so it counts neither for the gates nor against them."""

ENOUGH = 0.95
"""Share of the kinds of faults that may not get through."""


@dataclass(frozen=True)
class Verdict:
    """What became of one fault.

    Attributes:
        kind: Its name in the catalogue.
        stage: Where it was put in: `delivered`, or the stage of the table.
        outcome: One of OUTCOMES.
        where: The boundary or dbt stage that stopped it.
        rules: The rules that failed there; of one that was only warned of, the new warnings.
        said: What the first of them found.
        faulty_rows: How many rows were wrong, if it is a matter of rows.
        quarantined_rows: How many more rows than on the healthy night were set aside.
        seconds: How long the trial took.
    """

    kind: str
    stage: str
    outcome: str
    where: str = ""
    rules: tuple[str, ...] = ()
    said: str = ""
    faulty_rows: int = 0
    quarantined_rows: int = 0
    seconds: float = 0.0

    @property
    def got_through(self) -> bool:
        """Whether something wrong would have been published."""
        return self.outcome not in KILLED and self.outcome != HARMLESS


@dataclass(frozen=True)
class CleanDay:
    """A healthy night: its business date, how far it ran, and what failed on it."""

    as_of: str
    upto: str
    false_alarms: tuple[str, ...]
    warnings: tuple[str, ...]
    seconds: float = 0.0


@dataclass(frozen=True)
class StageScore:
    """A line of the table."""

    stage: str
    kinds: int
    outcomes: dict[str, int]

    @property
    def kill_rate(self) -> float:
        """Share of the kinds that did harm of which nothing was published."""
        killed = sum(self.outcomes[outcome] for outcome in KILLED)
        harmful = self.kinds - self.outcomes[HARMLESS]
        return killed / harmful if harmful else 1.0


def stage_scores(verdicts: Sequence[Verdict]) -> list[StageScore]:
    """One line for each stage in the order of the verdicts, and one for all."""
    stages = list(dict.fromkeys(verdict.stage for verdict in verdicts))
    lines = [_score(stage, [v for v in verdicts if v.stage == stage]) for stage in stages]
    return [*lines, _score("all", verdicts)]


def _score(stage: str, verdicts: Sequence[Verdict]) -> StageScore:
    counted = Counter(verdict.outcome for verdict in verdicts)
    return StageScore(stage, len(verdicts), {outcome: counted[outcome] for outcome in OUTCOMES})


def false_alarms(days: Iterable[CleanDay]) -> Counter[str]:
    """How often each rule stopped a healthy night."""
    return Counter(rule for day in days for rule in day.false_alarms)


def passes(verdicts: Sequence[Verdict], days: Sequence[CleanDay]) -> bool:
    """Whether the gates are good enough; what was not asked for does not count."""
    enough = stage_scores(verdicts)[-1].kill_rate >= ENOUGH
    return enough and not false_alarms(days)


def as_text(verdicts: Sequence[Verdict], days: Sequence[CleanDay]) -> str:
    """The report."""
    parts = []
    if verdicts:
        parts += [*_table(verdicts), "", *_survivors(verdicts)]
    if days:
        parts += ["", *_days(days)]
    return "\n".join(parts)


def _table(verdicts: Sequence[Verdict]) -> list[str]:
    header = ("stage", "kinds", *OUTCOMES, "kill rate")
    lines = [f"{header[0]:<12}" + "".join(f"{name:>12}" for name in header[1:])]
    for line in stage_scores(verdicts):
        counts = "".join(f"{line.outcomes[outcome]:>12}" for outcome in OUTCOMES)
        lines.append(f"{line.stage:<12}{line.kinds:>12}{counts}{line.kill_rate:>12.1%}")
    return lines


def _survivors(verdicts: Sequence[Verdict]) -> list[str]:
    lived = [verdict for verdict in verdicts if verdict.got_through]
    lines = [f"{len(lived)} got through:"]
    for verdict in lived:
        why = f"warned by {', '.join(verdict.rules[:3])}" if verdict.rules else "nobody noticed"
        lines.append(f"  {verdict.stage}: {verdict.kind} ({why})")
    return lines


def _days(days: Sequence[CleanDay]) -> list[str]:
    alarms = false_alarms(days)
    warned = Counter(rule for day in days for rule in day.warnings)
    full = sum(day.upto == "publish" for day in days)
    lines = [
        f"{len(days)} clean days from {days[0].as_of} to {days[-1].as_of}, {full} of them up to"
        f" publish: {alarms.total()} false alarms"
    ]
    for rule, count in alarms.most_common():
        dates = ", ".join(day.as_of for day in days if rule in day.false_alarms)
        lines.append(f"  false alarm: {rule} on {count} days ({dates})")
    lines += [f"  warning: {rule} on {count} days" for rule, count in warned.most_common()]
    return lines


def as_json(verdicts: Sequence[Verdict], days: Sequence[CleanDay]) -> dict[str, Any]:
    """The report for machines."""
    return {
        "stages": [asdict(s) | {"kill_rate": s.kill_rate} for s in stage_scores(verdicts)],
        "faults": [asdict(verdict) for verdict in verdicts],
        "clean_days": [asdict(day) for day in days],
        "false_alarms": dict(false_alarms(days)),
        "passes": passes(verdicts, days),
    }
