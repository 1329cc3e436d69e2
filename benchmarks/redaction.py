"""How right and how fast identifiers are found in free texts (脱敏评测): `make bench-redaction`.

The texts (benchmarks/free_texts) were written without sight of the rules, and the rules without
sight of a quarter of their templates: that quarter is told first, and is what the promise is about.
"""

from __future__ import annotations

import hashlib
import sys
import time
from collections.abc import Callable, Sequence

from assets.privacy.redaction.names import KnownNames
from assets.privacy.redaction.redactor import find_identifiers
from benchmarks.free_texts.cases import Case, cases
from benchmarks.free_texts.score import Score, report, score
from benchmarks.free_texts.templates import Template

COUNT = 3000
SEED = 1
PROMISED = 0.98
ROWS_A_SECOND = 20_000


def is_unseen(template: Template) -> bool:
    """Whether the rules were written without sight of the template."""
    return int(hashlib.sha256(template.where.encode()).hexdigest(), 16) % 4 == 3


def judged(given: Sequence[Case]) -> Score:
    """What the redactor finds when it knows the names of each case."""

    def find(texts: list[str], names: list[list[str]]) -> list[list[tuple[int, int]]]:
        return [
            [(found.start, found.end) for found in find_identifiers(text, KnownNames(known))]
            for text, known in zip(texts, names, strict=True)
        ]

    return score(given, find)


def seconds_a_row(work: Callable[[str], object], texts: Sequence[str]) -> float:
    """CPU seconds of the best of five passes, for each text."""
    best = float("inf")
    for _ in range(5):
        begun = time.process_time()
        for text in texts:
            work(text)
        best = min(best, time.process_time() - begun)
    return best / len(texts)


def main() -> int:
    """Print the scores and the speed; exit code 1 when a promise is not kept."""
    unseen = judged(cases(COUNT, SEED, is_unseen))
    everything = cases(COUNT, SEED)
    print("Templates that the rules were written without sight of\n")
    print(report(unseen, examples=0))
    print("\nAll templates\n")
    print(report(judged(everything), examples=0))
    texts = [case.text for case in everything]
    known = KnownNames(name for case in everything for name in case.known_names)
    floor = seconds_a_row(lambda text: text.translate({0: None}), texts)
    ours = seconds_a_row(lambda text: find_identifiers(text, known), texts)
    print(
        f"\n{1 / ours:,.0f} texts a second and core ({sum(map(len, texts)) / len(texts):.0f} "
        f"characters each, half of them with identifiers); {ours / floor:.1f} times "
        "str.translate of the same texts"
    )
    kept = min(unseen.recall, unseen.precision) >= PROMISED and 1 / ours >= ROWS_A_SECOND
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
