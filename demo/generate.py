"""Make the files of the demo company.

Run it as `python -m demo.generate [--customers N] [--seed S] [--out DIR]`.
"""

import argparse
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb

from demo.consent import write_consent
from demo.crm import make_crm
from demo.finance import find_rates, write_finance
from demo.fxiaoke import write_fxiaoke
from demo.journey import find_journey, write_journey
from demo.loyalty import write_loyalty
from demo.marketing import write_marketing
from demo.people import make_people
from demo.service import write_feedback, write_service
from demo.shop import write_shop
from demo.social import write_social
from demo.steward import write_steward
from demo.surveys import write_surveys
from demo.truth import open_truth, write_truth
from demo.web import write_web
from demo.world import REAL_HOUSEHOLDS, World, open_world
from demo.zoho import write_zoho

GENERATOR_VERSION = 9
DEFAULT_SEED = 8451
MANIFEST = "manifest.json"
MAX_CUSTOMERS = 2_000_000
STEPS: list[Callable[[World], None]] = [
    open_truth,
    write_journey,
    make_people,
    write_shop,
    write_finance,
    write_marketing,
    make_crm,
    write_zoho,
    write_fxiaoke,
    write_web,
    write_service,
    write_feedback,
    write_surveys,
    write_social,
    write_loyalty,
    write_consent,
    write_steward,
    write_truth,
]


def generate(
    out: Path,
    customers: int = REAL_HOUSEHOLDS,
    seed: int = DEFAULT_SEED,
    sample: int | None = None,
    plants_faults: bool = True,
) -> bool:
    """Write the demo company into `out`; return False when it was there already.

    Args:
        out: Folder to write to; emptied first when it holds another demo company.
        customers: Number of buying households, at least those of the Complete Journey data.
        seed: Number that decides every generated value.
        sample: For tests: generate only around the households up to this number.
        plants_faults: For tests: whether rows that a contract must refuse are planted.
    """
    inputs = {
        "customers": customers,
        "duckdb_version": duckdb.__version__,
        "generator_version": GENERATOR_VERSION,
        "plants_faults": plants_faults,
        "sample": sample,
        "seed": seed,
    }
    present = _present_inputs(out)
    if present == inputs:
        return False
    if present is not None:
        shutil.rmtree(out)
    journey = find_journey()
    find_rates()
    out.mkdir(parents=True, exist_ok=True)
    world = open_world(out, journey, seed, customers, sample)
    world.plants_faults = plants_faults
    for step in STEPS:
        step(world)
    _print_rows(world)
    world.con.close()
    shutil.rmtree(out / ".spill", ignore_errors=True)
    content = {"inputs": inputs, "rows": dict(sorted(world.rows.items()))}
    manifest = json.dumps(content, indent=2) + "\n"
    (out / MANIFEST).write_text(manifest, encoding="utf-8")
    return True


def _present_inputs(out: Path) -> dict[str, Any] | None:
    manifest = out / MANIFEST
    if not manifest.exists():
        return None
    inputs: dict[str, Any] = json.loads(manifest.read_text(encoding="utf-8"))["inputs"]
    return inputs


def _kept_size(out: Path) -> int:
    # A big world took long to make: another size must be asked for.
    present = _present_inputs(out)
    if present is None:
        return REAL_HOUSEHOLDS
    size = int(present["customers"])
    print(f"demo: {out} keeps its {size:,} customers; --customers N makes it another size")
    return size


def _print_rows(world: World) -> None:
    for source in sorted({obj.split(".")[0] for obj in world.rows}):
        objects = {o: n for o, n in world.rows.items() if o.split(".")[0] == source}
        broken = sum(sum(world.faults.get(obj, {}).values()) for obj in objects)
        rows = sum(objects.values())
        print(f"demo: {source:12} {rows:>12,} rows in {len(objects)} objects, {broken} broken")


def main() -> None:
    """Read the command line and generate."""
    parser = argparse.ArgumentParser(
        prog="python -m demo.generate", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument(
        "--customers", type=_size, help=f"default: as many as are there, else {REAL_HOUSEHOLDS:,}"
    )
    parser.add_argument("--seed", type=int, default=DEFAULT_SEED)
    parser.add_argument("--out", type=Path, default=Path("var/demo"))
    arguments = parser.parse_args()
    customers = arguments.customers or _kept_size(arguments.out)
    if generate(arguments.out, customers, arguments.seed):
        print(f"demo: written to {arguments.out}")
    else:
        print(f"demo: {arguments.out} is up to date")


def _size(text: str) -> int:
    size = int(text.replace(",", ""))
    if not REAL_HOUSEHOLDS <= size <= MAX_CUSTOMERS:
        raise argparse.ArgumentTypeError(f"between {REAL_HOUSEHOLDS} and {MAX_CUSTOMERS}")
    return size


if __name__ == "__main__":
    main()
