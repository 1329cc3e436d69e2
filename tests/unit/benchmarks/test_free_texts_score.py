"""The score of a redactor: perfect, idle, shifted, partial, greedy."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from benchmarks.free_texts.cases import Case, cases
from benchmarks.free_texts.rendering import Span
from benchmarks.free_texts.score import Redact, report, score

Spans = list[tuple[int, int]]


def answering(given: list[Case], answer: Callable[[Case], Spans]) -> Redact:
    def redact(texts: list[str], known_names: list[list[str]]) -> list[Spans]:
        assert texts == [case.text for case in given]
        assert known_names == [list(case.known_names) for case in given]
        return [answer(case) for case in given]

    return redact


def labels(case: Case) -> Spans:
    return [(span.start, span.end) for span in case.spans]


def one(text: str, *spans: Span, free: tuple[Span, ...] = ()) -> list[Case]:
    return [Case(text, "zh", spans, (), free, ())]


def found(text: str, span: Span, *predicted: tuple[int, int]) -> bool:
    given = one(text, span)
    return score(given, answering(given, lambda case: [*predicted])).recall == 1


def test_a_perfect_redactor_has_all_of_both() -> None:
    given = cases(300, seed=5)
    total = score(given, answering(given, labels))
    assert (total.recall, total.precision) == (1, 1)
    assert (total.untouched, total.clean) == (300, 300)
    assert (total.misses, total.false_finds) == ([], [])
    assert all(kind.recall == kind.precision == 1 for kind in total.kinds.values())
    assert sum(kind.labelled for kind in total.kinds.values()) == sum(len(c.spans) for c in given)


def test_an_idle_redactor_finds_nothing_and_is_never_wrong() -> None:
    given = cases(300, seed=5)
    total = score(given, answering(given, lambda case: []))
    assert (total.recall, total.precision, total.predicted) == (0, 1, 0)
    assert total.untouched == 300
    assert len(total.misses) == sum(len(case.spans) for case in given)


def test_spans_shifted_by_two_miss_what_must_be_whole() -> None:
    given = cases(300, seed=5)
    total = score(
        given,
        answering(
            given,
            lambda case: [
                (s + 2, min(e + 2, len(case.text)))
                for s, e in labels(case)
                if s + 2 < len(case.text)
            ],
        ),
    )
    for kind in ("mobile", "id_card", "bank_card", "email", "qq", "plate"):
        assert total.kinds[kind].recall < 0.1, kind
    assert total.kinds["address"].recall > 0.3
    assert total.precision > 0.7


def test_redacting_everything_finds_all_and_touches_all() -> None:
    given = cases(300, seed=5)
    total = score(given, answering(given, lambda case: [(0, len(case.text))]))
    assert total.recall == 1
    assert total.untouched == 0
    assert total.precision < 0.5


def test_a_mobile_number_needs_all_digits_but_not_its_dashes() -> None:
    text, span = "电138-1234-5678", Span(1, 14, "mobile")
    assert found(text, span, (1, 14))
    assert found(text, span, (1, 4), (5, 9), (10, 14))
    assert not found(text, span, (1, 13))


def test_an_address_needs_four_fifths_of_its_signs_outside_blanks_and_punctuation() -> None:
    text, span = "人民路12号, 3栋402", Span(0, 13, "address")
    assert found(text, span, (0, 11))
    assert not found(text, span, (0, 8))


def test_half_on_a_label_is_right_and_less_is_false() -> None:
    text, span = "abcdefghij", Span(0, 4, "wechat")
    given = one(text, span)
    half = score(given, answering(given, lambda case: [(0, 8)]))
    assert (half.right, half.predicted) == (1, 1)
    less = score(given, answering(given, lambda case: [(0, 9)]))
    assert (less.right, less.predicted) == (0, 1)
    assert less.kinds["wechat"].precision == 0
    assert less.recall == 1
    assert less.false_finds[0].value == "abcdefghi"


def test_one_span_over_two_labels_is_right_and_finds_both() -> None:
    given = one("张伟13812345678", Span(0, 2, "name"), Span(2, 13, "mobile"))
    total = score(given, answering(given, lambda case: [(0, 13)]))
    assert (total.recall, total.precision) == (1, 1)
    assert total.kinds["mobile"].touching == 1


def test_a_free_span_may_be_found_or_left() -> None:
    given = one("问张先生", free=(Span(1, 4, "called"),))
    total = score(given, answering(given, lambda case: [(1, 4)]))
    assert (total.predicted, total.untouched, total.clean) == (0, 1, 1)


def test_the_report_names_kinds_misses_and_the_sorts_of_false_finds() -> None:
    given = [
        Case("号12345678901元", "zh", (), (), (), (Span(1, 12, "order"),)),
        Case("呼叫\n13812345678", "zh", (Span(3, 14, "mobile"),), (), (), ()),
    ]
    total = score(given, answering(given, lambda case: [(0, 5)] if "元" in case.text else []))
    text = report(total)
    assert "mobile                1       0  0.0000    1.0000" in text
    assert "overall recall 0.0000, precision 0.0000" in text
    assert "left alone: 0 of 1" in text
    assert "['13812345678'] in '呼叫⏎13812345678'" in text
    assert "  order: 1" in text


@pytest.mark.parametrize("spans", [[(0, 0)], [(-1, 2)], [(0, 99)]])
def test_spans_outside_the_text_are_refused(spans: Spans) -> None:
    given = one("abc")
    with pytest.raises(ValueError, match="outside its text"):
        score(given, answering(given, lambda case: spans))


def test_a_list_too_few_is_refused() -> None:
    with pytest.raises(ValueError, match="0 answers to 1 texts"):
        score(one("abc"), lambda texts, known_names: [])
