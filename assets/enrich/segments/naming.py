"""Names of clusters from what sets them apart; the words are rows of the seed cluster_phrases."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assets.enrich.segments.features import REST, SHARE, Scale

if TYPE_CHECKING:
    import duckdb
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]

CLEAR = 0.5
"""How far a measure must stand from the mean of all, in spreads, to be named."""

CLEAR_SHARE = 0.75
"""The same for a category's share."""

MOST_MEASURES = 3


@dataclass(frozen=True)
class Phrase:
    """Words for one measure above or below the others.

    Args:
        position: where it stands in a name, small first.
        text: English words.
        text_zh: Chinese words.
    """

    position: int
    text: str
    text_zh: str


Phrases = Mapping[tuple[str, str], Phrase]


def read_phrases(con: duckdb.DuckDBPyConnection, relation: str) -> Phrases:
    """The seed's words by feature and level (high, low; category, rest and noun for the frame)."""
    rows = con.execute(
        f"select feature, level, position, phrase, phrase_zh from {relation} order by all"
    ).fetchall()
    return {(feature, level): Phrase(place, en, zh) for feature, level, place, en, zh in rows}


def names_of(
    centroids: Floats, mean: Floats, scale: Scale, phrases: Phrases, taken: Iterable[str]
) -> list[tuple[str, str]]:
    """An English and a Chinese name for each centroid, none of them twice or in `taken`.

    Args:
        centroids: clusters x features, scaled, in the order in which they choose names.
        mean: of all customers, scaled.
        scale: names and weights of the features.
        phrases: the words.
        taken: English names that others have.
    """
    used = set(taken)
    found = []
    for apart in (centroids - mean) / scale.weights:
        name, name_zh = _first_free(_attempts(apart, scale.features, phrases), used)
        used.add(name)
        found.append((name, name_zh))
    return found


def _attempts(
    apart: Floats, features: Sequence[str], phrases: Phrases
) -> Iterable[tuple[str, str]]:
    by_size = sorted(range(len(features)), key=lambda place: (-abs(apart[place]), place))
    measures = [place for place in by_size if (features[place], _level(apart[place])) in phrases]
    shares = [place for place in by_size if features[place].startswith(SHARE) and apart[place] > 0]
    clear = [place for place in measures if abs(apart[place]) >= CLEAR][:MOST_MEASURES]
    leading = [place for place in shares if apart[place] >= CLEAR_SHARE][:1]
    yield _name(apart, features, phrases, clear, leading)
    for more in range(len(clear) + 1, len(measures) + 1):
        yield _name(apart, features, phrases, measures[:more], leading)
    for share in shares:
        yield _name(apart, features, phrases, clear, [share])


def _level(apart: float) -> str:
    return "high" if apart > 0 else "low"


def _name(
    apart: Floats,
    features: Sequence[str],
    phrases: Phrases,
    measures: Sequence[int],
    shares: Sequence[int],
) -> tuple[str, str]:
    words = [phrases[features[place], _level(apart[place])] for place in measures]
    noun = phrases["name", "noun" if words else "average"]
    # A measure at the noun's own place says what they are; the others say how.
    if not any(word.position == noun.position for word in words):
        words.append(noun)
    words.sort(key=lambda word: word.position)
    name = " ".join(word.text for word in words)
    name_zh = "".join(word.text_zh for word in words)
    if noun.text_zh not in name_zh:
        name_zh += noun.text_zh
    for place in shares:
        category = features[place].removeprefix(SHARE)
        frame = phrases["name", "rest" if features[place] == REST else "category"]
        name += frame.text.replace("{category}", category)
        name_zh += frame.text_zh.replace("{category}", category)
    return name[:1].upper() + name[1:], name_zh


def _first_free(attempts: Iterable[tuple[str, str]], used: set[str]) -> tuple[str, str]:
    first: tuple[str, str] | None = None
    for name, name_zh in attempts:
        if name not in used:
            return name, name_zh
        first = first or (name, name_zh)
    assert first is not None, "there is at least one attempt"
    number = 2
    while f"{first[0]} ({number})" in used:
        number += 1
    return f"{first[0]} ({number})", f"{first[1]}（{number}）"
