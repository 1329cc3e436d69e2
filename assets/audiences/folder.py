"""Where a list of people to contact is written."""

from __future__ import annotations

from pathlib import Path

from assets.audiences.errors import AudienceError
from pipelines.runtime.exports import exports_folder

AUDIENCES = "audiences"


def target_folder(home: Path, audience: str, out: Path | None) -> Path:
    """Where a list is written: in the instance, or in a folder that was asked for.

    Raises:
        AudienceError: readers of publications could read it there.
    """
    if out is None:
        return exports_folder(home) / AUDIENCES / audience
    published = (home / "publish").resolve()
    if out.resolve().is_relative_to(published):
        raise AudienceError(
            "OUT lies in the folder of publications, which others may read; name another folder"
        )
    return out / audience
