"""A synthetic branch of any size in a store of its own, for timing and for looking: towns, roads, owners, organisations, visits, wins."""

import hashlib
from datetime import date
from pathlib import Path
from typing import Any

import h3
import numpy as np
import pandas as pd
import shapely

from gridmap.scope import operator
from gridmap.settings import Settings
from gridmap.store import Store, ensure_branch, open_store, record_change, write_rows

BRANCH = "bench"
CENTRE = (22.7, 112.23)
TODAY = date(2026, 6, 30)
NOW_US = 1_782_950_400_000_000  # 2 July 2026
# Names that would run as a template, as HTML or as a script, if anything ever let them.
TRIPWIRES = (
    "{{7*7}}",
    "${parent.__tripped=1}",
    "<img src=x onerror=parent.__tripped=1>",
    "\\x3cimg src=x onerror=parent.__tripped=1>",
    "`{% raw %}",
)
_SCOPE = operator("bench")


def make_store(
    folder: Path,
    *,
    cells: int,
    organisations: int,
    resolution: int = 8,
    seed: int = 7,
    managers: int = 12,
    areas: bool = False,
    tripwires: bool = False,
) -> Store:
    """Make a store with one branch.

    Parameters
    ----------
    folder
        Of the new SQLite file `gridmap.db`.
    cells
        At least so many: the grid is a disk of H3 cells.
    organisations
        Scattered around a few centres inside.
    areas
        The twelve towns are the cells, instead of hexagons.
    tripwires
        Name towns, parks, managers and organisations so that a hole in the map shows.
    """
    rng = np.random.default_rng(seed)
    rings = int(np.ceil((np.sqrt(12 * cells - 3) - 3) / 6))
    disk = h3.grid_disk(h3.latlng_to_cell(*CENTRE, resolution), rings)
    boundary = shapely.from_wkt(shapely.to_wkt(shapely.geometry.shape(h3.cells_to_h3shape(disk).__geo_interface__))).buffer(-1e-4)
    store = open_store(str(folder / "gridmap.db"), settings=Settings(snapshots=str(folder / "snapshots")))
    ensure_branch(
        store,
        _SCOPE,
        BRANCH,
        now_us=NOW_US,
        name="台架",
        name_en="Bench county",
        boundary=boundary.wkt,
        grid_kind="areas" if areas else "h3",
        grid_resolution=resolution,
        time_zone="Asia/Shanghai",
        level="county",
    )
    for name, frame in _tables(rng, boundary, organisations, managers, tripwires=tripwires).items():
        _write(store, name, frame)
    owned = [f"4453210{i:02d}" for i in range(12)] if areas else sorted(disk)
    east = np.arange(12.0) % 4 if areas else np.array([h3.cell_to_latlng(cell)[1] for cell in owned])
    slot = np.minimum(((east - east.min()) / (np.ptp(east) + 1e-9) * managers).astype(int), managers - 1)
    free = rng.random(len(owned)) < 0.03
    moves = pd.DataFrame(
        {
            "layer": "cell",
            "subject": owned,
            "owner": [f"m{number:02d}" for number in slot],
            "valid_from_us": NOW_US - 365 * 86_400_000_000,
        }
    )[~free]
    record_change(store, _SCOPE, BRANCH, moves, why="start", now_us=NOW_US)
    return store


def _tables(rng: np.random.Generator, boundary: shapely.Geometry, count: int, managers: int, *, tripwires: bool) -> dict[str, pd.DataFrame]:
    west, south, east, north = boundary.bounds
    wide, high = east - west, north - south
    towns = [
        shapely.intersection(
            shapely.box(west + wide * i / 4, south + high * j / 3, west + wide * (i + 1) / 4, south + high * (j + 1) / 3), boundary
        )
        for j in range(3)
        for i in range(4)
    ]
    names = [TRIPWIRES[i % len(TRIPWIRES)] if tripwires else f"镇{i + 1}" for i in range(12)]
    areas = pd.DataFrame(
        {
            "area_id": [f"4453210{i:02d}" for i in range(12)],
            "name": names,
            "name_en": names if tripwires else [f"Town {i + 1}" for i in range(12)],
            "level": "town",
            "geometry": [town.wkt for town in towns],
        }
    )
    parks = pd.DataFrame(
        {
            "park_id": ["p1", "p2"],
            "name": [TRIPWIRES[0] if tripwires else "城东工业园", "水台园"],
            "name_en": [names[1] if tripwires else "East park", "Water park"],
            "status": "built",
            "kind": "industrial",
            "geometry": [
                shapely.Point(west + wide * x, south + high * y).buffer(wide * 0.02, 2).wkt for x, y in ((0.55, 0.5), (0.3, 0.65))
            ],
        }
    )
    line = np.linspace(0, 1, 40)
    wave = [
        shapely.LineString(np.column_stack([west + wide * line, south + high * (0.5 + 0.12 * np.sin(k + 5 * line))])).wkt for k in (0, 2)
    ]
    roads = pd.DataFrame(
        {"road_id": ["r1", "r2"], "name": ["G80", "S276"], "kind": ["motorway", "secondary"], "geometry": [wave[0], wave[1]]}
    )
    waters = pd.DataFrame(
        {
            "water_id": ["w1"],
            "name": ["新兴江"],
            "kind": ["river"],
            "geometry": [shapely.LineString(np.column_stack([west + wide * (0.5 + 0.1 * np.sin(6 * line)), south + high * line])).wkt],
        }
    )
    staff = pd.DataFrame(
        {
            "manager_id": [f"m{number:02d}" for number in range(managers)],
            "name": [TRIPWIRES[number % 5] if tripwires else f"经理{number}" for number in range(managers)],
            "name_en": [TRIPWIRES[number % 5] if tripwires else f"Manager {number}" for number in range(managers)],
            "role": ["account" if number % 2 else "community" for number in range(managers)],
        }
    )
    organisations = _organisations(rng, boundary, count, names=names if tripwires else None)
    return {
        "areas": areas,
        "parks": parks,
        "roads": roads,
        "waters": waters,
        "managers": staff,
        "organisations": organisations,
        "visits": _visits(rng, organisations, managers),
        "wins": _wins(rng, organisations),
    }


