"""Somebody leaves: everything of theirs goes to named takers, or to who has most room for it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

import numpy as np
import pandas as pd

from gridmap.contiguity import pieces
from gridmap.errors import N_, PlanError, say
from gridmap.facts import Facts
from gridmap.facts.facts import TIERS
from gridmap.grid import Grid, neighbour_pairs
from gridmap.market import Market
from gridmap.plan import LAYERS, Layer, Move, Plan
from gridmap.reallocation.loads import capacities
from gridmap.reallocation.organisations import held_organisations
from gridmap.settings import Rules
from gridmap.workload import hours_had, is_active

# Roles that can have what each layer moves.
_TAKERS: tuple[tuple[Layer, tuple[str, ...]], ...] = (
    ("cell", ("account", "community")),
    ("holder", ("account", "community")),
    ("sponsor", ("chief", "leader")),
)
NAMED = N_("Somebody leaves: named taker")
MOST_ROOM = N_("Somebody leaves: most room")
NO_ROOM = N_("Somebody leaves: nobody can take it")


def resignation(
    market: Market,
    plan: Plan,
    facts: Facts,
    manager_id: str,
    *,
    rules: Rules,
    cells_to: str | None = None,
    holders_to: str | None = None,
    sponsors_to: str | None = None,
) -> tuple[Move, ...]:
    """Give away everything a manager has after a plan's moves: cells, organisations held by name, sponsorships.

    A part without a named taker is proposed, the same for the same input. Cells go piece by piece, the largest first, each whole
    to the neighbouring owner with most room in hours that can take it whole; a piece that nobody can take whole is taken cell by
    cell from its rim. Organisations held by name go one by one, the biggest tier first, to the account manager with most room in
    accounts. Sponsorships go to the sponsor who has fewest. Hours that nobody knows are no room.

    Parameters
    ----------
    market, plan, facts
        What is, who has it now, and the day (`facts.as_of`) that rooms are counted at.
    manager_id
        Who leaves.
    rules
        Capacity, tiers and cycles.
    cells_to, holders_to, sponsors_to
        Named takers; they get all of their part, room or not.

    Returns
    -------
    One move per subject from the manager, in order of layer and subject. What nobody can take has an empty taker: it is released,
    and the reason is `NO_ROOM`. `resigned` puts them into a plan.

    Raises
    ------
    PlanError
        When a named taker is not at work, is the manager who leaves, or has a role that cannot have this.
    """
    managers = market.at("managers", facts.as_of).drop_duplicates("manager_id", keep="last").set_index("manager_id", drop=False)
    named = dict(zip(LAYERS, (cells_to, holders_to, sponsors_to), strict=True))
    able = {
        layer: managers[is_active(managers, facts.as_of) & managers["role"].isin(roles).to_numpy() & (managers.index != manager_id)]
        for layer, roles in _TAKERS
    }
    for layer, taker in named.items():
        if taker is not None and taker not in able[layer].index:
            raise _not_able(layer, taker, able[layer])
    subjects = {layer: _of(plan.now(layer), manager_id) for layer in LAYERS}
    takers: dict[Layer, dict[str, str]] = {layer: dict.fromkeys(subjects[layer], taker or "") for layer, taker in named.items()}
    held = held_organisations(market, plan, as_of=facts.as_of, rules=rules)
    if cells_to is None:
        takers["cell"] = _propose_cells(market, plan, subjects["cell"], held, able["cell"], facts.as_of)
    if holders_to is None:
        takers["holder"] = _propose_holders(subjects["holder"], held, able["holder"], rules)
    if sponsors_to is None:
        takers["sponsor"] = _propose_sponsors(subjects["sponsor"], plan.sponsors_now, able["sponsor"].index)
    return tuple(
        Move(subject, layer, manager_id, taker, NAMED if named[layer] else MOST_ROOM if taker else NO_ROOM)
        for layer in sorted(LAYERS)
        for subject, taker in sorted(takers[layer].items())
    )


def resigned(plan: Plan, moves: Iterable[Move]) -> Plan:
    """Return the plan with the moves of a resignation put into it, each subject moved at most once from who had it before."""
    together: dict[tuple[Layer, str, str], list[str]] = defaultdict(list)
    for move in moves:
        together[move.layer, move.taker, move.reason].append(move.subject)
    for (layer, taker, reason), subjects in together.items():
        plan = plan.reassigned(layer, subjects, taker, reason=reason)
    return plan


def _of(relation: pd.Series, manager_id: str) -> list[str]:
    return [str(subject) for subject in relation.index[relation.eq(manager_id).to_numpy(dtype=bool)]]


def _propose_cells(market: Market, plan: Plan, cells: Sequence[str], held: pd.DataFrame, able: pd.DataFrame, as_of: date) -> dict[str, str]:
    """Propose a taker for each cell; empty where no neighbour has room, and for what the grid does not know any more."""
    asked = held[~held["named_after"]].groupby("cell")["hours_asked"].sum()
    hours = {cell: float(asked.get(cell, 0.0)) for cell in cells}
    used = held.groupby("after")["hours_asked"].sum().reindex(able.index).fillna(0.0)
    room = _rooms(hours_had(able, as_of) - used)
    owner = {str(cell): str(who) for cell, who in plan.owners_now.items() if who in room}
    around = _neighbours(market.grid)
    for piece in pieces(market.grid, [cell for cell in cells if cell in around]):
        left = [str(cell) for cell in piece]
        touched = {owner[each] for cell in left for each in around[cell] if each in owner}
        whole = sum(hours[cell] for cell in left)
        taker = _roomiest(room, touched, whole)
        if taker:
            room[taker] -= whole
            owner |= dict.fromkeys(left, taker)
            continue
        while (step := _next_cell(left, hours, owner, around, room)) is not None:
            taker, cell = step
            room[taker] -= hours[cell]
            owner[cell] = taker
            left.remove(cell)
    return {cell: owner.get(cell, "") for cell in cells}


def _rooms(left: pd.Series) -> dict[str, float]:
    return {str(who): float(value) for who, value in left.dropna().items()}


def _roomiest(room: Mapping[str, float], among: Iterable[str], need: float) -> str:
    """Return who of some has most room, at least as much as needed; empty for nobody."""
    able = [(-room[who], who) for who in among if room[who] >= need]
    return min(able)[1] if able else ""


def _next_cell(
    left: Sequence[str],
    hours: Mapping[str, float],
    owner: Mapping[str, str],
    around: Mapping[str, Sequence[str]],
    room: Mapping[str, float],
) -> tuple[str, str] | None:
    """Choose who takes which cell next of a piece that is taken apart: who has most room, the cell that touches most of theirs."""
    touching: dict[tuple[str, str], int] = defaultdict(int)
    for cell in left:
        for each in around[cell]:
            if each in owner and room[owner[each]] >= hours[cell]:
                touching[owner[each], cell] += 1
    return min(touching, key=lambda each: (-room[each[0]], each[0], -touching[each], each[1])) if touching else None


def _neighbours(grid: Grid) -> dict[str, list[str]]:
    around: dict[str, list[str]] = {str(cell): [] for cell in grid.cells}
    names = np.asarray(grid.cells, dtype=object)
    for first, second in zip(*(names[side] for side in neighbour_pairs(grid)), strict=True):
        around[first].append(second)
        around[second].append(first)
    return around


def _propose_holders(org_ids: Sequence[str], held: pd.DataFrame, able: pd.DataFrame, rules: Rules) -> dict[str, str]:
    """Propose an account manager for each organisation held by name; empty where nobody has room for one more account."""
    account = able[able["role"].eq("account").to_numpy(dtype=bool)]
    accounts = held[held["counted"]].groupby("after").size().reindex(account.index).fillna(0)
    room = _rooms(capacities(account, rules) - accounts)
    found = held.reindex(list(org_ids))
    rank = found["tier"].map({tier: place for place, tier in enumerate(TIERS)}).fillna(len(TIERS))
    counts = found["counted"].eq(True).astype(int)  # what is not live any more is missing here and counts for nothing
    takers = {}
    for org_id in sorted(org_ids, key=lambda each: (rank[each], each)):
        takers[org_id] = _roomiest(room, room, float(counts[org_id]))
        if takers[org_id]:
            room[takers[org_id]] -= int(counts[org_id])
    return takers


def _propose_sponsors(org_ids: Sequence[str], sponsors: pd.Series, able: pd.Index) -> dict[str, str]:
    """Propose the sponsor with fewest sponsorships for each organisation; empty where there is no other sponsor."""
    room = _rooms(-sponsors.value_counts().reindex(able).fillna(0))
    takers = {}
    for org_id in sorted(org_ids):
        takers[org_id] = _roomiest(room, room, -np.inf)
        if takers[org_id]:
            room[takers[org_id]] -= 1
    return takers


def _not_able(layer: Layer, taker: str, able: pd.DataFrame) -> PlanError:
    what = {
        "cell": N_("{manager} cannot take cells on that day."),
        "holder": N_("{manager} cannot take organisations by name on that day."),
        "sponsor": N_("{manager} cannot sponsor organisations on that day."),
    }[layer]
    return PlanError(
        say(what, manager=taker),
        expected=say(N_("Somebody else who works that day: {managers}."), managers=", ".join(sorted(able.index)[:10]) or "-"),
        remedy=say(N_("Name one of these, or nobody for a proposal.")),
    )
