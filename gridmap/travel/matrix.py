"""Travel between every two of a set of points, and the words for where it is from."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gridmap.errors import N_, CoordinateError, Message, say

Whole = NDArray[np.int64]
Floats = NDArray[np.float64]
_INSTEAD = "line instead of "


@dataclass(frozen=True)
class Travel:
    """How long and how far it is from each point (row) to each other (column); roads one way make the two directions differ.

    Parameters
    ----------
    points
        Pairs (lat, lon), EPSG:4326.
    seconds, metres
        Square, whole and not negative, 0 from a point to itself; read-only afterwards.
    source
        Where the figures are from, in the short form that `source_said` puts into words.
    filled
        How many pairs of points have no road between them in one direction or both, so that their travel was estimated.

    Raises
    ------
    ValueError
        When the parts do not fit together.
    """

    points: tuple[tuple[float, float], ...]
    seconds: Whole
    metres: Whole
    source: str
    filled: int = 0

    def __post_init__(self) -> None:
        shape = (len(self.points), len(self.points))
        for name in ("seconds", "metres"):
            values = getattr(self, name)
            if values.dtype != np.int64 or values.shape != shape:
                raise ValueError(f"{name}: {values.dtype} {values.shape}, expected int64 {shape}")
            if values.size and (values.min() < 0 or values.diagonal().any()):
                raise ValueError(f"{name}: negative, or not 0 from a point to itself")
            values.flags.writeable = False


@dataclass(frozen=True)
class Table:
    """What a router answers: seconds and metres from each point (row) to each other, NaN where no road leads.

    `beside_m` says how far each point lies from the road it was put on: a router takes the nearest one, however far.
    """

    seconds: Floats
    metres: Floats
    beside_m: Floats


def checked_points(lat: ArrayLike, lon: ArrayLike) -> tuple[Floats, Floats]:
    """Return points as two arrays, rounded to a millionth of a degree (0.1 m), so that the same place is the same number.

    Raises
    ------
    CoordinateError
        When one is no place on Earth.
    ValueError
        When the two are not of one length.
    """
    places = np.asarray(lat, dtype=np.float64).round(6), np.asarray(lon, dtype=np.float64).round(6)
    if places[0].ndim != 1 or places[0].shape != places[1].shape:
        raise ValueError(f"lat {places[0].shape} and lon {places[1].shape} are not two rows of one length")
    wrong = np.flatnonzero(~((np.abs(places[0]) <= 90.0) & (np.abs(places[1]) <= 180.0)))
    if wrong.size:
        raise CoordinateError(
            say(
                N_("Point {number} has no place: {lat}, {lon}."), number=int(wrong[0]) + 1, lat=places[0][wrong[0]], lon=places[1][wrong[0]]
            ),
            expected=say(N_("Latitude -90 to 90 and longitude -180 to 180, in degrees.")),
            remedy=say(N_("Place it on the map, or leave it out.")),
        )
    # Adding 0 turns -0.0 into 0.0, which is the same place but not the same bytes.
    return places[0] + 0.0, places[1] + 0.0


def instead_of(source: str) -> str:
    """Return the source of travel along straight lines that was wanted from elsewhere."""
    return _INSTEAD + source


def source_said(source: str) -> Message:
    """Put into words where travel is from: the short form that `Travel` and saved plans carry."""
    if source.startswith(_INSTEAD):
        return say(
            N_("straight lines with a detour, because there was no answer from {source}"), source=source_said(source[len(_INSTEAD) :])
        )
    kind, _, name = source.partition(" ")
    if kind == "osrm":
        return say(N_("the OSRM server {name}"), name=name)
    if kind == "roads":
        return say(N_("the roads of {name}"), name=name)
    return say(N_("straight lines with a detour"))
