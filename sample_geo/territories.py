"""Who has which cell, and since when: territories grown around bases, two towns in vacuum, one park nobody has."""

# ruff: noqa: RUF001 - Chinese punctuation is meant

import heapq
from dataclasses import dataclass

import h3
import numpy as np
import pandas as pd
import pyarrow as pa
import shapely
from h3ronpy import cells_to_string
from h3ronpy.vector import ContainmentMode, coordinates_to_cells, geometry_to_cells

from sample_geo import words
from sample_geo.frames import NONE, chance, day, typed
from sample_geo.land import County
from sample_geo.parks import CELL_RESOLUTION, Park, overlapped
from sample_geo.staff import Staff

FIRST_DIVISION = day("2025-01-01")
RELEASED = day("2025-09-01")
# Changes of the last 18 months: day, how many cells at most, why.
CHANGES = (
    ("2025-09-01", 22, "新社区经理到岗接手 / a new community manager took over"),
    ("2026-01-01", 16, "年度网格调整 / yearly review of the grid"),
    ("2026-04-01", 14, "客户经理岗位调整 / an account manager changed post"),
    ("2026-07-01", 12, "半年均衡负荷 / loads balanced at half year"),
)
CROSSING = 2.0  # steps that crossing a town's border costs, so that territories follow towns
STRAY = 4  # cells of a vacuum town that a neighbour has after all


@dataclass(frozen=True)
class Territories:
    """One row per cell: index as text, centre, town, owner now and before (positions, -1 for none), and the day between."""

    cells: np.ndarray
    centres: np.ndarray
    town: np.ndarray
    owner: np.ndarray
    before: np.ndarray
    changed_on: np.ndarray
    reason: np.ndarray

    def owner_at(self, cell_position: np.ndarray, days: np.ndarray) -> np.ndarray:
        """Return the owner of each cell on each day, -1 for none."""
        changed = self.changed_on[cell_position]
        now = np.isnat(changed) | (days >= changed)
        return np.where(cell_position < 0, -1, np.where(now, self.owner[cell_position], self.before[cell_position]))

    def positions(self, lat: np.ndarray, lon: np.ndarray) -> np.ndarray:
        """Return the position in `cells` of each point; -1 without coordinates or off the grid."""
        found = np.full(len(lat), -1)
        known = np.flatnonzero(~np.isnan(lat))
        order = pd.Index(self.cells)
        found[known] = order.get_indexer(cells_of(lat[known], lon[known]))
        return found


def cells_of(lat: np.ndarray, lon: np.ndarray) -> np.ndarray:
    """Return the H3 index of each point as text."""
    indexes = coordinates_to_cells(np.asarray(lat, float), np.asarray(lon, float), np.full(len(lat), CELL_RESOLUTION, np.uint8))
    return pa.array(cells_to_string(indexes)).to_numpy(zero_copy_only=False)


def build_territories(seed: int, county: County, staff: Staff, parks: tuple[Park, ...]) -> Territories:
    """Grow a territory around every base; vacuum towns and the uncovered park stay without owner."""
    generator = chance(seed, county.number, "territories")
    indexes = geometry_to_cells(county.boundary, CELL_RESOLUTION, ContainmentMode.Covers)
    cells = np.array(sorted(pa.array(cells_to_string(indexes)).to_pylist()), object)
    centres = np.array([h3.cell_to_latlng(cell) for cell in cells])
    town = _towns(county, centres)
    around = _neighbours(cells)
    uncovered = next(park.outline for park in parks if park.key == "uncovered")
    barred = np.isin(town, words.VACUUM) | np.isin(cells, overlapped(uncovered))
    owner = _grow(around, town, barred, pd.Index(cells).get_indexer(cells_of(staff.lat, staff.lon)))
    before, changed_on, reason = owner.copy(), np.full(len(cells), NONE), np.full(len(cells), None, object)
    _release(owner, before, changed_on, reason, town=town, around=around)
    _change(generator, owner, before, changed_on, reason, around)
    return Territories(cells, centres, town, owner, before, changed_on, reason)


def _towns(county: County, centres: np.ndarray) -> np.ndarray:
    """Return the town that holds each centre, or the nearest one for cells over the county's edge."""
    return shapely.STRtree(county.outlines).nearest(shapely.points(centres[:, ::-1]))


