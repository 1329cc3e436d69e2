"""For all tests: the order in which they start."""

from __future__ import annotations

import pytest

LONGEST_FIRST = ("test_small_company.py", "test_published_figures.py", "test_orders_only.py")
"""So that two workers end together; no test depends on it."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    def place(item: pytest.Item) -> int:
        name = item.path.name
        return LONGEST_FIRST.index(name) if name in LONGEST_FIRST else len(LONGEST_FIRST)

    items.sort(key=place)