def _organisations(rng: np.random.Generator, boundary: shapely.Geometry, count: int, *, names: list[str] | None) -> pd.DataFrame:
    west, south, east, north = boundary.bounds
    centres = rng.random((15, 2)) * 0.6 + 0.2
    near = centres[rng.integers(15, size=count)] + rng.normal(scale=0.05, size=(count, 2))
    lon, lat = west + (east - west) * near[:, 0], south + (north - south) * near[:, 1]
    inside = shapely.contains_xy(boundary, lon, lat)
    tier = rng.choice(["A", "B", "C", "M"], size=count, p=[0.01, 0.04, 0.2, 0.75])
    filed = rng.random(count) < np.where(near[:, 0] < 0.4, 0.35, 0.75)
    day = pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 600, count), "D")
    table = pd.DataFrame(
        {
            "org_id": [f"o{number:07d}" for number in range(count)],
            "name": [(names or ["单位"])[number % len(names or [""])] + ("" if names else str(number)) for number in range(count)],
            "tier": tier,
            "opened_on": day - pd.Timedelta(days=400),
            "joined_on": day.where(filed),
            "filed_on": day.where(filed),
            "lat": np.where(inside, lat, np.nan),
            "lon": np.where(inside, lon, np.nan),
            "trade": rng.choice(["retail", "education", "manufacturing", "catering"], size=count, p=[0.5, 0.02, 0.28, 0.2]),
            "our_lines": np.where(filed, rng.integers(1, 60, count), 0),
            "lines_known": rng.integers(10, 90, count),
            "licence_until": (day + pd.Timedelta(days=2000)).where(filed),
            "agreement": np.where(filed, "signed", "none"),
            "decision_maker": filed,
            "key_contact": filed,
        }
    )
    return table.astype({"our_lines": "Int64", "lines_known": "Int64", "decision_maker": "boolean", "key_contact": "boolean"})


def _visits(rng: np.random.Generator, organisations: pd.DataFrame, managers: int) -> pd.DataFrame:
    count = len(organisations)
    chosen = rng.integers(0, max(count, 1), size=count)
    when = pd.Timestamp("2025-02-01", tz="UTC") + pd.to_timedelta(rng.integers(0, 510 * 24, count), "h")
    return pd.DataFrame(
        {
            "visit_id": [f"v{number:07d}" for number in range(count)],
            "org_id": organisations["org_id"].to_numpy()[chosen],
            "manager_id": [f"m{number:02d}" for number in rng.integers(0, managers, count)],
            "visited_at": when,
            "kind": "visit",
            "outcome": rng.choice(["met", "not_in", "staff_only"], size=count),
        }
    )


def _wins(rng: np.random.Generator, organisations: pd.DataFrame) -> pd.DataFrame:
    count = max(len(organisations) // 40, 1) if len(organisations) else 0
    chosen = rng.integers(0, max(len(organisations), 1), size=count)
    return pd.DataFrame(
        {
            "win_id": [f"w{number:06d}" for number in range(count)],
            "org_id": organisations["org_id"].to_numpy()[chosen],
            "happened_on": pd.Timestamp("2025-08-01") + pd.to_timedelta(rng.integers(0, 330, count), "D"),
            "competitor": rng.choice(["甲", "乙", "丙"], size=count),
            "lines_lost": pd.array(rng.integers(0, 20, count), "Int64"),
            "verified": pd.array(np.ones(count, bool), "boolean"),
            "our_number": "unknown",
        }
    )


def _write(store: Store, name: str, frame: pd.DataFrame) -> None:
    values: dict[str, Any] = {"branch_id": BRANCH}
    write_rows(
        store,
        _SCOPE,
        BRANCH,
        name,
        frame.assign(**values),
        as_of=None,
        now_us=NOW_US,
        file_name=f"{name}.csv",
        file_sha256=hashlib.sha256(name.encode()).hexdigest(),
        mapping={},
        source="",
    )
