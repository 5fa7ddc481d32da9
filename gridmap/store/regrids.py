"""From one grid of a branch to another from a day on: one transaction over the branch's row, the owners of cells, and the lineage."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

import pandas as pd
import pyarrow as pa
import sqlalchemy as sa

from gridmap import schema
from gridmap.errors import N_, Conflict, Message, PlanError, say
from gridmap.market import Branch, Version
from gridmap.plan import Plan
from gridmap.reallocation.regridding import Proposal, restored_owners
from gridmap.scope import Scope
from gridmap.store.bulk import Subject, insert_rows
from gridmap.store.changes import Reason, apply_moves
from gridmap.store.engine import Store, reading, retrying
from gridmap.store.eras import Era, GridName, era_at, eras, grid_name
from gridmap.store.facts import read_facts
from gridmap.store.ledger import open_spans, plan_at
from gridmap.store.positions import Position, advance, day_start_us, local_day, lock_branch, position, zone_of
from gridmap.store.records import LINEAGE, REGRIDS
from gridmap.store.tables import CHANGES, FOREVER_US, IMPORTS, LEDGER
from gridmap.store.timeline import Span, next_change
from gridmap.store.writing import write_rows_within

_ACTIONS = ("import_data", "change_ownership", "approve_plans")  # it changes the branch's row and moves everything at once


@dataclass(frozen=True, eq=False)
class RegridBase:
    """Where a regrid starts from: who owns what on its day, at which version, and what an earlier regrid left behind.

    `obstacles` says what stands in its way. `restored` and `exceptions` are as `regridding.propose` takes them.
    """

    plan: Plan
    version: Version
    obstacles: tuple[Message, ...]
    restored: Mapping[str, str]
    exceptions: frozenset[str]


def regrid_base(store: Store, scope: Scope, branch_id: str, *, effective_on: date, grid: GridName) -> RegridBase:
    """Read what a regrid from a day on starts from; nothing is written.

    Parameters
    ----------
    grid
        Kind and resolution (-1 for admin polygons) of the new grid.

    Raises
    ------
    ScopeError
        When the role may not regrid the branch.
    """
    _require(scope, branch_id)
    with reading(store) as connection:
        begin = day_start_us(effective_on, zone_of(connection, branch_id))
        known = eras(connection, branch_id)
        at = position(connection, branch_id)
        plan = plan_at(connection, branch_id, valid_us=begin)
        return RegridBase(
            plan,
            Version(at.import_id, at.change_id, at.visit_no),
            _obstacles(connection, branch_id, begin, grid),
            MappingProxyType(_restored(connection, branch_id, plan, known[-1], known, grid)),
            _exceptions(connection, branch_id, begin),
        )


def regrid(  # noqa: PLR0913 - what a regrid is, each by name
    store: Store,
    scope: Scope,
    branch_id: str,
    *,
    effective_on: date,
    grid: GridName,
    proposal: Proposal,
    expected: Version,
    why: str,
    now_us: int,
) -> int:
    """Give a branch another grid from a day on, all or nothing.

    The branch's row names the new grid, the old cells are released and the new ones given owners from that day, holders by name follow
    the proposal, and what came of each old cell is kept. To take it back, regrid to the old grid again: cells that nobody touched
    between have their owner again.

    Parameters
    ----------
    proposal
        As it was shown, worked out at the version `expected`.

    Returns
    -------
    The number of the regrid.

    Raises
    ------
    Conflict
        When somebody wrote to the branch since.
    PlanError
        When something stands in the way; `reasons` lists all of it.
    ScopeError
        When the role may not regrid the branch.
    """
    _require(scope, branch_id)

    def write(connection: sa.Connection) -> int:
        start = lock_branch(connection, branch_id, now_us=now_us)
        begin = day_start_us(effective_on, zone_of(connection, branch_id))
        _refuse(start, expected, _obstacles(connection, branch_id, begin, grid))
        old = _grid_at(connection, branch_id, begin)
        import_id, reached = _name_grid(connection, scope, start, grid, effective_on)
        planned = _planned(connection, branch_id, begin, proposal)
        reached = apply_moves(connection, scope, reached, planned, reason=Reason(why.strip() or "regrid", "regrid"))
        advance(connection, reached)
        values = {
            "branch_id": branch_id, "old_kind": old[0], "old_resolution": old[1], "new_kind": grid[0], "new_resolution": grid[1],
            "effective_us": begin, "recorded_us": start.recorded_us, "import_id": import_id, "change_id": reached.change_id,
        }  # fmt: skip
        regrid_id = int(connection.execute(sa.insert(REGRIDS).values(values).returning(REGRIDS.c.regrid_id)).scalar_one())
        _insert_lineage(connection, regrid_id, proposal.lineage)
        return regrid_id

    return retrying(store, write)


def regrids(store: Store, scope: Scope, branch_id: str) -> pd.DataFrame:
    """List the regrids of a branch by their day.

    Returns
    -------
    regrid_id, old_kind, old_resolution, new_kind, new_resolution (-1 for admin polygons), effective_us, recorded_us, change_id, who, why.
    """
    scope.require("see_map", branch_id)
    names = ("regrid_id", "old_kind", "old_resolution", "new_kind", "new_resolution", "effective_us", "recorded_us", "change_id")
    joined = REGRIDS.join(IMPORTS, IMPORTS.c.import_id == REGRIDS.c.import_id).outerjoin(
        CHANGES, CHANGES.c.change_id == REGRIDS.c.change_id
    )
    query = sa.select(*(REGRIDS.c[name] for name in names), IMPORTS.c.who, CHANGES.c.why).select_from(joined)
    with reading(store) as connection:
        found = connection.execute(query.where(REGRIDS.c.branch_id == branch_id).order_by(REGRIDS.c.effective_us)).all()
    return pd.DataFrame(found, columns=[*names, "who", "why"])


def lineage(store: Store, scope: Scope, branch_id: str, regrid_id: int) -> pd.DataFrame:
    """Return what came of each cell in a regrid: old_cell, new_cell, share of the old cell's area, organisations; sorted."""
    scope.require("see_map", branch_id)
    with reading(store) as connection:
        return _lineage(connection, branch_id, regrid_id)


