"""What a briefing is before it is a file: every text in the reader's language, every number with its key, maps not drawn yet."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Literal

from gridmap.reports.briefing.maps import MapSheet
from gridmap.reports.report import Report

# Figures by their keys, the same in every language; a number that is not there is not in it.
Figures = Mapping[str, float]
Mood = Literal["good", "bad", ""]


@dataclass(frozen=True)
class Tile:
    """One figure of the scorecard: title, value, change since the day before, target, and what it is made of; all written out."""

    key: str
    title: str
    value: str
    change: str
    target: str
    evidence: str
    mood: Mood
    aim: Mood


@dataclass(frozen=True, eq=False)
class Briefing:
    """The figures of a branch on a day, to be carried into a meeting.

    `report` holds the tables; `name` is what files are called, without their ending; `made_at` the end of the day reported, since the
    same input has to give the same bytes. `beside_maps` names the table whose rows slides show beside each map.
    """

    name: str
    report: Report
    verdict: str
    tiles: tuple[Tile, ...]
    worse: tuple[str, ...]
    steps: tuple[str, ...]
    maps: tuple[MapSheet, ...]
    figures: Figures
    source: str
    made_at: datetime
    beside_maps: str = ""

    @property
    def language(self) -> str:
        """The language it is written in."""
        return self.report.language

    @property
    def checksum(self) -> str:
        """The checksum of its figures."""
        return checksum(self.figures)


def checksum(figures: Figures) -> str:
    """Return 16 hexadecimal digits that stand for numbers with their keys: equal in every language and every format.

    The first 16 digits of the SHA-256 of the lines `key=number`, sorted by key, each number with twelve significant digits.
    """
    lines = (f"{key}={written(figures[key])}" for key in sorted(figures))
    return sha256("\n".join(lines).encode()).hexdigest()[:16]


def written(value: float) -> str:
    """Write a number as the checksum reads it."""
    return f"{value + 0:.12g}"
