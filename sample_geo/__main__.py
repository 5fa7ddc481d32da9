"""Write a sample: `python -m sample_geo --seed 1 --organisations 6000 --out sample`."""

import argparse
import sys
from pathlib import Path

from sample_geo.sample import NAMES, PER_BRANCH
from sample_geo.writing import write_streaming


def main(arguments: list[str] | None = None) -> int:
    """Read the arguments, write the files, print what was written; 2 where the arguments cannot be met."""
    parser = argparse.ArgumentParser(prog="python -m sample_geo", description="Write the synthetic sample branch and its planted truths.")
    parser.add_argument("--seed", type=int, default=1, help="same seed and sizes, same bytes (default 1)")
    parser.add_argument("--organisations", type=int, default=6000, help="organisations alive today (default 6000)")
    parser.add_argument("--branches", type=int, help=f"county branches (default one per {PER_BRANCH} organisations)")
    parser.add_argument("--tables", default="", help=f"only these, separated by commas, of: {', '.join(NAMES)}")
    parser.add_argument("--out", type=Path, required=True, help="folder for the files; made where it is missing")
    given = parser.parse_args(arguments)
    tables = [name.strip() for name in given.tables.split(",") if name.strip()] or None
    unknown = sorted(set(tables or ()) - set(NAMES))
    if unknown:
        parser.error(f"there is no table {', '.join(unknown)}")
    try:
        counts = write_streaming(given.seed, given.organisations, given.out, branches=given.branches, tables=tables)
    except ValueError as error:
        parser.error(str(error))
    sys.stdout.writelines(f"{name:14} {count:>10}\n" for name, count in counts.items())
    return 0


if __name__ == "__main__":
    sys.exit(main())
