"""`python -m bench roads --extract FILE.osm.pbf`: prepare real roads, and travel between 2,000 places on them."""

import sys
import tempfile
from pathlib import Path

import numpy as np

from bench.figure import Figure
from bench.measure import peak_mb, timed
from bench.options import Options
from gridmap.errors import TravelError
from gridmap.settings import SweepRules
from gridmap.travel import travel_between
from gridmap.travel.building import build_roads
from gridmap.travel.local_roads import osrm_bindings


def run(options: Options) -> list[Figure]:
    """Measure straight lines always, and roads where Python and the extra allow and an extract is given."""
    lat, lon = _places(options, (43.727, 7.412, 43.743, 7.432))
    line = timed(lambda: travel_between(lat, lon, "foot", rules=SweepRules(), cache=None))
    figures = [Figure(f"straight lines, {options.size:,} x {options.size:,}", line.cpu_s, "CPU s", 2.0, peers={"wall s": line.wall_s})]
    if options.extract is None:
        print("No --extract: roads are not measured.", file=sys.stderr)
        return figures
    try:
        osrm_bindings()
    except TravelError as error:
        print(error, file=sys.stderr)
        return figures
    with tempfile.TemporaryDirectory(dir=options.data) as folder:
        return figures + _roads(options, options.extract, Path(folder), (lat, lon))


def _places(options: Options, box: tuple[float, float, float, float]) -> tuple[np.ndarray, np.ndarray]:
    south, west, north, east = box
    random = np.random.default_rng(options.seed)
    return south + random.random(options.size) * (north - south), west + random.random(options.size) * (east - west)


def _roads(options: Options, extract: Path, folder: Path, places: tuple[np.ndarray, np.ndarray]) -> list[Figure]:
    size = f"{options.size:,} x {options.size:,}"
    built = timed(lambda: build_roads(extract, folder / "roads", modes=("foot",)), runs=1)
    rules = SweepRules(roads=str(folder / "roads"))
    made = timed(lambda: travel_between(*places, "foot", rules=rules, cache=None))
    kept = folder / "cache"
    travel_between(*places, "foot", rules=rules, cache=kept)
    read = timed(lambda: travel_between(*places, "foot", rules=rules, cache=kept))
    megabytes = sum(path.stat().st_size for path in kept.iterdir()) / 2**20
    line = travel_between(*places, "foot", rules=SweepRules(), cache=None)
    detour = made.result.metres.sum() / (line.metres.sum() / 1.25)
    return [
        Figure(f"prepare {extract.name} for foot", built.cpu_s, "CPU s", peers={"wall s": built.wall_s}),
        Figure(f"roads, {size}, durations and distances", made.cpu_s, "CPU s", 5.0, peers={"wall s": made.wall_s}),
        Figure(f"the same, kept ({megabytes:.0f} MB)", read.cpu_s, "CPU s", 1.0, peers={"wall s": read.wall_s}),
        Figure("pairs without a road, filled", made.result.filled, "pairs"),
        Figure("length of the roads over that of the lines", float(detour), "times"),
        Figure("most memory held", peak_mb(), "MB"),
    ]
