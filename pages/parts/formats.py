"""Numbers, days and names as people write them in the language of the session; formatting happens here and nowhere before."""

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache

import pandas as pd
from babel.dates import format_date, format_datetime, format_time
from babel.numbers import format_decimal, format_percent

from gridmap.metrics import Metric
from gridmap.texts import worded
from pages.parts.session import _, language

MINUS, NONE = "\N{MINUS SIGN}", "\N{EN DASH}"


def count(value: float) -> str:
    """Write a whole number with the separators of the language; a dash where there is none."""
    return NONE if pd.isna(value) else _written(round(float(value)), "", language())


def counted(value: float) -> dict[str, str]:
    """Write a count as the `{count}` of a text."""
    return {"count": count(value)}


def decimal(value: float, digits: int = 1) -> str:
    """Write a number with that many digits after the point, fewer where it is whole."""
    if pd.isna(value):
        return NONE
    rounded = round(float(value), digits)
    return _written(rounded, _pattern(0 if rounded.is_integer() else digits), language())


def per_cent(share: float, digits: int = 1) -> str:
    """Write a share of 0 to 1 as per cent; whole per cents without a point only where `digits` is 0."""
    return NONE if pd.isna(share) else _written(round(float(share), digits + 2), f"{_pattern(digits)}%", language())


def amount(value: float, unit: str) -> str:
    """Write a value in the unit of its metric.

    Parameters
    ----------
    value
        Number; a `share` is 0 to 1; NaN gives a dash.
    unit
        A unit of `gridmap.metrics`.
    """
    if pd.isna(value):
        return NONE
    if unit == "share":
        return per_cent(value)
    written = count(value) if unit == "money" else decimal(value)
    return _units()[unit].format(value=written) if unit in _units() else written


def goal(value: float, unit: str) -> str:
    """Write a target, which is a round number: 95% rather than 95.0%."""
    return per_cent(value, 0 if round(value * 100, 6).is_integer() else 1) if unit == "share" else amount(value, unit)


def change(value: float, unit: str) -> str:
    """Write a difference with its sign; shares differ by points."""
    if pd.isna(value):
        return ""
    written = decimal(abs(value) * 100) if unit == "share" else decimal(abs(value))
    sign = "\N{PLUS-MINUS SIGN}" if written == "0" else "+" if value > 0 else MINUS
    return _("{change} points").format(change=f"{sign}{written}") if unit == "share" else f"{sign}{written}"


def unit_name(unit: str) -> str:
    """Name a unit as a legend or a heading shows it."""
    names = {
        "share": _("%"),
        "count": _("count"),
        "per_km2": _("per km²"),
        "days": _("days"),
        "hours": _("hours"),
        "per_100": _("per 100"),
        "money": _("money"),
    }
    return names.get(unit, "")


def titled(metric: Metric) -> str:
    """Name a metric with its unit, as the heading of a column."""
    unit = unit_name(metric.unit)
    title = _(metric.title)
    return f"{title} ({unit})" if unit and metric.unit != "count" else title


def day(value: date | pd.Timestamp | None) -> str:
    """Write a day."""
    return NONE if value is None or pd.isna(value) else format_date(value, format="medium", locale=language())


def moment(value: datetime) -> str:
    """Write a day and a time, local as given."""
    return format_datetime(value, format="medium", locale=language())


def time_of(value: datetime) -> str:
    """Write the time of a moment, local as given."""
    return format_time(value, format="short", locale=language())


def names(frame: pd.DataFrame) -> pd.Series:
    """Return the names of the rows in the language of the session: `name_en` in English where there is one, else `name`."""
    if language() == "zh_CN" or "name_en" not in frame.columns:
        return frame["name"]
    return frame["name_en"].where(frame["name_en"].notna() & frame["name_en"].ne(""), frame["name"])


def distinct(words: Mapping[str, str]) -> dict[str, str]:
    """Put its code behind each of several choices that read the same: a browser tells them apart by their words alone."""
    count = Counter(words.values())
    return {key: f"{text} ({key})" if count[text] > 1 else text for key, text in words.items()}


def choice(code: object) -> str:
    """Write a coded value of a table (`branch_manager`) in words."""
    return _(worded(code)) if isinstance(code, str) and code else NONE


def plain(text: object) -> str:
    """Keep a text of the data from being read as Markdown where a widget offers nothing plainer."""
    marks = {ord(mark): f"&#{ord(mark)};" for mark in "\\`*_{}[]()<>#+-!|~$:&."}
    return str(text).translate(marks)


def _pattern(digits: int) -> str:
    return "#,##0" + ("." + "0" * digits if digits else "")


# Tables write the same numbers again at every run, and reading a locale's rules costs more than anything else in them.
@lru_cache(maxsize=8192)
def _written(value: float, pattern: str, locale: str) -> str:
    value += 0  # zero has no sign
    if pattern.endswith("%"):
        return format_percent(value, format=pattern, locale=locale).replace("-", MINUS)
    return format_decimal(value, format=pattern or None, locale=locale).replace("-", MINUS)


def _units() -> dict[str, str]:
    return {
        "per_km2": _("{value} per km²"),
        "days": _("{value} days"),
        "hours": _("{value} h"),
        "per_100": _("{value} per 100"),
    }
