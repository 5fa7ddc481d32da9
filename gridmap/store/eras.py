"""The grids a branch has had: which one is in force at an instant, and what that means for cells and for moves of them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd
import sqlalchemy as sa

from gridmap.errors import N_, Clash, Conflict, say
from gridmap.grid import resolutions_of
from gridmap.scope import Scope
from gridmap.store.engine import Store, reading
from gridmap.store.positions import local_day, zone_of
from gridmap.store.records import LINEAGE, REGRIDS
from gridmap.store.tables import BEGINNING_US, FOREVER_US, IMPORTS
from gridmap.store.timeline import Span

GridName = tuple[str, int]  # kind and resolution; -1 for admin polygons


@dataclass(frozen=True)
class Era:
    """A stretch of time with one grid, half open, microseconds UTC.

    `regrid_id` names the regrid it began with, 0 for the first era. `grid` None: the branch was never regridded, its row says.
    """

    regrid_id: int
    begin_us: int
    end_us: int
    grid: GridName | None
    change_id: int = 0
    recorded_us: int = 0
    who: str = ""


def grid_name(kind: str, resolution: int) -> GridName:
    """Return what tells two grids of one branch apart."""
    return kind, resolution if kind == "h3" else -1


def grids_of(cells: Iterable[str]) -> dict[str, GridName]:
    """Return the grid that each cell is of, by its text."""
    texts = list(cells)
    return {cell: ("h3", int(level)) if level >= 0 else ("areas", -1) for cell, level in zip(texts, resolutions_of(texts), strict=True)}


def eras(connection: sa.Connection, branch_id: str, *, known_us: int | None = None) -> tuple[Era, ...]:
    """Return the eras of a branch in order, as known at an instant; one without end where it was never regridded."""
    query = sa.select(REGRIDS, IMPORTS.c.who).join(IMPORTS, IMPORTS.c.import_id == REGRIDS.c.import_id)
    query = query.where(REGRIDS.c.branch_id == branch_id)
    if known_us is not None:
        query = query.where(REGRIDS.c.recorded_us <= known_us)
    rows = connection.execute(query.order_by(REGRIDS.c.effective_us)).mappings().all()
    if not rows:
        return (Era(0, BEGINNING_US, FOREVER_US, None),)
    ends = [*(int(row["effective_us"]) for row in rows[1:]), FOREVER_US]
    made = [Era(0, BEGINNING_US, int(rows[0]["effective_us"]), grid_name(rows[0]["old_kind"], rows[0]["old_resolution"]))]
    for row, end in zip(rows, ends, strict=True):
        grid = grid_name(row["new_kind"], row["new_resolution"])
        made.append(Era(row["regrid_id"], row["effective_us"], end, grid, row["change_id"], row["recorded_us"], row["who"]))
    return tuple(made)


def grid_eras(store: Store, scope: Scope, branch_id: str) -> tuple[tuple[date, int], ...]:
    """Return the grids a branch has had: the local day each began and an instant of it, microseconds UTC; the first since ever."""
    scope.require("see_map", branch_id)
    with reading(store) as connection:
        zone = zone_of(connection, branch_id)
        return tuple((local_day(era.begin_us, zone) if era.regrid_id else date.min, era.begin_us) for era in eras(connection, branch_id))


def era_at(known: Sequence[Era], instant_us: int) -> Era:
    """Return the era an instant lies in."""
    return next(era for era in known if instant_us < era.end_us)


def within_eras(
    connection: sa.Connection, branch_id: str, planned: Mapping[tuple[str, str], list[Span]]
) -> Mapping[tuple[str, str], list[Span]]:
    """Let moves of cells end where their grid ends.

    Raises
    ------
    Conflict
        When a cell would get an owner from a day on which the branch has another grid; lists each with who regridded and when.
    """
    cells = sorted(subject for layer, subject in planned if layer == "cell")
    known = eras(connection, branch_id) if cells else ()
    if len(known) < 2:
        return planned
    grids, result, clashing = grids_of(cells), dict(planned), []
    for cell in cells:
        spans = planned["cell", cell]
        gone = next((era for span in spans if span.owner and (era := era_at(known, span.valid_from)).grid != grids[cell]), None)
        if gone is not None:
            clashing.append((cell, gone))
        result["cell", cell] = [_cut(span, known, grids[cell]) for span in spans]
    _refuse_other_grid(connection, branch_id, clashing)
    return result


def _cut(span: Span, known: Sequence[Era], grid: GridName) -> Span:
    if not span.owner:
        return span
    ends = (era.begin_us for era in known if span.valid_from < era.begin_us < span.valid_to and era.grid != grid)
    return Span(span.valid_from, min(ends, default=span.valid_to), span.owner)


def _refuse_other_grid(connection: sa.Connection, branch_id: str, clashing: Sequence[tuple[str, Era]]) -> None:
    if not clashing:
        return
    day = local_day(clashing[0][1].begin_us, zone_of(connection, branch_id))
    raise Conflict(
        say(N_("{count} cells are not of the grid that the branch has on {day}."), count=len(clashing), day=day.isoformat()),
        clashes=tuple(Clash(cell, era.who, era.recorded_us) for cell, era in clashing),
        remedy=say(N_("Nothing was changed. The branch was regridded: name cells of the grid of that day.")),
    )


def regrid_clashes(connection: sa.Connection, branch_id: str, cells: Collection[str], change_id: int) -> tuple[Clash, ...]:
    """Return the cells that are of another grid since a change, each with who regridded the branch and when, in order."""
    since = [era for era in eras(connection, branch_id) if era.change_id > change_id]
    if not since:
        return ()
    grids = grids_of(cells)
    stale = sorted(cell for cell, grid in grids.items() if grid != since[-1].grid)
    return tuple(Clash(cell, since[-1].who, since[-1].recorded_us) for cell in stale)


def cells_of_era(connection: sa.Connection, branch_id: str, cells: Collection[str], instant_us: int) -> frozenset[str]:
    """Return those cells that are of the grid in force at an instant; all where the branch was never regridded."""
    grid = era_at(eras(connection, branch_id), instant_us).grid
    return frozenset(cells) if grid is None else frozenset(cell for cell, own in grids_of(cells).items() if own == grid)


def follow(connection: sa.Connection, known: Sequence[Era], cells: Collection[str], *, start: Era, end: Era) -> frozenset[str]:
    """Return the cells of one era's grid that lie wholly in cells of another era's.

    Of a cell counts where its organisations went or came from, and where none did, its largest part: nobody sees an organisation in the
    one grid whom they do not see in the other.
    """
    held = frozenset(cells)
    order = [era.regrid_id for era in known]
    first, last = order.index(start.regrid_id), order.index(end.regrid_id)
    steps = order[first + 1 : last + 1] if first < last else order[last + 1 : first + 1][::-1]
    for regrid_id in steps:
        held = _step(connection, regrid_id, held, forward=first < last)
    return held


def _step(connection: sa.Connection, regrid_id: int, held: frozenset[str], *, forward: bool) -> frozenset[str]:
    line = LINEAGE.c
    source, target = (line.old_cell, line.new_cell) if forward else (line.new_cell, line.old_cell)
    query = sa.select(source, target, line.share, line.organisations).where(line.regrid_id == regrid_id)
    rows = pd.DataFrame(connection.execute(query).all(), columns=["source", "target", "share", "organisations"])
    rows["own"] = rows["source"].isin(held)
    peopled = rows.groupby("target")["organisations"].transform("sum") > 0
    largest = rows.index.isin(rows.sort_values("share", kind="stable").drop_duplicates("target", keep="last").index)
    seen = rows[(rows["organisations"] > 0) | (~peopled & largest)].groupby("target")["own"].all()
    return frozenset(seen.index[seen])
