"""The map that a phone carries along: roads, waters and outlines of towns around the stops, clipped and simplified."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from gridmap.market import Market

BIG_ROADS = ("motorway", "trunk", "primary", "secondary")
MARGIN_DEG = 0.012  # about 1.3 km around the outermost stops
_COARSE_DEG = 4e-5  # about 4 m: nothing that shows at a walker's zoom
MOST_POINTS = 20_000


def base_of(market: Market, stops: Sequence[tuple[float, float]]) -> dict[str, Any]:
    """Return the base map around some stops.

    Parameters
    ----------
    stops
        (lat, lon), EPSG:4326.

    Returns
    -------
    `areas`, `waters`: lists of paths; `lakes`: of rings; `roads`: of [1 for a big road, path]. A path is a list of [lat, lon] with five
    decimals. Small roads are left out where there would be more points than a phone draws well.
    """
    if not stops:
        return {"areas": [], "waters": [], "lakes": [], "roads": []}
    lat, lon = np.array(stops, dtype=float).T
    box = (lon.min() - MARGIN_DEG, lat.min() - MARGIN_DEG, lon.max() + MARGIN_DEG, lat.max() + MARGIN_DEG)
    towns = market.towns.geometry
    waters = list(_within(market.waters.geometry, box))
    sizes = market.roads["kind"].astype("str").isin(BIG_ROADS)
    big = list(_paths(_within(market.roads.geometry[sizes], box)))
    small = list(_paths(_within(market.roads.geometry[~sizes], box)))
    fits = sum(map(len, (*big, *small))) <= MOST_POINTS
    return {
        "areas": list(_paths(_within(shapely.boundary(np.asarray(towns, object)), box))),
        "waters": list(_paths(shape for shape in waters if not _is_area(shape))),
        "lakes": list(_paths(shapely.get_exterior_ring(part) for shape in waters if _is_area(shape) for part in shapely.get_parts(shape))),
        "roads": [*([0, path] for path in small if fits), *([1, path] for path in big)],
    }


def _within(shapes: npt.ArrayLike, box: tuple[float, float, float, float]) -> Iterator[shapely.Geometry]:
    given: npt.NDArray[Any] = np.asarray(shapes, object)
    for shape in given[~(shapely.is_missing(given) | shapely.is_empty(given))]:
        cut = shapely.simplify(shapely.clip_by_rect(shape, *box), _COARSE_DEG)
        if not shapely.is_empty(cut):
            yield cut


def _is_area(shape: shapely.Geometry) -> bool:
    return bool(shapely.get_dimensions(shape) == 2)


def _paths(shapes: Iterator[Any]) -> Iterator[list[list[float]]]:
    for shape in shapes:
        for part in shapely.get_parts(shape):
            line = shapely.get_exterior_ring(part) if _is_area(part) else part
            if shapely.get_type_id(line) in {1, 2}:  # a line or a ring
                points = np.round(shapely.get_coordinates(line)[:, ::-1], 5)
                if len(points) > 1:
                    yield points.tolist()
