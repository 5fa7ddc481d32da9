"""What speaks against the territories that a plan leaves: what nobody owns, what hangs apart, who has too much."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from gridmap.contiguity import Pieces
from gridmap.errors import N_, say
from gridmap.facts import UNASSIGNED
from gridmap.market.columns import rows_in
from gridmap.reallocation.evidence import Evidence
from gridmap.reallocation.problem import Since, Told, since_when
from gridmap.reallocation.takers import names_of
from gridmap.texts import Name, Names

Array = np.ndarray[Any, Any]
# Who owns less of a park than this share does not count: a corner over the border is drawing, not land.
PARK_SHARE = 0.05


def unassigned_with_organisations(seen: Evidence) -> Iterator[Told]:
    """Find cells that nobody owns and organisations lie in, by town: those the plan releases, and those it leaves as they were."""
    inside = seen.in_cells["organisations"].to_numpy(dtype=float)
    free = (seen.after == UNASSIGNED) & (inside > 0)
    sides: tuple[tuple[Since, Array], ...] = (("new", seen.before != UNASSIGNED), ("before", seen.before == UNASSIGNED))
    for since, side in sides:
        chosen = np.flatnonzero(free & side)
        for town in sorted(set(seen.towns[chosen])):
            cells = chosen[seen.towns[chosen] == town]
            told = say(
                N_("In {town}, cells that nobody owns: {cells}; organisations in them: {organisations}."),
                town=seen.town(town),
                cells=len(cells),
                organisations=int(inside[cells].sum()),
            )
            yield Told(town, told, seen.fullest(cells), since, _texts(seen, cells))


def territory_in_pieces(seen: Evidence) -> Iterator[Told]:
    """Find territories that do not hang together."""
    before, after = (_counts(pieces) for pieces in (seen.pieces_before, seen.pieces_after))
    for manager in sorted(manager for manager, count in after.items() if count > 1 and manager != UNASSIGNED):
        count, had = after[manager], before.get(manager, 0)
        apart = np.flatnonzero((seen.after == manager) & (seen.pieces_after.rank > 0)[seen.pieces_after.of_cell])
        told = say(
            N_("The territory of {manager} is in {count} pieces. Cells apart from the largest: {cells}."),
            manager=seen.name(manager),
            count=count,
            cells=len(apart),
        )
        yield Told(manager, told, seen.fullest(apart), since_when(had - 1, count - 1), _texts(seen, apart))


def enclaves(seen: Evidence) -> Iterator[Told]:
    """Find cells of one owner, or of nobody, that lie wholly inside the territory of one other owner."""
    known = _enclosed(seen.pieces_before)
    for key, cells in _enclosed(seen.pieces_after).items():
        owner, inside, _ = key
        nobodys = N_("Cells that nobody owns lie wholly inside the territory of {inside}: {cells}.")
        words = nobodys if owner == UNASSIGNED else N_("Cells of {owner} lie wholly inside the territory of {inside}: {cells}.")
        told = say(words, owner=seen.name(owner), inside=seen.name(inside), cells=len(cells))
        since: Since = "before" if key in known else "new"
        yield Told(inside if owner == UNASSIGNED else owner, told, seen.fullest(cells), since, _texts(seen, cells))


def over_capacity(seen: Evidence) -> Iterator[Told]:
    """Find managers with more accounts than their capacity, or asked for more hours than they have."""
    accounts = N_("{manager} has {after} accounts to look after, of at most {limit}; before the plan {before}.")
    hours = N_("{manager} is asked for {after} hours a month and has {limit}; before the plan {before} were asked.")
    for measure, limit, words in (("accounts", "capacity", accounts), ("hours_asked", "hours_had", hours)):
        most, before, after = (seen.effect[name] for name in (limit, f"{measure}_before", f"{measure}_after"))
        over = (after > most) & most.gt(0) & (seen.effect.index != UNASSIGNED)
        for manager in seen.effect.index[over.fillna(value=False).to_numpy(dtype=bool)]:
            had, has, may = (float(each[manager]) for each in (before, after, most))
            told = say(words, manager=seen.name(manager), after=_short(has), limit=_short(may), before=_short(had))
            theirs = np.flatnonzero(seen.after == manager)
            yield Told(str(manager), told, seen.fullest(theirs), since_when(had - may, has - may), _texts(seen, theirs))


def gone_owners(seen: Evidence) -> Iterator[Told]:
    """Find managers who do not work here on the day of the plan and keep cells, or organisations by name, all the same."""
    able = set(seen.managers.index[seen.managers["against"].eq("").to_numpy(dtype=bool)])
    holders = (seen.plan.holders, seen.plan.holders_now)
    cells = [pd.Series(owners).value_counts() for owners in (seen.before, seen.after)]
    named = [relation.value_counts() for relation in holders]
    for manager in sorted({*cells[1].index, *named[1].index} - able - {UNASSIGNED}):
        had, has = (int(cells[side].get(manager, 0)) + int(named[side].get(manager, 0)) for side in (0, 1))
        told = say(
            N_("{manager} does not work here on {day} and keeps cells: {cells}, organisations by name: {organisations}."),
            manager=seen.name(manager),
            day=seen.on,
            cells=int(cells[1].get(manager, 0)),
            organisations=int(named[1].get(manager, 0)),
        )
        theirs = np.flatnonzero(seen.after == manager)
        yield Told(manager, told, seen.fullest(theirs), since_when(had, has), _texts(seen, theirs))


def park_split(seen: Evidence) -> Iterator[Told]:
    """Find parks whose land has several owners."""
    place, share = rows_in(seen.parks["cell"], seen.cells), seen.parks["share"].to_numpy(dtype=float)
    names = names_of(seen.market.parks)
    for park in sorted(set(seen.parks["park"])):
        its = seen.parks["park"].eq(park).to_numpy(dtype=bool)
        cells = place[its]
        had, has = (_owners_of_land(owners[cells], share[its]) for owners in (seen.before, seen.after))
        if len(has) > 1:
            owners = Names(tuple(name for name in map(seen.name, has) if isinstance(name, Name)))
            told = say(N_("The park {park} is split between {owners}."), park=names[park], owners=owners)
            theirs = cells[np.isin(seen.after[cells].astype(str), has)]
            yield Told(park, told, seen.fullest(theirs), since_when(len(had) - 1, len(has) - 1), _texts(seen, theirs))


def _owners_of_land(owners: Array, share: Array) -> list[str]:
    """Return who owns enough of some land to count, sorted; nobody is not among them."""
    names, place = np.unique(owners.astype(str), return_inverse=True)
    enough = np.bincount(place, weights=share, minlength=len(names)) >= PARK_SHARE
    return [str(name) for name in names[enough] if name != UNASSIGNED]


def _short(number: float) -> float:
    return int(number) if number == int(number) else round(number, 1)


def _counts(pieces: Pieces) -> dict[str, int]:
    owners, counts = np.unique(pieces.owner.astype(str), return_counts=True)
    return dict(zip(owners.tolist(), counts.tolist(), strict=True))


def _enclosed(pieces: Pieces) -> dict[tuple[str, str, bytes], Array]:
    # What lies wholly inside another's territory: whose, whose around, and its cells; and these once more as positions.
    closed = np.flatnonzero(~np.isin(pieces.inside.astype(str), ["", UNASSIGNED]))
    cells = [np.flatnonzero(pieces.of_cell == each) for each in closed]
    return {(str(pieces.owner[at]), str(pieces.inside[at]), each.tobytes()): each for at, each in zip(closed, cells, strict=True)}


def _texts(seen: Evidence, cells: Array) -> tuple[str, ...]:
    return tuple(seen.cells[cells].tolist())
