"""What lies in the drop folder for an object or a source."""

from __future__ import annotations

import hashlib
from pathlib import Path

from assets.raw.contract import load_contracts
from assets.raw.contract_model import ObjectContract
from assets.raw.files.delivery_manifest import SUFFIX, manifest_of
from pipelines.runtime.settings import Settings

UNFINISHED = (".tmp", ".part", ".partial", ".crdownload", ".filepart")
NO_DATA = (*UNFINISHED, SUFFIX)


def delivered_files(data: Path, obj: ObjectContract) -> list[Path]:
    """The files in the drop folder that match the object's path, by name; of a stream none.

    Hidden files, names that say "still being written" (.tmp, .part ...) and manifests do not count.
    """
    if obj.path is None:
        return []
    return sorted(
        file
        for file in data.glob(obj.path)
        if file.is_file() and not file.name.startswith(".") and not file.name.endswith(NO_DATA)
    )


def delivered_fingerprint(settings: Settings, source: str) -> str:
    """A short text that changes whenever a file of the source, or its manifest, comes or changes.

    Empty when nothing is delivered. Reads names, sizes and times only, so that a sensor can ask for
    it every minute.
    """
    contract = next(
        (item for item in load_contracts(settings.sources) if item.source == source), None
    )
    lines = [
        f"{file.relative_to(settings.data).as_posix()}|{status.st_size}|{status.st_mtime_ns}"
        for obj in (contract.objects.values() if contract else ())
        for delivered in delivered_files(settings.data, obj)
        for file in (delivered, manifest_of(delivered))
        if file.exists()
        if (status := file.stat())
    ]
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()[:16] if lines else ""
