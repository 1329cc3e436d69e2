"""A BI tool that opens the publication again and again while runs go on."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import duckdb


@dataclass
class Reader:
    """What a reader met: the run of each read, errors, and reads that mixed two runs."""

    path: Path
    runs_seen: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    mixed: int = 0
    _stop: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Read for as long as the block lasts."""
        thread = threading.Thread(target=self._read)
        thread.start()
        try:
            yield
        finally:
            self._stop.set()
            thread.join()

    def _read(self) -> None:
        while not self._stop.wait(0.05):
            if not self.path.exists() and not self.runs_seen:
                continue  # before the first publication
            try:
                with duckdb.connect(str(self.path), read_only=True) as reader:
                    stamps = reader.execute(
                        "select run_id, as_of_date from publish.publication"
                    ).fetchall()
                    dates = reader.execute(
                        "select as_of_date from publish.rfm union "
                        "select as_of_date from publish.customer_360"
                    ).fetchall()
            except duckdb.Error as error:
                self.errors.append(str(error))
                continue
            self.runs_seen.append(stamps[0][0])
            if len(stamps) != 1 or dates != [(stamps[0][1],)]:
                self.mixed += 1
