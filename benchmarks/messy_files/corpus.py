"""The files of the corpus: every kind on every shape, and pairs of kinds."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.messy_files import damage, lines, styles, tables, well_formed
from benchmarks.messy_files.drafts import Draft, draft
from benchmarks.messy_files.kinds import KINDS, Kind
from benchmarks.messy_files.shapes import SHAPES, Shape

PARTS = (well_formed, styles, tables, lines, damage)
"""The modules that fill the list of kinds."""

LAYERS = ("table", "style", "lines", "bytes")
"""In this order the edits of a pair are made."""

TOO_SMALL = {"well: header only", "well: one row"}
"""Nothing else can be done to these."""

EACH = 2
PAIRS = 750


@dataclass(frozen=True)
class Case:
    """One file: its shape, one or two kinds, and a seed."""

    shape: Shape
    kinds: tuple[Kind, ...]
    seed: int

    @property
    def name(self) -> str:
        """Words for a report."""
        return " + ".join(kind.name for kind in self.kinds)

    @property
    def group(self) -> str:
        """The line of the table that it counts in."""
        return "pairs of kinds" if len(self.kinds) > 1 else self.name.partition(":")[0]

    @property
    def is_well_formed(self) -> bool:
        """Whether it must be loaded whole."""
        return all(kind.is_well_formed for kind in self.kinds)

    def draft(self) -> Draft:
        """The file, made anew."""
        made = draft(self.shape, f"{self.name} {self.seed}")
        for kind in sorted(self.kinds, key=lambda kind: LAYERS.index(kind.layer)):
            kind.edit(made)
        return made


def cases(each: int = EACH, pairs: int = PAIRS) -> Iterator[Case]:
    """All cases, always the same ones in the same order.

    Args:
        each: Files of every kind and shape.
        pairs: Files with two kinds at once.
    """
    for shape in SHAPES:
        for kind in KINDS.values():
            if not kind.shapes or shape.name in kind.shapes:
                yield from (Case(shape, (kind,), seed) for seed in range(each))
    rng = random.Random("pairs of kinds")
    made = 0
    while made < pairs:
        shape = rng.choice(SHAPES)
        fitting = [it for it in KINDS.values() if not it.shapes or shape.name in it.shapes]
        one, other = rng.choice(fitting), rng.choice(fitting)
        if one.layer != other.layer and not {one.name, other.name} & TOO_SMALL:
            made += 1
            yield Case(shape, (one, other), made)


def cut_without_manifest(seed: int) -> list[Case]:
    """What no reader can see: a file of every shape that ends between two records."""

    def cut(draft: Draft) -> None:
        draft.on_lines.append(lambda _, lines: lines[:-3])

    kind = Kind("cut: between records, without a manifest", "lines", cut)
    return [Case(shape, (kind,), seed) for shape in SHAPES]
