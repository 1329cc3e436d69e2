"""How much of the labelled identifiers a redactor finds, and how much of what it finds is right.

given = cases(3000, seed=1)
print(report(score(given, my_redactor)))
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from benchmarks.free_texts.cases import Case
from benchmarks.free_texts.rendering import Span
from benchmarks.free_texts.slots import KINDS

Redact = Callable[[list[str], list[list[str]]], list[list[tuple[int, int]]]]
"""From texts and the known names of each to the half-open spans (start, end) found in each."""

PARTLY = frozenset({"landline", "phone_foreign", "address", "name"})
"""Kinds that count as found from `PART_MIN` of their letters, digits and Han characters on."""
PART_MIN = 0.8
RIGHT_MIN = 0.5
"""The share of a predicted span that must lie on labels for it to be right."""
_AROUND = 12


@dataclass(frozen=True)
class Example:
    """Where something went wrong: kind (of a false find: the look-alike, or "words") and text."""

    kind: str
    value: str
    text: str


@dataclass
class KindScore:
    """Counts of one kind.

    Args:
        labelled: labelled spans.
        found: labelled spans that were found.
        touching: predicted spans whose largest overlap with labels is one of this kind.
        right: those of `touching` that are right.
    """

    labelled: int = 0
    found: int = 0
    touching: int = 0
    right: int = 0

    @property
    def recall(self) -> float:
        """Found of labelled; 1 when nothing was labelled."""
        return self.found / self.labelled if self.labelled else 1.0

    @property
    def precision(self) -> float:
        """Right of touching; 1 when nothing was predicted."""
        return self.right / self.touching if self.touching else 1.0


@dataclass
class Score:
    """Counts by kind, and what went wrong.

    Args:
        kinds: counts by kind, every kind present.
        predicted: predicted spans, without those on free spans.
        right: those of `predicted` that are right.
        clean: texts without identifiers; `untouched` are those left as they are.
        misses: labelled spans that were not found.
        false_finds: predicted spans that are not right.
    """

    kinds: dict[str, KindScore] = field(
        default_factory=lambda: {kind: KindScore() for kind in KINDS}
    )
    predicted: int = 0
    right: int = 0
    clean: int = 0
    untouched: int = 0
    misses: list[Example] = field(default_factory=list)
    false_finds: list[Example] = field(default_factory=list)

    @property
    def recall(self) -> float:
        """Found of labelled over all kinds."""
        labelled = sum(kind.labelled for kind in self.kinds.values())
        return sum(kind.found for kind in self.kinds.values()) / labelled if labelled else 1.0

    @property
    def precision(self) -> float:
        """Right of predicted over all texts."""
        return self.right / self.predicted if self.predicted else 1.0


def score(given: Sequence[Case], redact: Redact) -> Score:
    """Count what `redact` finds in the cases.

    Raises:
        ValueError: it gave another number of lists than texts, or a span outside its text.
    """
    answers = redact([case.text for case in given], [list(case.known_names) for case in given])
    if len(answers) != len(given):
        raise ValueError(
            f"redactor: {len(answers)} answers to {len(given)} texts, give one to each"
        )
    total = Score()
    for case, spans in zip(given, answers, strict=True):
        if any(not 0 <= start < end <= len(case.text) for start, end in spans):
            raise ValueError("redactor: a span lies outside its text or is empty, check its places")
        _judge_labels(total, case, spans)
        _judge_predictions(total, case, sorted({*spans}))
    return total


def _judge_labels(total: Score, case: Case, spans: Iterable[tuple[int, int]]) -> None:
    covered = _places(spans)
    for span in case.spans:
        counts = total.kinds[span.kind]
        counts.labelled += 1
        if _is_found(case.text, span, covered):
            counts.found += 1
        else:
            total.misses.append(_example(case, span.start, span.end, span.kind))


def _is_found(text: str, span: Span, covered: set[int]) -> bool:
    telling = [place for place in range(span.start, span.end) if text[place].isalnum()]
    share = sum(place in covered for place in telling) / len(telling)
    return share >= (PART_MIN if span.kind in PARTLY else 1)


def _judge_predictions(total: Score, case: Case, spans: Sequence[tuple[int, int]]) -> None:
    labelled = _places((span.start, span.end) for span in case.spans)
    allowed = labelled | _places((span.start, span.end) for span in case.free)
    if not case.spans:
        total.clean += 1
        total.untouched += not any(_share(start, end, allowed) < RIGHT_MIN for start, end in spans)
    for start, end in spans:
        is_right = _share(start, end, labelled) >= RIGHT_MIN
        if not is_right and _share(start, end, allowed) >= RIGHT_MIN:
            continue
        total.predicted += 1
        total.right += is_right
        _count_touching(total, case, start, end, is_right)
        if not is_right:
            total.false_finds.append(_example(case, start, end, _hit(case.lookalikes, start, end)))


def _count_touching(total: Score, case: Case, start: int, end: int, is_right: bool) -> None:
    kind = _hit(case.spans, start, end)
    if kind in total.kinds:
        total.kinds[kind].touching += 1
        total.kinds[kind].right += is_right


def _places(spans: Iterable[tuple[int, int]]) -> set[int]:
    return {place for start, end in spans for place in range(start, end)}


def _share(start: int, end: int, places: set[int]) -> float:
    return sum(place in places for place in range(start, end)) / (end - start)


def _hit(spans: Iterable[Span], start: int, end: int) -> str:
    """The kind of the span that shares most characters, "words" when none does."""
    overlaps = [(min(end, span.end) - max(start, span.start), span.kind) for span in spans]
    best = max(overlaps, default=(0, ""), key=lambda overlap: overlap[0])
    return best[1] if best[0] > 0 else "words"


def _example(case: Case, start: int, end: int, kind: str) -> Example:
    around = case.text[max(0, start - _AROUND) : end + _AROUND]
    return Example(kind, case.text[start:end], around.replace("\n", "⏎"))


def report(total: Score, examples: int = 3) -> str:
    """A table of recall and precision by kind, then misses and false finds with examples."""
    lines = [f"{'kind':14} {'labelled':>8} {'found':>7} {'recall':>7} {'precision':>9}"]
    for kind, counts in total.kinds.items():
        lines.append(
            f"{kind:14} {counts.labelled:8} {counts.found:7} {counts.recall:7.4f}"
            f" {counts.precision:9.4f}"
        )
    lines.append(f"overall recall {total.recall:.4f}, precision {total.precision:.4f}")
    lines.append(f"texts without identifiers left alone: {total.untouched} of {total.clean}")
    for title, failures in (("misses", total.misses), ("false finds", total.false_finds)):
        lines += _examples_of(title, failures, examples)
    return "\n".join(lines)


def _examples_of(title: str, failures: Sequence[Example], examples: int) -> list[str]:
    lines = [f"{title}: {len(failures)}"]
    for kind, count in Counter(failure.kind for failure in failures).most_common():
        lines.append(f"  {kind}: {count}")
        shown = [failure for failure in failures if failure.kind == kind][:examples]
        lines += [f"    [{failure.value!r}] in {failure.text!r}" for failure in shown]
    return lines
