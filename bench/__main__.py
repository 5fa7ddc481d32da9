"""`python -m bench NAME [--size N] [--data DIR] [--seed N] [--json]`: print figures, exit 1 where a goal is missed."""

import argparse
import importlib
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from bench.figure import as_json, as_table
from bench.options import Options

# Each module has `run(options) -> list of figures`; only the one asked for is loaded, since each needs other peers.
BENCHES: tuple[tuple[str, str, int, str], ...] = (
    ("index", "bench.index", 10_000_000, "index and aggregate rows from Parquet"),
    ("polygons", "bench.polygons", 1_000_000, "exact points in polygons"),
    ("import", "bench.importing", 1_000_000, "import of a CSV with full validation"),
    ("market", "bench.market", 1_000_000, "open a Market of that many organisations"),
    ("map", "bench.maps", 100_000, "draw a map of that many cells in Chromium"),
    ("editing", "bench.editing", 10_000, "lasso a tenth of that many cells of a plan in Chromium and give them away"),
    ("ledger", "bench.ledger", 10_000, "publish plans of a twentieth of that many cells; races; kills; the effect of a plan"),
    (
        "toptw",
        "bench.toptw",
        240,
        "team orienteering, --data FOLDER of pr01.txt and bks.csv [--cpu 5] [--seeds 1,2,3] [--only pr05:3,pr10]",
    ),
    ("sweeps", "bench.sweeps", 2_000, "five days of sweeps among that many organisations of a made-up city [--cpu 5] [--seeds 1,2,3]"),
    ("visits", "bench.visits", 6_000, "record visits in a branch of that many organisations; open it after each; send 10,000 times"),
    ("roads", "bench.roads", 2_000, "travel between that many places, on lines and on the roads of --extract FILE.osm.pbf"),
    (
        "territories",
        "bench.territories",
        1_000,
        "territories of that many made-up H3 cells within three balances, beside peers [--seeds 1,2,3]",
    ),
    (
        "counties",
        "bench.counties",
        36,
        "districts of counties with free centres, --data FOLDER of NM.json and optima.csv [--cpu 10] [--only NM,WV]",
    ),
    ("placing", "bench.placing", 6_000, "place organisations of the sample by their addresses; --data FOLDER of shanghai_food.csv"),
    ("month", "bench.month", 6_000, "live through a month of sweeps with three in ten doors shut; forecasts against what happened"),
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one bench and print its figures; 0 where every goal is met, 1 where one is missed."""
    parser = argparse.ArgumentParser(prog="python -m bench", description="Performance figures, as ratios measured in the same run.")
    parser.add_argument("name", choices=[name for name, *_ in BENCHES], help="; ".join(f"{name}: {what}" for name, _, _, what in BENCHES))
    parser.add_argument("--size", type=int, help="rows, organisations or cells (default: the size the goal is set for)")
    parser.add_argument("--data", type=Path, help="folder to keep the made-up data in (default: a temporary one)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--extract", type=Path, help="an OpenStreetMap extract, for roads")
    parser.add_argument("--cpu", type=float, help="CPU seconds of one search, for toptw and sweeps")
    parser.add_argument("--seeds", type=lambda text: tuple(map(int, text.split(","))), default=(), help="seeds of the searches: 1,2,3")
    parser.add_argument("--only", type=lambda text: tuple(text.split(",")), default=(), help="instances of toptw: pr05:3,pr10")
    parser.add_argument("--json", action="store_true", help="print JSON")
    chosen = parser.parse_args(arguments)
    if chosen.size is not None and chosen.size < 1:
        parser.error("--size must be 1 or more")
    module, full = next((module, full) for name, module, full, _ in BENCHES if name == chosen.name)
    run = importlib.import_module(module).run
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        data = chosen.data or Path(folder)
        data.mkdir(parents=True, exist_ok=True)
        size = full if chosen.size is None else chosen.size
        asked = {"extract": chosen.extract, "cpu_s": chosen.cpu, "seeds": chosen.seeds, "only": chosen.only}
        figures = run(Options(size=size, seed=chosen.seed, data=data, **asked))
    print(as_json(figures) if chosen.json else as_table(figures))
    return 0 if all(figure.met for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