def _require(scope: Scope, branch_id: str) -> None:
    for action in _ACTIONS:
        scope.require(action, branch_id)


def _lineage(connection: sa.Connection, branch_id: str, regrid_id: int) -> pd.DataFrame:
    names = ("old_cell", "new_cell", "share", "organisations")
    own = sa.select(REGRIDS.c.regrid_id).where(REGRIDS.c.branch_id == branch_id, REGRIDS.c.regrid_id == regrid_id)
    query = sa.select(*(LINEAGE.c[name] for name in names)).where(LINEAGE.c.regrid_id.in_(own))
    found = connection.execute(query.order_by(LINEAGE.c.old_cell, LINEAGE.c.new_cell)).all()
    return pd.DataFrame(found, columns=list(names)).astype({"old_cell": "str", "new_cell": "str"})


def _grid_at(connection: sa.Connection, branch_id: str, instant_us: int) -> GridName:
    named = era_at(eras(connection, branch_id), instant_us).grid
    if named is not None:
        return named
    row = read_facts(connection, schema.table("branches"), branch_id).sort_values("valid_from_us").iloc[-1]
    kind, resolution = (row["grid_kind"], row["grid_resolution"])
    return grid_name(Branch.grid_kind if pd.isna(kind) else str(kind), Branch.grid_resolution if pd.isna(resolution) else int(resolution))


def _obstacles(connection: sa.Connection, branch_id: str, begin: int, grid: GridName) -> tuple[Message, ...]:
    """Say what stands in the way of a regrid from an instant on."""
    zone = zone_of(connection, branch_id)
    found = []
    if _grid_at(connection, branch_id, begin) == grid:
        found.append(say(N_("The branch has that grid already on that day.")))
    later = [era for era in eras(connection, branch_id)[1:] if era.begin_us >= begin]
    found += [
        say(N_("The branch is regridded on {day} already, by {who}."), day=local_day(era.begin_us, zone).isoformat(), who=era.who)
        for era in later
    ]
    rows = read_facts(connection, schema.table("branches"), branch_id)
    if not ((rows["valid_from_us"] <= begin) & (rows["valid_to_us"] > begin)).any():
        found.append(say(N_("The branch does not exist yet on that day.")))
    line = LEDGER.c
    after = sa.and_(line.branch_id == branch_id, line.layer == "cell", line.recorded_to == FOREVER_US, line.valid_from > begin)
    columns = (sa.func.count(sa.distinct(line.subject)), sa.func.min(line.valid_from), sa.func.max(line.change_id))
    count, first, change_id = connection.execute(sa.select(*columns).where(after)).one()
    if count and not later:
        who = connection.execute(sa.select(CHANGES.c.who).where(CHANGES.c.change_id == change_id)).scalar()
        day = local_day(first, zone).isoformat()
        found.append(
            say(
                N_("{count} cells change hands after that day, first on {day}; the last was moved by {who}."), count=count, day=day, who=who
            )
        )
    return tuple(found)


