"""The people whom the tests of this folder look for."""

from tests.unit.privacy.people import con, search

__all__ = ["con", "search"]
