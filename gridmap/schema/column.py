"""What a table and a column are: the declarations that everything about imported data is derived from."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["id", "ids", "text", "integer", "number", "boolean", "date", "month", "time", "choice", "lat", "lon", "geometry"]
# id       text key, kept as text from end to end          ids      several, separated by ";"
# date     a day, local to the branch                      month    a closed account month, YYYY-MM
# time     an instant, UTC inside                          choice   one of `choices`
# lat/lon  one point column in two halves, WGS-84 inside   geometry WKT inside, any format outside


@dataclass(frozen=True)
class Column:
    """One column: its kind, unit and limits, and the headers by which people call it."""

    name: str
    kind: Kind
    help: str
    required: bool = False
    unit: str = ""
    choices: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    longest: int = 200
    headers: tuple[str, ...] = ()
    personal: bool = False
    ledger: bool = False


@dataclass(frozen=True)
class Table:
    """One table: its columns, the key that makes a row the same row, and the shape its rows have on the map.

    Every table also has `branch_id`; where the file lacks it, the import fills it in. A row whose key is a single
    id and empty gets one from its content. `history` False marks tables that only grow (visits, wins).
    """

    name: str
    title: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    shape: Literal["none", "point", "line", "polygon"] = "none"
    placed: bool = False
    history: bool = True

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns in order."""
        return tuple(column.name for column in self.columns)

    def column(self, name: str) -> Column:
        """Return the column of that name; KeyError where there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)


def point(required: bool = False) -> tuple[Column, ...]:  # noqa: FBT001, FBT002 - a declaration reads best this way
    """Return the two halves of a point column."""
    return (
        Column(
            "lat",
            "lat",
            "Latitude in decimal degrees.",
            required=required,
            unit="deg",
            minimum=-90,
            maximum=90,
            headers=("latitude", "y", "纬度", "lat_wgs84"),
        ),
        Column(
            "lon",
            "lon",
            "Longitude in decimal degrees.",
            required=required,
            unit="deg",
            minimum=-180,
            maximum=180,
            headers=("longitude", "lng", "long", "x", "经度", "lon_wgs84"),
        ),
    )


def named(what: str) -> tuple[Column, ...]:
    """Return the name columns that every named thing has: as people there write it, and in English."""
    return (
        Column("name", "text", f"Name of the {what} as people there write it.", required=True, headers=("名称", "title", "dba")),
        Column(
            "name_en",
            "text",
            f"English name of the {what}, shown in the English interface.",
            headers=("english_name", "英文名", "英文名称"),
        ),
    )


BRANCH = Column(
    "branch_id",
    "id",
    "Branch the row belongs to; filled in from the import where the file lacks it.",
    headers=("branch", "分公司", "分公司编码"),
)
