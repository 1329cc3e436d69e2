"""How right and how fast identifiers are found in free texts (脱敏评测): `make bench-redaction`.

The texts (benchmarks/free_texts) were written without sight of the rules, and the rules without
sight of a quarter of their templates: that quarter is told first, and is what the promise is about.
"""

from __future__ import annotations

import hashlib
import sys
import time
from collections.abc import Callable, Sequence

import duckdb

from assets.privacy.redaction.columns import PERSON, TEXT, MarkedColumn
from assets.privacy.redaction.names import KnownNames
from assets.privacy.redaction.night import CONTACTS, redact_texts
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
        found = (
            next(find_identifiers([text], KnownNames(known)))
            for text, known in zip(texts, names, strict=True)
        )
        return [[(find.start, find.end) for find in finds] for finds in found]

    return score(given, find)


def seconds(work: Callable[[], object]) -> float:
    """CPU seconds of the best of five passes."""
    best = float("inf")
    for _ in range(5):
        begun = time.process_time()
        work()
        best = min(best, time.process_time() - begun)
    return best


def seconds_of_the_night(given: Sequence[Case]) -> float:
    """CPU seconds of the night's own step, all in, on one thread: texts and names of the cases.

    It takes the different texts out of the vault, knows the names of all cases, and writes the
    table that the hand-over reads.
    """
    with duckdb.connect(config={"threads": 1}) as con:
        con.execute("attach ':memory:' as vault; create schema vault.identity").fetchall()
        con.execute(
            f"create table {CONTACTS} as select '+8613912345678' as identifier_value,"
            " 'phone' as identifier_type, true as is_valid"
        ).fetchall()
        for table, values in (
            ("texts", [case.text for case in given]),
            ("names", [name for case in given for name in case.known_names]),
        ):
            con.execute(
                f"create table vault.identity.{table} as select unnest($1) as value", [values]
            ).fetchall()
        columns = [
            MarkedColumn("identity", "texts", "value", (TEXT,)),
            MarkedColumn("identity", "names", "value", (PERSON,)),
        ]
        return seconds(lambda: redact_texts(con, columns))


def main() -> int:
    """Print the scores and the speed; exit code 1 when a promise is not kept."""
    unseen = judged(cases(COUNT, SEED, is_unseen))
    everything = cases(COUNT, SEED)
    print("Templates that the rules were written without sight of\n")
    print(report(unseen, examples=0))
    print("\nAll templates\n")
    print(report(judged(everything), examples=0))
    texts = {case.text for case in everything}
    floor = seconds(lambda: [text.translate({0: None}) for text in texts])
    ours = seconds_of_the_night(everything)
    print(
        f"\n{len(texts) / ours:,.0f} different texts a second and core, from the vault and back "
        f"({sum(map(len, texts)) / len(texts):.0f} characters each, half of them with identifiers);"
        f" {ours / floor:.1f} times str.translate of the same texts"
    )
    kept = min(unseen.recall, unseen.precision) >= PROMISED
    return 0 if kept and len(texts) / ours >= ROWS_A_SECOND else 1


if __name__ == "__main__":
    sys.exit(main())
