"""Made-up points: a box the size of Guangdong, 70 % in 300 towns, 30 % anywhere."""

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

SOUTH, NORTH, WEST, EAST = 20.2, 25.5, 109.6, 117.3
TOWNS = 300
ROWS_PER_FILE = 1_000_000


def make_points(size: int, seed: int) -> pd.DataFrame:
    """Return points: lat, lon in degrees, lines (int32) and filed (boolean), one row each."""
    random = np.random.default_rng(seed)
    lat, lon = random.uniform(SOUTH, NORTH, TOWNS), random.uniform(WEST, EAST, TOWNS)
    town = random.integers(0, TOWNS, size)
    anywhere = random.random(size) < 0.3
    return pd.DataFrame(
        {
            "lat": np.where(anywhere, random.uniform(SOUTH, NORTH, size), lat[town] + random.normal(0, 0.05, size)).round(6),
            "lon": np.where(anywhere, random.uniform(WEST, EAST, size), lon[town] + random.normal(0, 0.05, size)).round(6),
            "lines": random.integers(0, 50, size, dtype=np.int32),
            "filed": random.random(size) < 0.4,
        }
    )


def point_files(size: int, seed: int, folder: Path) -> list[Path]:
    """Write points to Parquet, a million rows a file; files that are already there are kept."""
    kept = folder / f"points-{size}-{seed}"
    kept.mkdir(parents=True, exist_ok=True)
    files = []
    for number, first in enumerate(range(0, size, ROWS_PER_FILE)):
        path = kept / f"part-{number:04d}.parquet"
        if not path.exists():
            part = make_points(min(ROWS_PER_FILE, size - first), seed * 100_003 + number)
            partial = path.with_suffix(".partial")
            pq.write_table(pa.Table.from_pandas(part, preserve_index=False), partial)
            partial.replace(path)
        files.append(path)
    return files