def _neighbours(cells: np.ndarray) -> list[list[int]]:
    position = {cell: number for number, cell in enumerate(cells.tolist())}
    return [sorted(position[other] for other in h3.grid_disk(cell, 1) if other in position and other != cell) for cell in cells.tolist()]


def _grow(around: list[list[int]], town: np.ndarray, barred: np.ndarray, bases: np.ndarray) -> np.ndarray:
    """Give every free cell to the base that reaches it in the fewest steps; each territory is one piece."""
    owner = np.full(len(around), -1)
    queue = [(0.0, number, int(base)) for number, base in enumerate(bases)]
    heapq.heapify(queue)
    while queue:
        steps, manager, cell = heapq.heappop(queue)
        if owner[cell] >= 0:
            continue
        owner[cell] = manager
        for there in around[cell]:
            if owner[there] < 0 and not barred[there]:
                heapq.heappush(queue, (steps + 1.0 + CROSSING * (town[cell] != town[there]), manager, there))
    return owner


def _release(
    owner: np.ndarray, before: np.ndarray, changed_on: np.ndarray, reason: np.ndarray, *, town: np.ndarray, around: list[list[int]]
) -> None:
    """Write how the vacuum came: the first town was released when its manager left, the second never had an owner."""
    for number, vacuum in enumerate(words.VACUUM):
        cells = np.flatnonzero(town == vacuum)
        touching = {int(cell): [int(owner[there]) for there in around[cell] if owner[there] >= 0] for cell in cells}
        stray = [cell for cell in cells if touching[int(cell)]]
        neighbour = int(np.bincount([touching[int(cell)][0] for cell in stray]).argmax())
        kept = [cell for cell in stray if neighbour in touching[int(cell)]][:STRAY]
        owner[kept] = before[kept] = neighbour
        left = np.setdiff1d(cells, kept)
        if number == 0:
            before[left], changed_on[left] = neighbour, RELEASED
            reason[left] = "责任人离岗，未指定接手人 / manager left, nobody named"


def _change(
    generator: np.random.Generator,
    owner: np.ndarray,
    before: np.ndarray,
    changed_on: np.ndarray,
    reason: np.ndarray,
    around: list[list[int]],
) -> None:
    """Let some border cells of today have had the neighbour as owner until the day of a change."""
    borders: dict[tuple[int, int], list[int]] = {}
    for cell, near in enumerate(around):
        for there in near:
            if owner[cell] >= 0 and owner[there] >= 0 and owner[cell] != owner[there] and np.isnat(changed_on[cell]):
                borders.setdefault((int(owner[cell]), int(owner[there])), []).append(cell)
    longest = sorted(borders, key=lambda pair: (-len(borders[pair]), pair))[: len(CHANGES) * 3]
    chosen = generator.permutation(len(longest))[: len(CHANGES)]
    for (when, most, why), pair in zip(CHANGES, (longest[number] for number in chosen), strict=True):
        cells = [cell for cell in dict.fromkeys(borders[pair]) if np.isnat(changed_on[cell])][:most]
        before[cells], changed_on[cells], reason[cells] = pair[1], day(when), why


def ownership_table(county: County, staff: Staff, territories: Territories) -> pd.DataFrame:
    """Return the ledger rows: the first division, and what changed since; cells that never had an owner have no row."""
    ids = np.append(staff.ids, None)
    first = np.flatnonzero(territories.before >= 0)
    later = np.flatnonzero(~np.isnat(territories.changed_on))
    frame = typed(
        "ownership",
        {
            "cell": np.concatenate([territories.cells[first], territories.cells[later]]),
            "branch_id": county.branch_id,
            "owner": np.concatenate([ids[territories.before[first]], ids[territories.owner[later]]]),
            "valid_from": np.concatenate([np.full(len(first), FIRST_DIVISION), territories.changed_on[later]]),
            "reason": np.concatenate([np.full(len(first), "首次网格划分 / first division of the grid", object), territories.reason[later]]),
        },
        len(first) + len(later),
    )
    return frame.sort_values(["cell", "valid_from"], ignore_index=True)
