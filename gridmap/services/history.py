"""The questions of the History page: who changed what, when and why; who owned what on any day, as known on any other."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pandas as pd

from gridmap import store as stores
from gridmap.errors import N_, PlanError, say
from gridmap.facts import UNASSIGNED, Facts, roll_up
from gridmap.files import file_format, write_table
from gridmap.market import Market, day_end_us
from gridmap.plan import LAYERS, Layer, Plan
from gridmap.scope import Scope
from gridmap.services.timelines import days_between, local_day, timeline
from gridmap.store import PlanRecord, Store, Wanted

# What kinds of change there are, in words; a kind that is not here is shown as it is written.
KINDS: tuple[tuple[str, str], ...] = (
    ("move", N_("Move")),
    ("plan", N_("Plan published")),
    ("undo", N_("Plan undone")),
    ("import", N_("Import")),
    ("claim", N_("Claim accepted")),
    ("return", N_("Return accepted")),
    ("regrid", N_("New grid")),
)
LAYER_TITLES: tuple[tuple[Layer, str], ...] = (("cell", N_("Cell")), ("holder", N_("Held by name")), ("sponsor", N_("Sponsor")))
ACCOUNTS = ("filed_A", "filed_B", "filed_C")


@dataclass(frozen=True)
class Moment:
    """A day, and the day whose knowledge counts; `known` None means all that is recorded by now."""

    day: date
    known: date | None = None


@dataclass(frozen=True, eq=False)
class State:
    """Ownership on one side of a comparison: the Market on the grid of its day, who had what, and facts by those named holders."""

    market: Market
    plan: Plan
    facts: Facts


@dataclass(frozen=True, eq=False)
class ChangeDetails:
    """One change whole: its line, its moves, and the plan it published or took back, with what was said about it."""

    line: pd.Series
    moves: pd.DataFrame
    plan: PlanRecord | None
    events: pd.DataFrame


def zone_of(store: Store, scope: Scope, branch_id: str) -> str:
    """Return the time zone in which the days of a branch are counted."""
    known = stores.branches(store, scope).set_index("branch_id")["time_zone"].dropna()
    return str(known.get(branch_id, "Asia/Shanghai"))


def known_us(moment: Moment, zone: str) -> int | None:
    """Return the last instant whose knowledge counts, microseconds UTC; None for now."""
    return None if moment.known is None else day_end_us(moment.known, zone) - 1


def ownership(store: Store, scope: Scope, branch_id: str, moment: Moment) -> Plan:
    """Return who had what at the end of a day, as known at the end of another.

    Raises
    ------
    ScopeError
        When the role may not see history here.
    """
    scope.require("see_history", branch_id)
    zone = zone_of(store, scope, branch_id)
    return stores.plan_as_of(store, scope, branch_id, valid_us=day_end_us(moment.day, zone) - 1, known_us=known_us(moment, zone))


def wanted_days(wanted: Wanted, first: date | None, last: date | None, zone: str) -> Wanted:
    """Return what is asked for, narrowed to changes recorded from one day to another, both inclusive; None leaves an end open."""
    from_us = None if first is None else day_end_us(first - timedelta(days=1), zone)
    to_us = None if last is None else day_end_us(last, zone)
    return Wanted(**{**vars(wanted), "from_us": from_us, "to_us": to_us})


def list_changes(
    store: Store, scope: Scope, branch_id: str, *, wanted: Wanted | None = None, limit: int | None = None, offset: int = 0
) -> pd.DataFrame:
    """List changes, the last first, as `gridmap.store.changes` does, with days and times local to the branch.

    Returns
    -------
    The columns of the store and `recorded` (local time, no zone), `first_day` and `last_day` of what changed hands (missing: nothing did,
    since ever, or without end).
    """
    found = stores.list_changes(store, scope, branch_id, wanted=wanted, limit=limit, offset=offset)
    zone = zone_of(store, scope, branch_id)
    return found.assign(recorded=local_times(found["recorded_us"], zone), **_days(found["first_us"], found["last_us"], zone))


def change_details(store: Store, scope: Scope, branch_id: str, change_id: int) -> ChangeDetails:
    """Return everything about one change.

    Raises
    ------
    PlanError
        When the branch has no change of that number.
    """
    found = list_changes(store, scope, branch_id, wanted=Wanted(change_id=change_id))
    if found.empty:
        raise PlanError(
            say(N_("There is no change {number} in this branch."), number=change_id),
            remedy=say(N_("Choose one of the changes that are listed.")),
        )
    line = found.iloc[0]
    plan_id = None if pd.isna(line["plan_id"]) else int(line["plan_id"])
    plan = None if plan_id is None else stores.plan_record(store, scope, branch_id, plan_id)
    events = stores.plan_events(store, scope, branch_id, -1 if plan_id is None else plan_id)  # -1: the columns, and no event
    zone = zone_of(store, scope, branch_id)
    events = events.assign(recorded=local_times(events["recorded_us"], zone))
    return ChangeDetails(line, moves_of_changes(store, scope, branch_id, [change_id]), plan, events)


def moves_of_changes(store: Store, scope: Scope, branch_id: str, change_ids: Sequence[int]) -> pd.DataFrame:
    """Return what changes did, in order: change_id, layer, subject, giver, taker, valid_from, valid_to, first_day, last_day."""
    found = stores.change_moves(store, scope, branch_id, change_ids)
    return found.assign(**_days(found["valid_from"], found["valid_to"], zone_of(store, scope, branch_id)))


def cell_history(store: Store, scope: Scope, branch_id: str, cell: str) -> pd.DataFrame:
    """Tell who owned a cell over time: see `gridmap.services.timelines.timeline`; empty for a cell nobody ever had."""
    rows = stores.ledger_rows(store, scope, branch_id, layer="cell", subjects=[cell])
    return timeline(rows, zone_of(store, scope, branch_id))


def organisation_history(store: Store, scope: Scope, branch_id: str, org_id: str) -> pd.DataFrame:
    """Tell who held an organisation by name and who sponsored it over time: as for a cell, with `layer` in front."""
    zone = zone_of(store, scope, branch_id)
    parts = []
    for layer in ("holder", "sponsor"):
        told = timeline(stores.ledger_rows(store, scope, branch_id, layer=layer, subjects=[org_id]), zone)
        told.insert(0, "layer", layer)
        parts.append(told)
    return parts[0] if parts[1].empty else parts[1] if parts[0].empty else pd.concat(parts, ignore_index=True)


def days_of_change(store: Store, scope: Scope, branch_id: str, *, today: date, known: date | None = None) -> tuple[date, ...]:
    """List the days on which any cell changed, or will change, its owner, and today; as known now or at the end of a day."""
    zone = zone_of(store, scope, branch_id)
    instants = stores.ownership_instants(store, scope, branch_id, known_us=known_us(Moment(today, known), zone))
    return tuple(sorted({today, *(local_day(instant, ZoneInfo(zone)) for instant in instants if instant > stores.BEGINNING_US)}))


def named_organisations(store: Store, scope: Scope, branch_id: str) -> tuple[str, ...]:
    """Return the ids of all organisations that anybody ever held by name or sponsored, in order."""
    rows = [stores.ledger_rows(store, scope, branch_id, layer=layer)["subject"] for layer in ("holder", "sponsor")]
    return tuple(sorted({str(subject) for layer in rows for subject in layer}))


def head_moved_us(store: Store, scope: Scope, branch_id: str) -> int | None:
    """Return when the heads of the audit chains were last moved on (microseconds UTC); None where none is kept."""
    scope.require("see_history", branch_id)
    path = store.vault.head_path
    return path.stat().st_mtime_ns // 1000 if path is not None and path.exists() else None


def compare(before: Plan, after: Plan, layers: Sequence[Layer] = LAYERS) -> pd.DataFrame:
    """List what changed hands between two states of ownership, whichever way and however often.

    Returns
    -------
    One row per subject that another has, in order: layer, subject, giver, taker (empty: nobody).
    """
    parts = []
    for layer in layers:
        both = pd.concat([before.before(layer), after.before(layer)], axis=1, keys=["giver", "taker"]).sort_index()
        both = both.astype("str").fillna("")
        moved = both[both["giver"].ne(both["taker"])]
        parts.append(pd.DataFrame({"layer": layer, "subject": moved.index.to_numpy(), **{name: moved[name].to_numpy() for name in moved}}))
    return pd.concat(parts, ignore_index=True).astype("str")


def gains_and_losses(before: State, after: State) -> pd.DataFrame:
    """Say for each manager what two states of ownership differ by.

    Parameters
    ----------
    before, after
        Their facts should be of one and the same day: then nothing but ownership differs. Where the grid is another, every cell of
        the one is lost and every cell of the other gained.

    Returns
    -------
    One row per manager who has anything in either (index `manager_id`, `UNASSIGNED` first): `cells_before`, `cells_gained`, `cells_lost`,
    `cells_after`; the same of organisations held by name (`held_...`); `accounts_before`, `accounts_after` (filed A, B and C organisations
    held, by name or with the cell); `touched`.
    """
    sides = (before, after)
    cells = [side.plan.owners.reindex(side.market.grid.cells).fillna(UNASSIGNED) for side in sides]
    held = [side.plan.holders for side in sides]
    columns = {**_moved("cells", *cells, missing=""), **_moved("held", *held, missing=UNASSIGNED)}
    for part, side in zip(("before", "after"), sides, strict=True):
        rolled = roll_up(side.facts, "holder", market=side.market, plan=side.plan)
        columns[f"accounts_{part}"] = rolled[list(ACCOUNTS)].sum(axis=1)
    table = pd.DataFrame(columns).fillna(0).astype("int64").rename_axis("manager_id")
    table = table[table.any(axis=1) & (table.index != "")]
    differs = table["cells_before"].ne(table["cells_after"]) | table["accounts_before"].ne(table["accounts_after"])
    table["touched"] = differs | table[["cells_gained", "cells_lost", "held_gained", "held_lost"]].any(axis=1)
    first = [UNASSIGNED] if UNASSIGNED in table.index else []
    return table.loc[[*first, *sorted(table.index.drop(first))]]


def _moved(name: str, before: pd.Series, after: pd.Series, *, missing: str) -> dict[str, pd.Series]:
    """Count by manager what they had, gained, lost and have; `missing` has what only the other side knows."""
    everything = before.index.union(after.index)
    was, now = (side.reindex(everything).fillna(missing) for side in (before, after))
    moved = was.ne(now)
    parts = {"before": was, "gained": now[moved], "lost": was[moved], "after": now}
    return {f"{name}_{part}": owners.value_counts() for part, owners in parts.items()}


def export_changes(
    store: Store,
    scope: Scope,
    branch_id: str,
    format: str,  # noqa: A002 - the word for it
    *,
    wanted: Wanted | None = None,
) -> bytes:
    """Write the changes that are asked for as a file, times local to the branch.

    Raises
    ------
    ScopeError
        When the person may not export.
    """
    scope.require("export_data", branch_id)
    found = list_changes(store, scope, branch_id, wanted=wanted).drop(columns=["recorded_us", "first_us", "last_us", "person_id"])
    return export_rows(found, format, name="changes", stamps={"branch": branch_id, "seen_by": scope.role})


def export_moves(
    store: Store,
    scope: Scope,
    branch_id: str,
    change_id: int,
    format: str,  # noqa: A002 - the word for it
) -> bytes:
    """Write the moves of a change as a file; ScopeError as for `export_changes`."""
    scope.require("export_data", branch_id)
    found = moves_of_changes(store, scope, branch_id, [change_id]).drop(columns=["valid_from", "valid_to"])
    return export_rows(found, format, name=f"change {change_id}", stamps={"branch": branch_id, "seen_by": scope.role})


def export_rows(
    rows: pd.DataFrame,
    format: str,  # noqa: A002 - the word for it
    *,
    name: str,
    stamps: Mapping[str, str],
) -> bytes:
    """Write rows as a file; `stamps` says in every row what they are of."""
    return write_table(rows.assign(**stamps), file_format(format).key, name=name)


def local_times(instants_us: pd.Series, zone: str) -> pd.Series:
    """Return instants as local times without a zone."""
    return pd.to_datetime(instants_us.astype("int64"), unit="us", utc=True).dt.tz_convert(zone).dt.tz_localize(None)


def _days(first: pd.Series, last: pd.Series, zone: str) -> dict[str, pd.Series]:
    local, pairs = ZoneInfo(zone), list(zip(first, last, strict=True))
    known = {pair: (None, None) if pd.isna(pair[0]) else days_between(int(pair[0]), int(pair[1]), local) for pair in dict.fromkeys(pairs)}
    return {
        name: pd.Series([known[pair][at] for pair in pairs], index=first.index, dtype="datetime64[us]")
        for at, name in enumerate(("first_day", "last_day"))
    }
