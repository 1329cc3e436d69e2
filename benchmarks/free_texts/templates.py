"""The hand-written templates: YAML files of texts with placeholders."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from benchmarks.free_texts.slots import FREE, LABELLED, LOOKALIKES, PLAIN

FOLDER = Path(__file__).parent / "templates"
LANGUAGES = ("zh", "en", "mixed")
SLOT = re.compile(r"\{([a-z_0-9]+)(?:=([a-z]))?\}")
"""`{mobile}`, or `{mobile=a}` for the same value at every `{mobile=a}` of the text."""


@dataclass(frozen=True)
class Template:
    """A text with placeholders.

    Args:
        text: the text.
        language: zh, en or mixed.
        where: file and place, for messages.
        known: names the vault shall know, besides those of the name slots.
    """

    text: str
    language: str
    where: str
    known: tuple[str, ...] = ()

    def slots(self) -> list[str]:
        """The names of the placeholders, in order."""
        return [found[1] for found in SLOT.finditer(self.text)]

    @property
    def identifies(self) -> bool:
        """Does it hold a labelled slot?"""
        return any(slot in LABELLED for slot in self.slots())


def read(path: Path) -> list[Template]:
    """The templates of one file.

    Raises:
        ValueError: a wrong language, an unknown placeholder, or a template with labelled slots
            in a file of texts without identifiers or the other way round.
    """
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    language = content["language"]
    if language not in LANGUAGES:
        raise ValueError(f"{path.name}: language {language!r}, write one of {', '.join(LANGUAGES)}")
    templates = []
    for place, entry in enumerate(content["templates"], 1):
        given = entry if isinstance(entry, dict) else {"text": entry}
        where = f"{path.name}, template {place}"
        template = Template(given["text"].rstrip(), language, where, tuple(given.get("known", ())))
        _check(template)
        if template.identifies != content["identifiers"]:
            raise ValueError(f"{where}: {template.text!r} does not fit identifiers of its file")
        templates.append(template)
    return templates


def _check(template: Template) -> None:
    unknown = {*template.slots()} - {*LABELLED, *FREE, *LOOKALIKES, *PLAIN}
    if unknown or "{" in SLOT.sub("", template.text):
        raise ValueError(
            f"{template.where}: no such placeholder in {template.text!r}, see slots.py"
        )


@cache
def templates() -> tuple[Template, ...]:
    """All templates, by file name and place."""
    return tuple(found for path in sorted(FOLDER.glob("*.yaml")) for found in read(path))
