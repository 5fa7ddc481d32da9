"""The fields of a capture, read one by one from what a browser sent: a value of the right kind, or an error that names the field."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from gridmap.errors import N_

# What no text holds: control characters but for tab and line ends, and halves of a surrogate pair, which no database stores.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
_LATEST_US = 2**53  # the year 2255: instants stay whole numbers in a browser as well


@dataclass(frozen=True)
class CheckIn:
    """Where somebody stood when they recorded, EPSG:4326."""

    lat: float
    lon: float
    accuracy_m: float | None


class WrongFieldError(ValueError):
    """A field does not hold what belongs there."""

    def __init__(self, field: str, expected: str) -> None:
        super().__init__(field)
        self.field, self.expected = field, expected


def text_of(given: Mapping[str, object], name: str, *, longest: int, needed: bool = False) -> str:
    """Return a text without outer blanks, empty where there is none."""
    value = given.get(name)
    text = "" if value is None else value
    if not isinstance(text, str) or len(text) > longest or _CONTROL.search(text):
        raise WrongFieldError(name, N_("a text, not too long"))
    if needed and not text.strip():
        raise WrongFieldError(name, N_("a text that is not empty"))
    return text.strip()


def choice_of(given: Mapping[str, object], name: str, choices: tuple[str, ...], *, needed: bool = False) -> str | None:
    """Return one of the choices, None where there is none."""
    value = given.get(name)
    if value is None and not needed:
        return None
    if not isinstance(value, str) or value not in choices:
        raise WrongFieldError(name, N_("one of its choices"))
    return value


def count_of(given: Mapping[str, object], name: str, *, most: int, needed: bool = False) -> int | None:
    """Return a whole number, None where there is none."""
    value = given.get(name)
    if value is None and not needed:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= most:
        raise WrongFieldError(name, N_("a whole number that can be"))
    return value


def yes_or_no_of(given: Mapping[str, object], name: str) -> bool | None:
    """Return a truth value, None where there is none."""
    value = given.get(name)
    if value is not None and not isinstance(value, bool):
        raise WrongFieldError(name, N_("true or false"))
    return value


def day_of(given: Mapping[str, object], name: str) -> date | None:
    """Return a day, None where there is none."""
    value = given.get(name)
    if value is None or value == "":
        return None
    try:
        day = date.fromisoformat(value) if isinstance(value, str) and len(value) == 10 else None
    except ValueError:
        day = None
    if day is None or not 1970 <= day.year <= 2200:
        raise WrongFieldError(name, N_("a day such as 2026-07-01"))
    return day


def instant_of(given: Mapping[str, object], name: str) -> int:
    """Return an instant, microseconds UTC, that was written with its offset."""
    value = given.get(name)
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) and len(value) <= 40 else None
        instant = None if moment is None or moment.tzinfo is None else (moment - _EPOCH) // timedelta(microseconds=1)
    except (ValueError, OverflowError):
        instant = None
    if instant is None or not 0 <= instant < _LATEST_US:
        raise WrongFieldError(name, N_("an instant with its offset, such as 2026-07-01T09:31:05+08:00"))
    return instant


def point_of(given: Mapping[str, object], name: str) -> CheckIn | None:
    """Return a point, None where there is none."""
    value = given.get(name)
    if value is None:
        return None
    if not isinstance(value, Mapping) or not set(value) <= {"lat", "lon", "accuracy_m"}:
        raise WrongFieldError(name, N_("a point with lat and lon"))
    lat, lon, accuracy = (_number(value.get(each)) for each in ("lat", "lon", "accuracy_m"))
    if lat is None or lon is None or abs(lat) > 90 or abs(lon) > 180 or (accuracy is not None and accuracy < 0):
        raise WrongFieldError(name, N_("a point with lat and lon"))
    return CheckIn(lat, lon, accuracy)


def _number(value: object) -> float | None:
    usable = isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < 1e9
    return float(value) if usable and math.isfinite(value) else None  # type: ignore[arg-type]
