"""Numbers, days and names as people write them, in the language of the session; how is said by `gridmap.reports.writer`."""

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime

import pandas as pd

from gridmap.metrics import Metric
from gridmap.reports.writer import MINUS, NONE, Writer
from pages.parts.session import language

__all__ = [
    "MINUS",
    "NONE",
    "amount",
    "change",
    "choice",
    "count",
    "counted",
    "day",
    "decimal",
    "distinct",
    "goal",
    "moment",
    "names",
    "per_cent",
    "plain",
    "time_of",
    "titled",
    "unit_name",
    "writer",
]


def writer() -> Writer:
    """Return who writes in the language of the session."""
    return Writer(language())


def count(value: float) -> str:
    """Write a whole number with the separators of the language; a dash where there is none."""
    return writer().count(value)


def counted(value: float) -> dict[str, str]:
    """Write a count as the `{count}` of a text."""
    return {"count": count(value)}


def decimal(value: float, digits: int = 1) -> str:
    """Write a number with that many digits after the point, fewer where it is whole."""
    return writer().decimal(value, digits)


def per_cent(share: float, digits: int = 1) -> str:
    """Write a share of 0 to 1 as per cent; whole per cents without a point only where `digits` is 0."""
    return writer().per_cent(share, digits)


def amount(value: float, unit: str) -> str:
    """Write a value in the unit of its metric; a `share` is 0 to 1, NaN gives a dash."""
    return writer().amount(value, unit)


def goal(value: float, unit: str) -> str:
    """Write a target, which is a round number: 95% rather than 95.0%."""
    return writer().goal(value, unit)


def change(value: float, unit: str) -> str:
    """Write a difference with its sign; shares differ by points."""
    return writer().change(value, unit)


def unit_name(unit: str) -> str:
    """Name a unit as a legend or a heading shows it."""
    return writer().unit_name(unit)


def titled(metric: Metric) -> str:
    """Name a metric with its unit, as the heading of a column."""
    return writer().titled(metric)


def day(value: date | pd.Timestamp | None) -> str:
    """Write a day."""
    return writer().day(value)


def moment(value: datetime) -> str:
    """Write a day and a time, local as given."""
    return writer().moment(value)


def time_of(value: datetime) -> str:
    """Write the time of a moment, local as given."""
    return writer().time_of(value)


def names(frame: pd.DataFrame) -> pd.Series:
    """Return the names of the rows in the language of the session: `name_en` in English where there is one, else `name`."""
    return writer().names(frame)


def distinct(words: Mapping[str, str]) -> dict[str, str]:
    """Put its code behind each of several choices that read the same: a browser tells them apart by their words alone."""
    count = Counter(words.values())
    return {key: f"{text} ({key})" if count[text] > 1 else text for key, text in words.items()}


def choice(code: object) -> str:
    """Write a coded value of a table (`branch_manager`) in words."""
    return writer().choice(code)


def plain(text: object) -> str:
    """Keep a text of the data from being read as Markdown where a widget offers nothing plainer."""
    marks = {ord(mark): f"&#{ord(mark)};" for mark in "\\`*_{}[]()<>#+-!|~$:&."}
    return str(text).translate(marks)
