"""Numbers, days and names as people write them in a language; formatting happens here and nowhere before."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

import pandas as pd
from babel.dates import format_date, format_datetime, format_time
from babel.numbers import format_decimal, format_percent

from gridmap.metrics import Metric
from gridmap.texts import Translate, catalogue, translator, worded

MINUS, NONE = "\N{MINUS SIGN}", "\N{EN DASH}"
UNCHANGED = "\N{PLUS-MINUS SIGN}"


@dataclass(frozen=True)
class Writer:
    """Writes in one language, a key of `gridmap.texts.LANGUAGES`."""

    language: str

    @property
    def translate(self) -> Translate:
        """The function that translates a source text."""
        return translator(self.language)

    def ngettext(self, one: str, many: str, number: int, /, **words: str) -> str:
        """Translate a text that depends on a count, and put in `words`; `{count}` is the bare number where they do not write it."""
        return catalogue(self.language).ngettext(one, many, number).format(**{"count": str(number), **words})

    def count(self, value: float) -> str:
        """Write a whole number with the separators of the language; a dash where there is none."""
        return NONE if _missing(value) else _written(round(float(value)), "", self.language)

    def decimal(self, value: float, digits: int = 1) -> str:
        """Write a number with that many digits after the point, fewer where it is whole."""
        if _missing(value):
            return NONE
        rounded = round(float(value), digits)
        return _written(rounded, _pattern(0 if rounded.is_integer() else digits), self.language)

    def per_cent(self, share: float, digits: int = 1) -> str:
        """Write a share of 0 to 1 as per cent; whole per cents without a point only where `digits` is 0."""
        return NONE if _missing(share) else _written(round(float(share), digits + 2), f"{_pattern(digits)}%", self.language)

    def amount(self, value: float, unit: str) -> str:
        """Write a value in the unit of its metric.

        Parameters
        ----------
        value
            Number; a `share` is 0 to 1; NaN gives a dash.
        unit
            A unit of `gridmap.metrics`.
        """
        if _missing(value):
            return NONE
        if unit == "share":
            return self.per_cent(value)
        written, units = self.count(value) if unit == "money" else self.decimal(value), self._units()
        return units[unit].format(value=written) if unit in units else written

    def goal(self, value: float, unit: str) -> str:
        """Write a target, which is a round number: 95% rather than 95.0%."""
        return self.per_cent(value, 0 if round(value * 100, 6).is_integer() else 1) if unit == "share" else self.amount(value, unit)

    def change(self, value: float, unit: str) -> str:
        """Write a difference with its sign; shares differ by points."""
        if _missing(value):
            return ""
        _ = self.translate
        written = self.decimal(abs(value) * 100) if unit == "share" else self.decimal(abs(value))
        sign = UNCHANGED if written == "0" else "+" if value > 0 else MINUS
        return _("{change} points").format(change=f"{sign}{written}") if unit == "share" else f"{sign}{written}"

    def unit_name(self, unit: str) -> str:
        """Name a unit as a legend or a heading shows it."""
        _ = self.translate
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

    def titled(self, metric: Metric) -> str:
        """Name a metric with its unit, as the heading of a column."""
        _ = self.translate
        unit, title = self.unit_name(metric.unit), _(metric.title)
        return f"{title} ({unit})" if unit and metric.unit != "count" else title

    def day(self, value: date | pd.Timestamp | None) -> str:
        """Write a day."""
        return NONE if value is None or _missing(value) else str(format_date(value, format="medium", locale=self.language))

    def moment(self, value: datetime) -> str:
        """Write a day and a time, local as given."""
        return str(format_datetime(value, format="medium", locale=self.language))

    def time_of(self, value: datetime) -> str:
        """Write the time of a moment, local as given."""
        return str(format_time(value, format="short", locale=self.language))

    def names(self, frame: pd.DataFrame) -> pd.Series:
        """Return the names of the rows in the language: `name_en` in English where there is one, else `name`."""
        if self.language == "zh_CN" or "name_en" not in frame.columns:
            return frame["name"]
        return frame["name_en"].where(frame["name_en"].notna() & frame["name_en"].ne(""), frame["name"])

    def choice(self, code: object) -> str:
        """Write a coded value of a table (`branch_manager`) in words."""
        return self.translate(worded(code)) if isinstance(code, str) and code else NONE

    def _units(self) -> dict[str, str]:
        _ = self.translate
        return {
            "per_km2": _("{value} per km²"),
            "days": _("{value} days"),
            "hours": _("{value} h"),
            "per_100": _("{value} per 100"),
        }


def _missing(value: Any) -> bool:
    return bool(pd.isna(value))


def _pattern(digits: int) -> str:
    return "#,##0" + ("." + "0" * digits if digits else "")


# Tables write the same numbers again at every run, and reading a locale's rules costs more than anything else in them.
@lru_cache(maxsize=8192)
def _written(value: float, pattern: str, locale: str) -> str:
    value += 0  # zero has no sign
    if pattern.endswith("%"):
        return str(format_percent(value, format=pattern, locale=locale)).replace("-", MINUS)
    return str(format_decimal(value, format=pattern or None, locale=locale)).replace("-", MINUS)
