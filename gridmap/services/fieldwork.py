"""Work in the field as a page or a command asks for it: the morning board, whom to call, what is planned, who is who."""

from collections.abc import Mapping
from datetime import date, timedelta

import pandas as pd

from gridmap import store as stores
from gridmap.fieldwork.board import Board, morning_board
from gridmap.fieldwork.call_list import whom_to_call, with_contacts
from gridmap.fieldwork.due import PLANNED, nothing_planned
from gridmap.market import Market
from gridmap.plan import Plan
from gridmap.scope import Scope
from gridmap.settings import Rules, SweepRules
from gridmap.store import Store
from gridmap.sweeps.planned import SweepPlan
from gridmap.sweeps.written import read_plan
from gridmap.texts import Name

# How long after the last day of a published sweep its unvisited doors still stand on the board.
PLANNED_DAYS = 30


def planned_visits(store: Store, scope: Scope, branch_id: str, *, day: date) -> pd.DataFrame:
    """List the visits of published sweeps up to a day, as the board takes them; none for who sees no sweeps.

    Returns
    -------
    One row per door, columns `gridmap.fieldwork.due.PLANNED`.
    """
    if not scope.allows("plan_sweeps", branch_id):
        return nothing_planned()
    listed = stores.sweeps(store, scope, branch_id, states=("published",))
    near = listed[(listed["first_on"] <= day) & (listed["last_on"] >= day - timedelta(days=PLANNED_DAYS)) & listed["planned"]]
    parts = []
    for sweep_id in near["sweep_id"].tolist():
        record = stores.sweep_record(store, scope, branch_id, int(sweep_id))
        if record.result:
            parts.append(doors_planned(int(sweep_id), record.title, read_plan(record.result)))
    found = pd.concat([nothing_planned(), *parts], ignore_index=True)
    return found[(found["day"] <= pd.Timestamp(day)).to_numpy(dtype=bool)].reset_index(drop=True)


def doors_planned(sweep_id: int, title: str, plan: SweepPlan) -> pd.DataFrame:
    """List the doors of a plan in the order of each day, numbered by stop."""
    rows = [
        (sweep_id, title, door.org_id, route.manager_id, pd.Timestamp(route.day), planned.start_min, number)
        for route in plan.days
        for number, planned in enumerate(route.stops, start=1)
        for door in planned.stop.doors
    ]
    kinds = nothing_planned().dtypes.to_dict()
    return pd.DataFrame(rows, columns=list(PLANNED)).astype(kinds)


def board_of(store: Store, scope: Scope, market: Market, plan: Plan, *, day: date, rules: SweepRules) -> Board:
    """Make the morning board of a branch as somebody may see it; whoever does only their own work sees their own part.

    Parameters
    ----------
    market, plan
        What is and who holds what, as the scope sees it.
    day
        The morning.

    Raises
    ------
    ScopeError
        When the scope sees no organisation by name here.
    """
    branch_id = market.branch.branch_id
    scope.require("see_organisations", branch_id)
    board = morning_board(market, plan, planned_visits(store, scope, branch_id, day=day), day=day, rules=rules)
    return board.of(scope.manager_id) if sees_own_work_only(scope) else board


def calls_of(
    store: Store, scope: Scope, market: Market, plan: Plan, *, day: date, manager_id: str, rules: Rules, sweep_rules: SweepRules
) -> pd.DataFrame:
    """List whom one manager calls, with the names of contacts and masked numbers.

    Raises
    ------
    ScopeError
        When the scope sees no organisation by name here.
    """
    branch_id = market.branch.branch_id
    scope.require("see_organisations", branch_id)
    planned = planned_visits(store, scope, branch_id, day=day)
    listed = whom_to_call(market, plan, day=day, planned=planned, rules=rules, sweep_rules=sweep_rules)
    mine = listed[listed["manager_id"].eq(manager_id)]
    return with_contacts(mine, stores.masked_contacts(store, scope, branch_id, org_ids=mine["org_id"].tolist()))


def sees_own_work_only(scope: Scope) -> bool:
    """Say whether somebody's board is their own: account and community managers; others see the branch."""
    return scope.role in ("account_manager", "community_manager")


def manager_names(market: Market, day: date) -> Mapping[str, Name]:
    """Return what each manager is called, by id."""
    rows = market.at("managers", day)
    english = rows["name_en"].fillna("") if "name_en" in rows else pd.Series("", index=rows.index)
    return {str(key): Name(str(name), str(also)) for key, name, also in zip(rows["manager_id"], rows["name"], english, strict=True)}


def branch_name(market: Market) -> Name:
    """Return what the branch is called."""
    return Name(market.branch.name, market.branch.name_en)
