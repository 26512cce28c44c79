"""``python bench/sample --seed N --days D --out DIR``: write a sample with its truth.

Without options other than ``--out`` it writes the sample that is shipped in the package, byte for byte.
"""

import argparse
import sys
from pathlib import Path

if not __package__:
    sys.path[0] = str(Path(__file__).resolve().parents[2])

from bench.sample.write import write_sample

SHIPPED_SEED = 1
SHIPPED_DAYS = 10


def main() -> None:
    """Read the options and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=SHIPPED_SEED, help="any number; another one is another world")
    parser.add_argument("--days", type=int, default=SHIPPED_DAYS, help="length of the calendar, 8 or more")
    parser.add_argument("--out", type=Path, required=True, help="folder to write to, new or empty")
    options = parser.parse_args()
    if options.days < 8:
        parser.error("--days must be 8 or more: blocks need a before, a during and an after")
    if options.out.exists() and any(options.out.iterdir()):
        parser.error(f"{options.out} is not empty")
    print(f"{write_sample(options.seed, options.days, options.out)} measurements in {options.out}")


if __name__ == "__main__":
    main()