def _refuse(start: Position, expected: Version, obstacles: tuple[Message, ...]) -> None:
    if obstacles:
        raise PlanError(
            say(N_("The branch cannot be regridded from that day on.")),
            reasons=obstacles,
            remedy=say(N_("Choose a later day, or take back first what stands in the way.")),
        )
    if (start.import_id, start.change_id) != (expected.import_id, expected.change_id):
        raise Conflict(
            say(N_("Somebody wrote to the branch since the regrid was worked out.")),
            remedy=say(N_("Nothing was changed. Look at it once more, then regrid.")),
        )


def _name_grid(connection: sa.Connection, scope: Scope, start: Position, grid: GridName, day: date) -> tuple[int, Position]:
    """Write the grid into the branch's row from a day on, and into each row that is dated later."""
    kind, resolution = grid
    row = {"branch_id": start.branch_id, "grid_kind": kind, **({"grid_resolution": resolution} if kind == "h3" else {})}
    zone = zone_of(connection, start.branch_id)
    begin = day_start_us(day, zone)
    begins = read_facts(connection, schema.table("branches"), start.branch_id)["valid_from_us"]
    import_id, reached = 0, start
    for each in (day, *(local_day(int(later), zone) for later in sorted(begins[begins > begin]))):
        frame = pd.DataFrame([row]).astype({name: "Int64" for name in row if name == "grid_resolution"})
        result, reached = write_rows_within(connection, scope, reached, "branches", frame, as_of=each, source="regrid")
        import_id = result.import_id
    return import_id, reached


def _planned(connection: sa.Connection, branch_id: str, begin: int, proposal: Proposal) -> Mapping[Subject, list[Span]]:
    had = plan_at(connection, branch_id, valid_us=begin).owners.index
    owners = {**dict.fromkeys(had, None), **dict(proposal.owners)}
    planned: dict[Subject, list[Span]] = {("cell", str(cell)): [Span(begin, FOREVER_US, owner)] for cell, owner in owners.items()}
    known = open_spans(connection, branch_id, "holder", [move.subject for move in proposal.hands])
    for move in proposal.hands:
        planned["holder", move.subject] = [Span(begin, next_change(known.get(move.subject, ()), begin), move.taker or None)]
    return planned


def _insert_lineage(connection: sa.Connection, regrid_id: int, frame: pd.DataFrame) -> None:
    columns = {
        "regrid_id": pa.array([regrid_id] * len(frame), pa.int64()),
        "old_cell": pa.array(frame["old_cell"], pa.large_string()),
        "new_cell": pa.array(frame["new_cell"], pa.large_string()),
        "share": pa.array(frame["share"], pa.float64()),
        "organisations": pa.array(frame["organisations"], pa.int64()),
    }
    insert_rows(connection, LINEAGE, pa.table(columns))


def _restored(connection: sa.Connection, branch_id: str, plan: Plan, last: Era, known: tuple[Era, ...], grid: GridName) -> dict[str, str]:
    """Return the owners that cells have again where the branch goes back to the grid it had before its last regrid."""
    if len(known) < 2 or known[-2].grid != grid:
        return {}
    before = plan_at(connection, branch_id, valid_us=last.begin_us - 1)
    given = plan_at(connection, branch_id, valid_us=last.begin_us, up_to_change=last.change_id)
    return restored_owners(_lineage(connection, branch_id, last.regrid_id), before=before.owners, given=given.owners, now=plan.owners)


def _exceptions(connection: sa.Connection, branch_id: str, begin: int) -> frozenset[str]:
    """Return the organisations that a regrid made exceptions and that still are on the day."""
    line = LEDGER.c
    query = sa.select(line.subject).join(CHANGES, CHANGES.c.change_id == line.change_id)
    query = query.where(line.branch_id == branch_id, line.layer == "holder", line.recorded_to == FOREVER_US, CHANGES.c.kind == "regrid")
    query = query.where(line.valid_from <= begin, line.valid_to > begin, line.owner.is_not(None))
    return frozenset(connection.execute(query).scalars())
