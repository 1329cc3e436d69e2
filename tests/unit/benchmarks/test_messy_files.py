"""A part of the corpus of messy files, every sixteenth: none is loaded wrongly without a word."""

from __future__ import annotations

from itertools import islice

from benchmarks.messy_files.__main__ import judged
from benchmarks.messy_files.corpus import cases
from benchmarks.messy_files.judging import RIGHT, SILENT


def test_the_corpus_is_large_and_always_the_same() -> None:
    all_cases = list(cases())
    assert len(all_cases) >= 2_000
    assert sum(case.is_well_formed for case in all_cases) >= 300
    some = all_cases[::97]
    assert [case.draft().content() for case in some] == [case.draft().content() for case in some]


def test_no_file_of_a_part_is_loaded_wrongly_and_no_good_one_is_refused() -> None:
    found = judged(islice(cases(), 5, None, 16))
    assert len(found) > 170
    silent = [(case.name, verdict.words) for case, verdict in found if verdict.outcome == SILENT]
    assert silent == []
    refused = [
        (case.name, verdict.words)
        for case, verdict in found
        if case.is_well_formed and verdict.outcome != RIGHT
    ]
    assert refused == []
