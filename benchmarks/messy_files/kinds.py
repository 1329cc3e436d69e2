"""What a kind of pollution is, and the list that the files with the kinds fill."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from benchmarks.messy_files.drafts import Draft

Edit = Callable[[Draft], None]


@dataclass(frozen=True)
class Kind:
    """One way of writing a file.

    Attributes:
        name: Of the kind.
        layer: What it edits: `table`, `style`, `lines` or `bytes`; two kinds of different layers
            can be combined.
        edit: Does it to a draft.
        is_well_formed: Whether the contract allows it: then every row must be loaded.
        shapes: Only for these; all when empty.
    """

    name: str
    layer: str
    edit: Edit
    is_well_formed: bool = False
    shapes: tuple[str, ...] = ()


KINDS: dict[str, Kind] = {}


def add(
    name: str, layer: str, edit: Edit, well_formed: bool = False, shapes: tuple[str, ...] = ()
) -> None:
    """Put a kind on the list."""
    assert name not in KINDS, name
    KINDS[name] = Kind(name, layer, edit, well_formed, shapes)


def kind(
    name: str, layer: str, well_formed: bool = False, shapes: tuple[str, ...] = ()
) -> Callable[[Edit], Edit]:
    """Put the decorated function on the list."""

    def listed(edit: Edit) -> Edit:
        add(name, layer, edit, well_formed, shapes)
        return edit

    return listed
