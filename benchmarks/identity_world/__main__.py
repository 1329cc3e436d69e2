"""Write an evaluation set; see the package's world.py, nights.py and febrl.py."""

from __future__ import annotations

import argparse
from pathlib import Path


def main() -> None:
    """Read the command line and write the folder."""
    from benchmarks.identity_world.febrl import SETS, write_febrl
    from benchmarks.identity_world.mixes import MIXES
    from benchmarks.identity_world.nights import write_nights
    from benchmarks.identity_world.world import SIZE, generate

    reader = argparse.ArgumentParser(prog="python -m benchmarks.identity_world")
    reader.add_argument("--out", type=Path, required=True)
    reader.add_argument("--seed", type=int, default=1)
    reader.add_argument("--mix", choices=sorted(MIXES), default="balanced")
    reader.add_argument("--records", type=int, default=SIZE)
    reader.add_argument("--nights", action="store_true", help="OUT/night1, night2 and night3")
    reader.add_argument("--febrl", choices=SETS, help="one of the FEBRL sets instead of a world")
    given = reader.parse_args()
    if given.febrl:
        write_febrl(given.out, given.febrl)
    elif given.nights:
        write_nights(given.out, given.seed, given.mix, given.records)
    else:
        generate(given.out, given.seed, given.mix, given.records)


if __name__ == "__main__":
    main()
