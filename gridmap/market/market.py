"""The frozen noun for what is: a branch, its grid, and the tables of one version."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import geopandas as gpd
import pandas as pd
import shapely

from gridmap import schema
from gridmap.grid import Grid

FOREVER_US = 2**63 - 1
# The column that says when a row of a table without history happened.
HAPPENED = (("visits", "visited_at"), ("wins", "happened_on"))
_EPOCH = datetime(1970, 1, 1, tzinfo=ZoneInfo("UTC"))


@dataclass(frozen=True, eq=False)
class Branch:
    """A branch: its names, its clock, its outline (EPSG:4326, None where unknown) and what a cell is there."""

    branch_id: str
    name: str
    name_en: str = ""
    time_zone: str = "Asia/Shanghai"
    boundary: shapely.Geometry | None = None
    grid_kind: str = "h3"
    grid_resolution: int = 8


@dataclass(frozen=True, order=True)
class Version:
    """Which state of the store: the last import, the last change of ownership, the last visit."""

    import_id: int = 0
    change_id: int = 0
    visit_no: int = 0


@dataclass(frozen=True, eq=False)
class Market:
    """What is: the tables of one version, placed in the cells of a grid.

    `tables` holds the rows that are open in recorded time, with `valid_from_us` and `valid_to_us` (microseconds UTC,
    half open) where a table keeps history; so an organisation may have several rows, one per state it was in. Placed
    tables have `cell`, `town` (an area_id) and `park` (a park_id), missing where there is none. Two markets with the
    same fingerprint hold the same.
    """

    branch: Branch
    grid: Grid
    version: Version
    tables: Mapping[str, pd.DataFrame]
    fingerprint: str

    def at(self, name: str, as_of: date) -> pd.DataFrame:
        """Return the rows of a table that were in force at the end of a day, local to the branch.

        Parameters
        ----------
        name
            A table of the schema. Of tables that only grow (visits, wins): the rows that had happened by then.
        as_of
            The day, inclusive.

        Returns
        -------
        A frame of its own; changing it leaves the market as it is. Empty with all columns where the market lacks the table.
        """
        frame = self.tables.get(name)
        if frame is None:
            return pd.DataFrame({column: pd.Series(dtype="str") for column in schema.table(name).names})
        end_us = day_end_us(as_of, self.branch.time_zone)
        happened = dict(HAPPENED).get(name)
        if happened:
            kept = local_days(frame[happened], self.branch.time_zone) <= pd.Timestamp(as_of)
        elif "valid_from_us" in frame:
            # The last instant of the day decides: what changed at noon is in force that evening.
            kept = (frame["valid_from_us"] < end_us) & (frame["valid_to_us"] >= end_us)
        else:
            return frame.copy(deep=False)
        return frame.copy(deep=False) if kept.all() else frame[kept]

    @property
    def areas(self) -> gpd.GeoDataFrame:
        """Admin areas now in force, EPSG:4326; index: area_id (also a column), sorted."""
        return self._shapes("areas", "area_id")

    @property
    def parks(self) -> gpd.GeoDataFrame:
        """Parks now in force, EPSG:4326; index: park_id (also a column), sorted."""
        return self._shapes("parks", "park_id")

    @property
    def roads(self) -> gpd.GeoDataFrame:
        """Roads now in force, EPSG:4326; index: road_id (also a column), sorted."""
        return self._shapes("roads", "road_id")

    @property
    def waters(self) -> gpd.GeoDataFrame:
        """Rivers and lakes now in force, EPSG:4326; index: water_id (also a column), sorted."""
        return self._shapes("waters", "water_id")

    @property
    def towns(self) -> gpd.GeoDataFrame:
        """Areas of level town that have an outline: what `town` of a placed row points to."""
        areas = self.areas
        return areas[(areas["level"] == "town").fillna(value=False).astype(bool) & areas.geometry.notna()]

    def _shapes(self, name: str, key: str) -> gpd.GeoDataFrame:
        frame = self.tables[name]
        now = frame[frame["valid_to_us"] == FOREVER_US] if "valid_to_us" in frame else frame
        return gpd.GeoDataFrame(now.set_axis(pd.Index(now[key], dtype="str", name=None), axis=0).sort_index(), geometry="geometry")


def day_end_us(day: date, time_zone: str) -> int:
    """Return the instant at which a day ends in a time zone, microseconds UTC: the first that is not of the day."""
    following = datetime.combine(day + timedelta(days=1), time(), ZoneInfo(time_zone))
    return (following - _EPOCH) // timedelta(microseconds=1)


def local_days(moments: pd.Series, time_zone: str) -> pd.Series:
    """Return the local day of instants (UTC) or of dates, as day-normalised naive timestamps; missing stays missing."""
    if isinstance(moments.dtype, pd.DatetimeTZDtype):
        moments = moments.dt.tz_convert(time_zone).dt.tz_localize(None)
    return pd.to_datetime(moments).dt.floor("D")
