"""Word lists of the demo company (names, places, sentences), read from `words/*.yml`."""

from pathlib import Path
from typing import Any

import yaml

WORDS = Path(__file__).parent / "words"
# Lists that are written as one block of words in the YAML, with what one word is made of.
_PARTS: dict[str, tuple[str, ...]] = {
    "surnames": ("zh", "trad", "pinyin"),
    "given_characters": ("zh", "trad", "pinyin"),
    "cn_cities": ("city", "region", "code"),
    "us_cities": ("city", "region", "code"),
}


def load_words() -> dict[str, list[Any]]:
    """Return every word list by its name: lists of strings or of dictionaries."""
    lists: dict[str, list[Any]] = {}
    for path in sorted(WORDS.glob("*.yml")):
        for name, value in yaml.safe_load(path.read_text(encoding="utf-8")).items():
            lists[name] = _entries(name, value)
    return lists


def _entries(name: str, value: str | list[Any]) -> list[Any]:
    if not isinstance(value, str):
        return [str(item) if not isinstance(item, dict) else item for item in value]
    items = value.split()
    if name not in _PARTS:
        return items
    return [
        dict(zip(_PARTS[name], (part.replace("_", " ") for part in item.split(":")), strict=True))
        for item in items
    ]
