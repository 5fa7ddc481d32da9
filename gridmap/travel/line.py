"""Travel as the crow flies, made longer by a detour: the default, and what fills pairs without a road."""

from dataclasses import dataclass

import numpy as np

from gridmap.coordinates import offset_m
from gridmap.errors import N_, TravelError, say
from gridmap.settings import SweepRules
from gridmap.travel.matrix import Floats, Table, Travel, Whole

# The detour of pairs that the roads do not connect: those places are mostly beside the extract, not behind a river.
FILLED_DETOUR = 1.3
OFF_ROAD_M = 500.0
_BLOCK = 512


@dataclass(frozen=True)
class Pace:
    """How one mode moves: km/h along the detour, the detour as a factor of the great circle, and seconds lost per leg."""

    mode: str
    speed_kmh: float
    detour: float
    lost_s: float

    def seconds(self, metres: Floats) -> Floats:
        """Return the seconds that metres on the road take; nothing is lost on a leg to the same place."""
        moving: Floats = metres * (3.6 / self.speed_kmh)
        return np.where(metres > 0.0, moving + self.lost_s, 0.0)


def pace(mode: str, rules: SweepRules) -> Pace:
    """Return how a mode moves.

    Raises
    ------
    TravelError
        When the settings know no such mode, or give it figures that cannot be.
    """
    for name, speed, detour, lost_min in rules.modes:
        if name == mode:
            if not (0.0 < speed < 1000.0 and 1.0 <= detour < 10.0 and 0.0 <= lost_min < 600.0):
                raise TravelError(
                    say(
                        N_("{speed} km/h, a detour of {detour} and {lost} min lost per leg cannot be."),
                        speed=speed,
                        detour=detour,
                        lost=lost_min,
                    ),
                    where=f"sweeps.modes: {mode}",
                    expected=say(N_("A speed above 0, a detour of 1 or more, and no negative time.")),
                    remedy=say(N_("Correct the figures in the settings.")),
                )
            return Pace(mode, float(speed), float(detour), 60.0 * lost_min)
    raise TravelError(
        say(N_("There is no way of travelling called {mode}."), mode=mode),
        expected=say(N_("One of: {known}."), known=", ".join(name for name, *_ in rules.modes)),
        remedy=say(N_("Choose another, or add it to sweeps.modes in the settings.")),
    )


def line_travel(lat: Floats, lon: Floats, way: Pace, *, source: str = "line") -> Travel:
    """Return travel along great circles times the mode's detour; symmetric, quadratic in the number of points.

    Parameters
    ----------
    lat, lon
        As `checked_points` gives them.
    way
        How the mode moves.
    source
        `line`, or what straight lines stand in for.
    """
    count = len(lat)
    metres, seconds = np.empty((count, count), np.int64), np.empty((count, count), np.int64)
    for first in range(0, count, _BLOCK):  # by rows, so that memory stays at the two matrices
        rows = slice(first, first + _BLOCK)
        far = offset_m(lat[rows, None], lon[rows, None], lat[None, :], lon[None, :]) * way.detour
        metres[rows] = np.rint(far)
        seconds[rows] = np.rint(way.seconds(far))
    return Travel(tuple(zip(lat.tolist(), lon.tolist(), strict=True)), seconds, metres, source)


def road_travel(lat: Floats, lon: Floats, way: Pace, *, table: Table, source: str) -> Travel:
    """Return travel on roads: what a router answered, the mode's lost time added, and pairs without a road filled and counted.

    Parameters
    ----------
    lat, lon
        As `checked_points` gives them.
    way
        How the mode moves.
    table
        The router's answer; a point farther than `OFF_ROAD_M` beside its road counts as one that no road leads to.
    source
        Where it is from.
    """
    beside = table.beside_m > OFF_ROAD_M
    without = np.isnan(table.seconds) | np.isnan(table.metres) | beside[:, None] | beside[None, :]
    np.fill_diagonal(without, val=False)
    # The same place twice is no leg; and two doors on one node of the road are a leg, though the router sees none.
    apart = (lat[:, None] != lat[None, :]) | (lon[:, None] != lon[None, :])
    seconds = np.where(apart, table.seconds + way.lost_s, 0.0)
    metres = np.where(apart, table.metres, 0.0)
    rows, columns = np.nonzero(without)
    if rows.size:
        far = offset_m(lat[rows], lon[rows], lat[columns], lon[columns]) * FILLED_DETOUR
        metres[rows, columns] = far
        seconds[rows, columns] = way.seconds(far)
    pairs = int(np.count_nonzero(np.triu(without | without.T)))
    return Travel(tuple(zip(lat.tolist(), lon.tolist(), strict=True)), _whole(seconds), _whole(metres), source, pairs)


def _whole(values: Floats) -> Whole:
    whole: Whole = np.rint(values).astype(np.int64)
    np.fill_diagonal(whole, 0)
    return whole
