"""The door of travel: from where the settings say, kept for the next time, and straight lines where those are agreed to."""

from pathlib import Path

from numpy.typing import ArrayLike

from gridmap.errors import TravelError
from gridmap.settings import SweepRules
from gridmap.travel.cached import cached_travel, fingerprint
from gridmap.travel.line import line_travel, pace, road_travel
from gridmap.travel.local_roads import LocalRoads, local_roads
from gridmap.travel.matrix import Travel, checked_points, instead_of
from gridmap.travel.osrm_server import OsrmServer, osrm_server


def travel_between(lat: ArrayLike, lon: ArrayLike, mode: str, *, rules: SweepRules, cache: Path | None, fall_back: bool = False) -> Travel:
    """Return travel between every two of some points.

    From the prepared roads that `rules.roads` names, else from the OSRM server of `rules.osrm_url`, else along great
    circles with the detour of `rules.modes`. Pairs without a road are filled and counted.

    Parameters
    ----------
    lat, lon
        WGS-84 degrees.
    mode
        `foot`, `ebike`, `car`, or another that `rules.modes` knows.
    rules
        Where travel is from, and how fast each mode is.
    cache
        A folder to keep what routers answered in; None keeps nothing. Straight lines are faster computed than read.
    fall_back
        Whether straight lines will do where the roads are not to be had; the answer's `source` then says so.

    Raises
    ------
    TravelError
        When the roads are not to be had (and straight lines will not do), or the mode is not known.
    CoordinateError
        When a point is no place on Earth.
    """
    places = checked_points(lat, lon)
    way = pace(mode, rules)
    if not (rules.roads or rules.osrm_url) or len(places[0]) < 2:
        return line_travel(*places, way)
    try:
        router = _router(rules, mode)
        return cached_travel(
            cache,
            fingerprint(*places, way=way, identity=router.identity),
            lambda: road_travel(*places, way, table=router.table(*places), source=router.source),
        )
    except TravelError:
        if not fall_back:
            raise
        return line_travel(*places, way, source=instead_of(_wanted(rules)))


def _router(rules: SweepRules, mode: str) -> LocalRoads | OsrmServer:
    return local_roads(rules, mode) if rules.roads else osrm_server(rules.osrm_url, mode)


def _wanted(rules: SweepRules) -> str:
    return (
        f"roads {Path(rules.roads).name}"
        if rules.roads
        else f"osrm {rules.osrm_url.rpartition('//')[2].partition('/')[0].rpartition('@')[2]}"
    )
