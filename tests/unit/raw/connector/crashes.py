"""Kills: the process ends before or after one of its renames, and cleans nothing up."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest


class Killed(BaseException):
    """The end of the process: nothing catches it."""


@contextmanager
def killed_at(rename: int, *, before: bool) -> Iterator[list[str]]:
    """Kill at a rename, the first being 0; gives the names of the files that were renamed.

    Every file of a pull gets its name by a rename, so these are all the moments that differ.
    """
    renamed: list[str] = []
    replace, unlink = os.replace, Path.unlink

    def dying(source: str, target: str) -> None:
        number = len(renamed)
        renamed.append(Path(target).name)
        if number == rename and before:
            raise Killed
        replace(source, target)
        if number == rename:
            raise Killed

    def kept(path: Path, missing_ok: bool = False) -> None:
        # A killed process removes none of its half-written files.
        if len(renamed) <= rename:
            unlink(path, missing_ok)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "replace", dying)
        patch.setattr(Path, "unlink", kept)
        with suppress(Killed):
            yield renamed
