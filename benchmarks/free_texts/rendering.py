"""One template with values in its placeholders, and the spans of these values."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from random import Random
from typing import NamedTuple

from benchmarks.free_texts.people import written_name
from benchmarks.free_texts.slots import FREE, LABELLED, LOOKALIKES, PLAIN
from benchmarks.free_texts.templates import SLOT, Template


class Span(NamedTuple):
    """The characters from `start` up to but not including `end`."""

    start: int
    end: int
    kind: str

    def moved(self, by: int) -> Span:
        """The same span `by` characters later."""
        return Span(self.start + by, self.end + by, self.kind)


@dataclass(frozen=True)
class Rendered:
    """A text with its spans; `known` are the names in it that the company knows.

    `traps` are those of `known` that the template set itself, to stand within other people.
    """

    text: str
    labelled: tuple[Span, ...]
    free: tuple[Span, ...]
    lookalikes: tuple[Span, ...]
    known: tuple[str, ...]
    traps: tuple[str, ...]


def render(template: Template, rng: Random) -> Rendered:
    """The template with fresh values; a quarter of the texts in a sloppier punctuation."""
    writer = _Writer(template, rng)
    last = 0
    for found in SLOT.finditer(template.text):
        writer.literal(template.text[last : found.start()])
        writer.slot(found[1], found[2])
        last = found.end()
    writer.literal(template.text[last:])
    return writer.rendered()


def join(parts: Sequence[Rendered], joint: str) -> Rendered:
    """The texts one after the other, `joint` between them."""
    starts, start = [], 0
    for part in parts:
        starts.append(start)
        start += len(part.text) + len(joint)

    def moved(spans_of: Callable[[Rendered], Iterable[Span]]) -> tuple[Span, ...]:
        pairs = zip(parts, starts, strict=True)
        return tuple(span.moved(start) for part, start in pairs for span in spans_of(part))

    return Rendered(
        text=joint.join(part.text for part in parts),
        labelled=moved(lambda part: part.labelled),
        free=moved(lambda part: part.free),
        lookalikes=moved(lambda part: part.lookalikes),
        known=tuple(name for part in parts for name in part.known),
        traps=tuple(name for part in parts for name in part.traps),
    )


class _Writer:
    """Writes one text and keeps its spans."""

    def __init__(self, template: Template, rng: Random) -> None:
        self._template, self._rng = template, rng
        self._sloppy = _sloppiness(template.language, rng)
        self._text = ""
        self._spans: dict[str, list[Span]] = {"labelled": [], "free": [], "lookalikes": []}
        self._known: list[str] = []
        self._bound: dict[str, str] = {}

    def literal(self, text: str) -> None:
        """Add words of the template."""
        for usual, sloppy in self._sloppy:
            text = text.replace(usual, sloppy)
        self._text += text

    def slot(self, name: str, tag: str | None) -> None:
        """Add a value of the slot; the same one for the same tag."""
        sort, kind = _sort(name)
        value = self._bound.get(f"{name}={tag}") or self._value(name)
        if tag:
            self._bound[f"{name}={tag}"] = value
        written = value
        if kind == "name":
            self._known.append(value)
            written = written_name(self._rng, value)
        start = len(self._text)
        self._text += written
        if sort != "plain":
            self._spans[sort].append(Span(start, len(self._text), kind))

    def rendered(self) -> Rendered:
        """The text so far with its spans."""
        traps = self._template.known
        spans = {sort: tuple(found) for sort, found in self._spans.items()}
        return Rendered(self._text, **spans, known=(*self._known, *traps), traps=traps)

    def _value(self, name: str) -> str:
        language = self._template.language
        if language == "mixed":
            language = self._rng.choice(("zh", "en"))
        make = LABELLED[name][1] if name in LABELLED else {**FREE, **LOOKALIKES, **PLAIN}[name]
        return make(self._rng, language)


def _sort(name: str) -> tuple[str, str]:
    """The list of spans that a slot belongs to, and the kind of its spans."""
    if name in LABELLED:
        return "labelled", LABELLED[name][0]
    if name in FREE:
        return "free", name
    return ("lookalikes", name) if name in LOOKALIKES else ("plain", name)


def _sloppiness(language: str, rng: Random) -> list[tuple[str, str]]:
    """What to write for which sign in this text."""
    chance = rng.random()
    if language == "en":
        return [("'", ""), (" you ", " u "), (" please ", " pls ")] if chance < 0.2 else []
    if chance < 0.15:
        return [("，", ","), ("。", "."), ("：", ":")]
    if chance < 0.22:
        return [("，", "，，"), ("。", "~~"), ("！", "!!!")]
    return [("。", "！")] if chance < 0.26 else []
