"""Index and aggregate rows from Parquet, against raw C indexing plus a columnar aggregate in memory."""

import warnings

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from bench.figure import Figure
from bench.limits import c_index
from bench.measure import Timed, timed
from bench.options import Options
from bench.points import point_files
from gridmap.services.batch import aggregate_points

RESOLUTION = 8
PEER_ROWS = 200_000


def run(options: Options) -> list[Figure]:
    """Measure gridmap's batch aggregate; CPU seconds, since the machine may be shared."""
    files = point_files(options.size, options.seed, options.data)
    ours = timed(lambda: aggregate_points(files, resolution=RESOLUTION, sums=("lines", "filed")))
    points = pa.concat_tables([pq.read_table(file) for file in files])
    name, index = c_index()
    lat, lon = points["lat"].to_numpy(), points["lon"].to_numpy()
    raw = timed(lambda: index(lat, lon, RESOLUTION))
    columnar = _columnar(points, raw.result)
    if len(ours.result) != columnar.result or int(np.sum(ours.result["rows"])) != options.size:
        raise RuntimeError("the two ways of aggregating disagree")
    limit_s = raw.cpu_s + columnar.cpu_s
    h3pandas_s = _h3pandas_s(points) * options.size / min(options.size, PEER_ROWS)
    return [
        Figure(
            f"index and aggregate {options.size:,} rows from Parquet, of the limit",
            ours.cpu_s / limit_s,
            "x cpu",
            limit=1.5,
            peers={
                "gridmap, cpu s": ours.cpu_s,
                f"limit: {name}, cpu s": raw.cpu_s,
                "limit: duckdb group by, table in memory, cpu s": columnar.cpu_s,
                "h3pandas, of the limit (a sample scaled up)": h3pandas_s / limit_s,
            },
        ),
        Figure("gridmap's cells found", float(len(ours.result)), "cells"),
    ]


def _columnar(points: pa.Table, cells: np.ndarray) -> Timed[int]:
    connection = duckdb.connect()
    connection.register("points", points.append_column("cell", pa.array(cells)))
    connection.execute("CREATE TABLE placed AS SELECT * FROM points")
    query = "SELECT cell, count(*), sum(lines), sum(filed::INT) FROM placed GROUP BY cell"
    measured = timed(lambda: len(connection.sql(query).to_arrow_table()))
    connection.close()
    return measured


def _h3pandas_s(points: pa.Table) -> float:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the peer's own deprecations are not ours to mend
        import h3pandas  # noqa: F401, PLC0415 - it registers itself on pandas
    sample = points.slice(0, PEER_ROWS).to_pandas().rename(columns={"lon": "lng"})
    return timed(lambda: sample.h3.geo_to_h3_aggregate(RESOLUTION, operation="sum", return_geometry=False), runs=1).cpu_s
