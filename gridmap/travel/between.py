"""The door of travel: from where the settings say, kept for the next time, and straight lines where those are agreed to."""

from pathlib import Path

from numpy.typing import ArrayLike

from gridmap.settings import SweepRules
from gridmap.travel.line import line_travel, pace
from gridmap.travel.matrix import Travel, checked_points


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
        A folder to keep what routers answered in; None keeps nothing.
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
    return line_travel(*places, pace(mode, rules))
