"""How many records a snapshot usually has: the median of the ones before it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from assets.raw.connector.pages import usual_records


def pulls(*counts: int) -> list[Any]:
    kept = [SimpleNamespace(done=True, records=count) for count in counts]
    return [SimpleNamespace(checkpoint=checkpoint) for checkpoint in kept]


@pytest.mark.parametrize(
    ("counts", "usual"),
    [
        ((), None),
        ((100,), None),
        ((100, 40), 100),
        ((100, 40, 40), 70),
        ((9_000, 100, 100, 40, 40, 40, 40), 40),
    ],
    ids=["no pull", "the first", "a sudden loss", "the next night", "a loss that lasts"],
)
def test_what_is_usual(counts: tuple[int, ...], usual: int | None) -> None:
    assert usual_records(pulls(*counts), "snapshot") == usual


def test_changes_have_no_usual_number() -> None:
    assert usual_records(pulls(100, 3), "increment") is None
