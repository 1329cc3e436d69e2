"""What can be wrong with a delivered file as a whole."""

from __future__ import annotations


class FileError(Exception):
    """One line: which file or setting, what is wrong, how to mend it. Never a value of a row."""
