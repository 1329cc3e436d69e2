"""The cases: templates enough, all used, the same for the same seed, spans in their places."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from collections import Counter
from functools import cache
from pathlib import Path
from random import Random

import pytest

from benchmarks.free_texts import cases as cases_module
from benchmarks.free_texts.cases import Case, cases
from benchmarks.free_texts.rendering import Rendered, Span, join, render
from benchmarks.free_texts.slots import KINDS
from benchmarks.free_texts.templates import Template, read, templates

ROOT = Path(__file__).resolve().parents[3]


@cache
def evaluation() -> list[Case]:
    return cases(1000, seed=2)


def test_there_are_templates_enough_and_none_twice() -> None:
    counts = Counter((template.language, template.identifies) for template in templates())
    assert counts["zh", True] >= 220
    assert counts["en", True] >= 120
    assert counts["mixed", True] >= 40
    assert sum(counts[language, False] for language in ("zh", "en", "mixed")) >= 250
    texts = Counter((template.language, template.text) for template in templates())
    assert [text for text, count in texts.items() if count > 1] == []


def test_a_known_name_of_a_template_stands_within_other_words() -> None:
    trapping = [template for template in templates() if template.known]
    assert len(trapping) >= 6
    for template in trapping:
        for name in template.known:
            assert name.casefold() in template.text.casefold(), template.where
    traps = {name for template in trapping for name in template.known}
    assert traps <= {name for case in evaluation()[1000:] for name in case.known_names}


def test_every_template_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    used = set()

    def noted(template: Template, rng: Random) -> Rendered:
        used.add(template.where)
        return render(template, rng)

    monkeypatch.setattr(cases_module, "render", noted)
    cases(max(sum(t.identifies is sort for t in templates()) for sort in (True, False)), seed=4)
    assert used == {template.where for template in templates()}


def test_half_of_the_texts_identify_and_all_kinds_are_there() -> None:
    made = evaluation()
    assert len(made) == 2000
    assert all(case.spans for case in made[:1000])
    assert not any(case.spans for case in made[1000:])
    counts = Counter(span.kind for case in made for span in case.spans)
    assert set(counts) == set(KINDS)
    assert min(counts.values()) >= 30


def test_the_same_seed_gives_the_same_texts_in_any_process() -> None:
    assert cases(60, seed=9) == cases(60, seed=9)
    assert cases(60, seed=9) != cases(60, seed=10)
    code = (
        "import hashlib; from benchmarks.free_texts.cases import cases;"
        "print(hashlib.sha256(repr(cases(60, seed=9)).encode()).hexdigest())"
    )
    printed = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={"PYTHONHASHSEED": "77", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    assert printed == hashlib.sha256(repr(cases(60, seed=9)).encode()).hexdigest()


def test_one_text_in_ten_is_long_and_the_usual_one_is_short() -> None:
    lengths = sorted(len(case.text) for case in evaluation())
    long = [length for length in lengths if length >= 200]
    assert 0.1 <= len(long) / len(lengths) < 0.13
    assert lengths[-1] <= 600
    assert 15 <= lengths[len(lengths) // 5] <= lengths[4 * len(lengths) // 5] <= 120


def test_spans_lie_in_the_text_one_after_the_other_and_begin_and_end_with_a_sign() -> None:
    for case in evaluation():
        marks = sorted((*case.spans, *case.free, *case.lookalikes))
        ends = [0, *(span.end for span in marks)]
        assert all(end <= span.start for end, span in zip(ends, marks, strict=False)), case.text
        for span in marks:
            value = case.text[span.start : span.end]
            assert value, case.text
            assert value == value.strip(), case.text


def test_a_tag_repeats_the_value_and_joining_moves_the_spans() -> None:
    twice = render(Template("旧{mobile=a}，新{mobile=a}{name}", "zh", "here"), Random(1))
    first, second, name = twice.labelled
    assert twice.text[first.start : first.end] == twice.text[second.start : second.end]
    assert name.kind == "name"
    joined = join([twice, twice], "；")
    shift = len(twice.text) + 1
    assert joined.labelled[3:] == tuple(span.moved(shift) for span in twice.labelled)
    assert joined.text[shift:] == twice.text
    assert Span(1, 3, "x").moved(2) == (3, 5, "x")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("language: zh\nidentifiers: true\ntemplates: ['电话{mobil}']", "no such placeholder"),
        ("language: zh\nidentifiers: false\ntemplates: ['电话{mobile}']", "does not fit"),
        ("language: zh\nidentifiers: true\ntemplates: ['电话']", "does not fit"),
        ("language: fr\nidentifiers: true\ntemplates: ['{mobile}']", "write one of zh, en"),
    ],
)
def test_a_wrong_template_file_is_refused(tmp_path: Path, content: str, said: str) -> None:
    file = tmp_path / "wrong.yaml"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(ValueError, match=said):
        read(file)
