"""Made-up county polygons: Voronoi cells over the box of the points, with jagged borders that neighbours share."""

import geopandas as gpd
import numpy as np
import shapely

from bench.points import EAST, NORTH, SOUTH, WEST

STEP_DEG = 0.003
SWING_DEG = 0.004


def make_polygons(count: int, seed: int) -> gpd.GeoSeries:
    """Return polygons without gaps or overlaps, about 400 corners each at 500 polygons; index: id, text."""
    random = np.random.default_rng(seed)
    seeds = shapely.multipoints(np.c_[random.uniform(WEST, EAST, count), random.uniform(SOUTH, NORTH, count)])
    box = shapely.box(WEST, SOUTH, EAST, NORTH)
    cells = shapely.get_parts(shapely.voronoi_polygons(seeds, extend_to=box))
    cells = shapely.segmentize(shapely.intersection(cells, box), STEP_DEG)
    # One smooth displacement for all corners: what two neighbours share stays shared, and rings stay simple.
    phase = random.uniform(0, 2 * np.pi, 4)

    def displaced(corners: np.ndarray) -> np.ndarray:
        x, y = corners.T
        along = np.sin(60 * y + phase[0]) + np.sin(173 * y + 31 * x + phase[1]) / 3
        across = np.sin(60 * x + phase[2]) + np.sin(173 * x - 31 * y + phase[3]) / 3
        return np.c_[x + SWING_DEG * along, y + SWING_DEG * across]

    shapes = shapely.transform(cells, displaced)
    return gpd.GeoSeries(shapes, index=[f"{number:06d}" for number in range(len(shapes))], crs=4326)
