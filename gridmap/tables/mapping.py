"""Which column of a file is which column of a table: proposed, shown as data, changed by hand, remembered."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from rapidfuzz import fuzz

from gridmap.schema import Column, Table
from gridmap.tables.headers import plain_header

How = Literal["given", "remembered", "name", "synonym", "nested", "content", "similar"]
# A point table takes a geometry of points in place of its two columns.
GEOMETRY = "geometry"
_POINT_HEADERS = ("geometry", "geom", "wkt", "shape", "point", "the_geom", "location", "坐标", "几何")
# A file may give its points in several systems, one column each: WGS-84 is taken first, a bare name before the others.
_SYSTEM_MARKS = (
    ("wgs84", "wgs84"),
    ("wgs", "wgs84"),
    ("gcj02", "gcj02"),
    ("gcj", "gcj02"),
    ("bd09", "bd09"),
    ("baidu", "bd09"),
    ("amap", "gcj02"),
)
_SYSTEM_RANKS = (("wgs84", -500), ("", 0), ("gcj02", 500), ("bd09", 600))
# A Shapefile cuts every name to ten characters.
_SHAPEFILE_NAME = 10
_ALIKE = 90
_SHORTEST_ALIKE = 6


@dataclass(frozen=True)
class ColumnMapping:
    """Column of the table -> header in the file, how each was found, and the headers that nothing uses."""

    columns: Mapping[str, str]
    how: Mapping[str, How] = field(default_factory=lambda: MappingProxyType({}))
    unused: tuple[str, ...] = ()

    def header(self, column: str) -> str | None:
        """Return the header of a column, or None where the file has none."""
        return self.columns.get(column)


def header_fingerprint(raw_columns: Iterable[str]) -> str:
    """Return what two files with the same headers have in common, for remembering a mapping."""
    return hashlib.sha256("\x1f".join(plain_header(name) for name in raw_columns).encode("utf-8")).hexdigest()[:32]


def propose_mapping(
    raw_columns: Iterable[str],
    table: Table,
    *,
    remembered: Mapping[str, str] | None = None,
    given: Mapping[str, str] | None = None,
    content: Mapping[str, str] | None = None,
) -> ColumnMapping:
    """Propose a mapping from headers; what is given beats what is remembered, and that beats what is found.

    Parameters
    ----------
    raw_columns
        The file's headers in order.
    table
        What the file is for.
    remembered
        Column -> header of an earlier file of the same headers.
    given
        Column -> header, or `#n` for the n-th column, or "" to leave a column out.
    content
        Column -> header as the values suggest, for files without headers.

    Returns
    -------
    The mapping. Headers that are given but not there are kept, so that the gate can name them.
    """
    headers = list(raw_columns)
    chosen: dict[str, str] = {}
    how: dict[str, How] = {}
    left_out = {column for column, header in (given or {}).items() if not header}
    for source, way in ((given or {}, "given"), (remembered or {}, "remembered")):
        for column, wanted in source.items():
            header = _resolve(wanted, headers)
            if column in chosen or column in left_out or not wanted or (way == "remembered" and header not in headers):
                continue
            chosen[column], how[column] = header, way  # type: ignore[assignment]
    for _, column, header, found in sorted(_candidates(headers, table, content or {})):
        if column not in chosen and column not in left_out and header not in chosen.values():
            chosen[column], how[column] = header, found
    if {"lat", "lon"} <= chosen.keys() and how.get(GEOMETRY, "given") != "given":
        del chosen[GEOMETRY], how[GEOMETRY]
    unused = tuple(header for header in headers if header not in chosen.values())
    order = [*table.names, GEOMETRY, *chosen]
    columns = {column: chosen[column] for column in dict.fromkeys(order) if column in chosen}
    return ColumnMapping(MappingProxyType(columns), MappingProxyType(how), unused)


def stated_system(header: str) -> str:
    """Return the coordinate system a header such as `lng_gcj02` names, or ""."""
    plain = plain_header(header)
    return next((system for mark, system in _SYSTEM_MARKS if mark in plain), "")


def mappable(table: Table) -> tuple[str, ...]:
    """Return the columns a file may give: the table's own, and `geometry` for a point."""
    return (*table.names, GEOMETRY) if "lat" in table.names and GEOMETRY not in table.names else table.names


def _resolve(wanted: str, headers: list[str]) -> str:
    if wanted in headers:
        return wanted
    if wanted.startswith("#") and wanted[1:].isdigit() and 1 <= int(wanted[1:]) <= len(headers):
        return headers[int(wanted[1:]) - 1]
    plain = plain_header(wanted)
    return next((header for header in headers if plain_header(header) == plain), wanted)


def _candidates(headers: list[str], table: Table, content: Mapping[str, str]) -> list[tuple[int, str, str, How]]:
    found: list[tuple[int, str, str, How]] = []
    for at, column in enumerate(table.columns):
        found += _of_column(headers, column.name, _names(column), at)
    if GEOMETRY in mappable(table) and GEOMETRY not in table.names:
        found += _of_column(headers, GEOMETRY, _POINT_HEADERS, len(table.columns))
    found += [(50_000, column, header, "content") for column, header in content.items() if header in headers]
    return found


def _names(column: Column) -> tuple[str, ...]:
    return (column.name, *column.headers)


def _without_system(plain: str) -> str:
    for mark, _ in _SYSTEM_MARKS:
        plain = plain.replace(mark, "")
    return plain


def _of_column(headers: list[str], column: str, names: tuple[str, ...], at: int) -> list[tuple[int, str, str, How]]:
    """List the headers that may be a column, best first: its own name, its synonyms in order, inside an object, alike."""
    plain_names = [plain_header(name) for name in names]
    found: list[tuple[int, str, str, How]] = []
    for position, header in enumerate(headers):
        plain, last = plain_header(header), plain_header(header.rpartition(".")[2])
        tie = at * 10 + min(position, 9)
        if column in ("lat", "lon") and (system := stated_system(header)):
            bare = _without_system(plain)
            if bare in plain_names or plain in plain_names:
                found.append((dict(_SYSTEM_RANKS)[system] + tie, column, header, "synonym"))
            continue
        if plain in plain_names:
            rank = plain_names.index(plain)
            found.append((rank * 1000 + tie, column, header, "name" if rank == 0 else "synonym"))
        elif "." in header and last in plain_names:
            found.append((40_000 + plain_names.index(last) * 100 + tie, column, header, "nested"))
        elif len(header) == _SHAPEFILE_NAME and any(name.startswith(header.casefold()) for name in names):
            found.append((45_000 + tie, column, header, "similar"))
        elif plain.isascii() and len(plain) >= _SHORTEST_ALIKE and max(fuzz.ratio(plain, name) for name in plain_names) >= _ALIKE:
            found.append((60_000 + tie, column, header, "similar"))
    return found
