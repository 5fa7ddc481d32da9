"""Dates, months and instants in the ways people write them, worked out once per different text."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

_ISO = r"^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})?)?$"
_ZONED = r"(Z|[+-]\d{2}:?\d{2})$"
_CLOCK = (
    r"(?:[T\s]*(?P<half>上午|下午)?\s*(?P<h>\d{1,2})[:时](?P<mi>\d{2})(?:[:分](?P<s>\d{2})(?:\.\d+)?)?秒?\s*(?P<ap>[AaPp]\.?[Mm]\.?)?)?"
)
_YEAR_FIRST = re.compile(r"(?P<y>\d{4})\s*[-/.年]\s*(?P<m>\d{1,2})\s*[-/.月]\s*(?P<d>\d{1,2})\s*[日号]?" + _CLOCK)
_YEAR_LAST = re.compile(r"(?P<a>\d{1,2})(?P<sep>[-/.])(?P<b>\d{1,2})[-/.](?P<y>\d{4})" + _CLOCK)
_COMPACT = re.compile(r"(?P<y>(?:18|19|20|21)\d{2})(?P<m>\d{2})(?P<d>\d{2})(?:(?P<h>\d{2})(?P<mi>\d{2})(?P<s>\d{2}))?")
_SERIAL = re.compile(r"[1-9]\d{4}(?:\.\d+)?")
_MONTH = re.compile(r"(?P<y>(?:19|20|21)\d{2})\s*[-/.年]?\s*(?P<m>\d{1,2})\s*月?")
_WORDED = ("%d %b %Y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y", "%b %d %Y", "%B %d %Y", "%d-%b-%Y")
_EXCEL_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 - a day, local to the branch
_EARLIEST, _LATEST = 1800, 2200

Instants = NDArray[np.datetime64]


@dataclass(frozen=True)
class Read:
    """Texts read as moments: local to the branch, whether only the day was written, and which texts fail how."""

    moments: Instants
    day_only: NDArray[np.bool_]
    bad: NDArray[np.bool_]
    ambiguous: NDArray[np.bool_]


def read_moments(texts: pa.Array, time_zone: str) -> Read:
    """Read texts as moments, naive and local to the branch; those with a zone are turned into it.

    `31/10/2026` and `10/31/2026` are told apart by the column: one value above twelve decides for all of it. Where
    nothing decides, or both occur, the values that could be either are ambiguous. Dots always mean day first.

    Parameters
    ----------
    texts
        Text, null where missing; the result has NaT there, and neither flag.
    time_zone
        IANA name.
    """
    encoded = texts.dictionary_encode()
    unique = _read_unique(encoded.dictionary, time_zone)
    codes = pc.fill_null(encoded.indices, -1).to_numpy(zero_copy_only=False)
    missing = codes < 0
    spread = Read(*(np.append(values, values.dtype.type("NaT" if values.dtype.kind == "M" else 0))[codes] for values in _arrays(unique)))
    return Read(spread.moments, spread.day_only & ~missing, spread.bad & ~missing, spread.ambiguous & ~missing)


def read_months(texts: pa.Array) -> tuple[pa.Array, NDArray[np.bool_]]:
    """Read texts as account months, `YYYY-MM`; the second array marks what is none."""
    encoded = texts.dictionary_encode()
    read = [_month(str(text)) for text in encoded.dictionary.to_pylist()]
    months = pa.array(read, pa.large_string())
    values = months.take(encoded.indices)
    bad = pc.and_(pc.is_valid(texts), pc.is_null(values))
    return values, np.asarray(bad)


def _arrays(read: Read) -> tuple[NDArray[np.generic], ...]:
    return read.moments, read.day_only, read.bad, read.ambiguous


def _read_unique(texts: pa.Array, time_zone: str) -> Read:
    count = len(texts)
    moments = np.full(count, np.datetime64("NaT", "us"))
    day_only, ambiguous = np.zeros(count, dtype=np.bool_), np.zeros(count, dtype=np.bool_)
    if count == 0:
        return Read(moments, day_only, day_only.copy(), ambiguous)
    iso = np.asarray(pc.match_substring_regex(texts, _ISO))
    zoned = iso & np.asarray(pc.match_substring_regex(texts, r"T.*" + _ZONED + r"| .*" + _ZONED))
    written = texts.to_numpy(zero_copy_only=False)
    plain = iso & ~zoned
    if plain.any():
        moments[plain] = _parsed(written[plain], utc=False).to_numpy()
        day_only[plain] = np.asarray(pc.equal(pc.binary_length(texts.filter(pa.array(plain))), 10))
    if zoned.any():
        moments[zoned] = _parsed(written[zoned], utc=True).tz_convert(time_zone).tz_localize(None).to_numpy()
    others = np.flatnonzero(~iso)
    pairs: list[tuple[int, re.Match[str]]] = []
    for at in others:
        text = unicodedata.normalize("NFKC", str(written[at])).strip()
        last = _YEAR_LAST.fullmatch(text)
        if last is not None and last["sep"] != ".":
            pairs.append((int(at), last))
            continue
        moments[at], day_only[at] = _one(text, last)
    _settle(pairs, moments, day_only, ambiguous)
    years = moments.astype("datetime64[Y]").astype(np.int64) + 1970
    outside = ~np.isnat(moments) & ((years < _EARLIEST) | (years > _LATEST))
    moments[outside] = np.datetime64("NaT")
    return Read(moments, day_only, np.isnat(moments) & ~ambiguous, ambiguous)


def _parsed(texts: NDArray[np.object_], *, utc: bool) -> pd.DatetimeIndex:
    return pd.DatetimeIndex(pd.to_datetime(pd.Index(texts), format="ISO8601", errors="coerce", utc=utc)).as_unit("us")


def _settle(pairs: list[tuple[int, re.Match[str]]], moments: Instants, day_only: NDArray[np.bool_], ambiguous: NDArray[np.bool_]) -> None:
    """Decide between day/month and month/day for the whole column."""
    day_first = any(int(found["a"]) > 12 for _, found in pairs)
    month_first = any(int(found["b"]) > 12 for _, found in pairs)
    for at, found in pairs:
        a, b = int(found["a"]), int(found["b"])
        if a <= 12 and b <= 12 and a != b and day_first == month_first:
            ambiguous[at] = True
            continue
        day, month = (a, b) if a > 12 or (b <= 12 and day_first) else (b, a)
        moments[at], day_only[at] = _moment(found, month, day)


def _one(text: str, dotted: re.Match[str] | None) -> tuple[np.datetime64, bool]:
    if dotted is not None:
        return _moment(dotted, int(dotted["b"]), int(dotted["a"]))
    for pattern in (_YEAR_FIRST, _COMPACT):
        if (found := pattern.fullmatch(text)) is not None:
            return _moment(found, int(found["m"]), int(found["d"]))
    if _SERIAL.fullmatch(text):
        days = float(text)
        return np.datetime64(_EXCEL_EPOCH + timedelta(seconds=round(days * 86400)), "us"), days.is_integer()
    for form in _WORDED:
        try:
            return np.datetime64(datetime.strptime(text, form), "us"), True  # noqa: DTZ007 - a day, local to the branch
        except ValueError:
            continue
    return np.datetime64("NaT", "us"), False


def _moment(found: re.Match[str], month: int, day: int) -> tuple[np.datetime64, bool]:
    parts = found.groupdict()
    hour = int(parts.get("h") or 0)
    afternoon = parts.get("half") == "下午" or (parts.get("ap") or "").lower().startswith("p")
    morning = parts.get("half") == "上午" or (parts.get("ap") or "").lower().startswith("a")
    if afternoon and hour < 12:
        hour += 12
    elif morning and hour == 12:
        hour = 0
    try:
        moment = datetime(int(parts["y"]), month, day, hour, int(parts.get("mi") or 0), int(parts.get("s") or 0))  # noqa: DTZ001
    except ValueError:
        return np.datetime64("NaT", "us"), False
    return np.datetime64(moment, "us"), parts.get("h") is None


def _month(text: str) -> str | None:
    plain = unicodedata.normalize("NFKC", text).strip()
    found = _MONTH.fullmatch(plain) or _YEAR_FIRST.fullmatch(plain) or _COMPACT.fullmatch(plain)
    if found is None or not 1 <= int(found["m"]) <= 12:
        return None
    return f"{found['y']}-{int(found['m']):02d}"
