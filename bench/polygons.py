"""Exact points in polygons, against geopandas.sjoin on the same points and polygons."""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from bench.figure import Figure
from bench.measure import timed
from bench.options import Options
from bench.points import make_points
from bench.shapes import make_polygons
from gridmap.grid import points_in_polygons

POLYGONS = 500


def run(options: Options) -> list[Figure]:
    """Measure gridmap's kernel and the peer, and compare their answers point by point."""
    points = make_points(options.size, options.seed)
    polygons = make_polygons(POLYGONS, options.seed)
    lat, lon = points["lat"].to_numpy(), points["lon"].to_numpy()
    ours = timed(lambda: points_in_polygons(lat, lon, polygons))
    peer = timed(lambda: _sjoin(lat, lon, polygons))
    known = peer.result.reindex(range(len(points)))
    differing = int(np.sum((known != pd.Series(ours.result)) & ~(known.isna() & pd.isna(ours.result))))
    corners = int(shapely.get_num_coordinates(polygons.array).sum())
    return [
        Figure(
            f"points in polygons, {options.size:,} x {POLYGONS} ({corners:,} corners), than geopandas.sjoin",
            peer.cpu_s / ours.cpu_s,
            "x faster",
            limit=5,
            better="higher",
            peers={"gridmap, cpu s": ours.cpu_s, "geopandas.sjoin within, making the points included, cpu s": peer.cpu_s},
        ),
        Figure("points with another answer than sjoin", float(differing), "points", limit=0),
    ]


def _sjoin(lat: np.ndarray, lon: np.ndarray, polygons: gpd.GeoSeries) -> pd.Series:
    frame = gpd.GeoDataFrame(geometry=gpd.points_from_xy(lon, lat, crs=4326))
    joined = frame.sjoin(gpd.GeoDataFrame(geometry=polygons), how="left", predicate="within")
    found = joined[next(name for name in joined.columns if name.startswith("index_"))]
    return found[~found.index.duplicated()]  # sjoin gives a point twice where polygons overlap
