"""Texts with their labelled spans, made from the templates and a seed.

    from benchmarks.free_texts.cases import cases
    evaluation = cases(3000, seed=1)

One text in ten is long: 200 to 600 characters, from several templates. Two in ten are of two.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random
from typing import NamedTuple

from benchmarks.free_texts.people import name_en, name_zh
from benchmarks.free_texts.rendering import Rendered, Span, join, render
from benchmarks.free_texts.templates import Template, templates

LONG_MIN, LONG_MAX = 200, 600
_SORTS = ("short", "short", "pair", "short", "short", "short", "pair", "short", "short", "long")
_JOINTS = {
    "zh": ("\n", "。", "；", "\n\n", "。\n", "——", " / ", "\n- "),
    "en": (". ", "\n", "; ", "\n\n", " / ", "\n- ", " -- "),
    "mixed": ("\n", "; ", " / ", "\n\n", "。"),
}
_TRIES = 200


class Case(NamedTuple):
    """A text and what is in it; spans are half-open and counted in characters.

    Args:
        text: the text.
        language: zh, en or mixed.
        spans: the identifiers to be found, in order.
        known_names: the names that the company knows; not all are in the text.
        free: spans that may be found or left (names unknown to the company, masked numbers).
        lookalikes: spans of values that must be left, with the name of their slot.
    """

    text: str
    language: str
    spans: tuple[Span, ...]
    known_names: tuple[str, ...]
    free: tuple[Span, ...]
    lookalikes: tuple[Span, ...]


@dataclass(frozen=True)
class _Pool:
    """The templates for first parts of texts, and those for further parts of long ones."""

    first: tuple[Template, ...]
    further: tuple[Template, ...]


def cases(
    count: int, seed: int = 1, chosen: Callable[[Template], bool] = lambda _: True
) -> list[Case]:
    """`count` texts with identifiers, then `count` without; the same seed gives the same texts.

    Every chosen template is used when `count` is at least their number of either sort.
    """
    everything = tuple(filter(chosen, templates()))
    identifying = tuple(found for found in everything if found.identifies)
    innocent = tuple(found for found in everything if not found.identifies)
    rng = Random(seed)
    with_identifiers = _build(_Pool(identifying, everything), count, rng)
    return with_identifiers + _build(_Pool(innocent, innocent), count, rng)


def _build(pool: _Pool, count: int, rng: Random) -> list[Case]:
    first = _deck(pool.first, rng)
    return [_case(pool, next(first), rng, _SORTS[place % len(_SORTS)]) for place in range(count)]


def _deck(all_of: tuple[Template, ...], rng: Random) -> Iterator[Template]:
    """The templates in random order, again and again."""
    while True:
        yield from rng.sample(all_of, len(all_of))


def _case(pool: _Pool, first: Template, rng: Random, sort: str) -> Case:
    for _ in range(_TRIES):
        rendered = render(first, rng) if sort == "short" else _joined(pool, first, rng, sort)
        names = {*rendered.known, *_others(rng, first.language)}
        known = tuple(rng.sample(sorted(names), len(names)))
        fits = sort != "long" or LONG_MIN <= len(rendered.text) <= LONG_MAX
        if fits and not _strays(rendered, known):
            break
    else:
        raise ValueError(f"{first.where}: no text without stray names came of it; reword it")
    marks = rendered.labelled, known, rendered.free, rendered.lookalikes
    return Case(rendered.text, first.language, *marks)


def _joined(pool: _Pool, first: Template, rng: Random, sort: str) -> Rendered:
    """The first template with one more, or with as many as a long text takes."""
    alike = (found for found in pool.further if found.language == first.language)
    further = _deck(tuple(found for found in alike if found is not first), rng)
    joint = rng.choice(_JOINTS[first.language])
    aim = rng.randrange(LONG_MIN, LONG_MAX - 150) if sort == "long" else 0
    parts = [render(first, rng), render(next(further), rng)]
    while len(join(parts, joint).text) < aim:
        parts.append(render(next(further), rng))
    rng.shuffle(parts)
    return join(parts, joint)


def _others(rng: Random, language: str) -> list[str]:
    """Names the company knows that have nothing to do with the text."""
    makers = {"zh": (name_zh,), "en": (name_en,), "mixed": (name_zh, name_en)}[language]
    return [rng.choice(makers)(rng) for _ in range(rng.randrange(3))]


def _strays(rendered: Rendered, known: tuple[str, ...]) -> bool:
    """Does a known name stand anywhere but in its labelled span, or a template's own trap?"""
    text = list(rendered.text.casefold())
    for span in rendered.labelled:
        text[span.start : span.end] = "\0" * (span.end - span.start)
    rest = "".join(text)
    return any(name.casefold() in rest for name in {*known} - {*rendered.traps})
