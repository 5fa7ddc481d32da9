"""The frozen noun for who owns: a position of the ledger and the moves proposed on top of it."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Literal

import numpy as np
import pandas as pd

from gridmap.errors import N_, PlanError, say

Layer = Literal["cell", "holder", "sponsor"]
LAYERS: tuple[Layer, ...] = ("cell", "holder", "sponsor")
UNASSIGNED = "-"  # stands for nobody wherever figures are listed by manager


@dataclass(frozen=True)
class Move:
    """One cell, or one organisation held by name or sponsored, from one manager to another.

    `layer` says what moves: a cell, the named holder of an organisation, or its sponsor. `giver` empty: nobody had it. `taker`
    empty: a deliberate release.
    """

    subject: str
    layer: Layer
    giver: str
    taker: str
    reason: str = ""


@dataclass(frozen=True, eq=False)
class Plan:
    """Who owns what at one position of the ledger, and what is proposed to change; without moves it is today.

    `owners` maps cell to manager_id (a missing cell or value: unassigned), `holders` org_id to the manager who holds
    it by name, `sponsors` org_id to the leader or chief who sponsors it. Two plans with one fingerprint say the same, and two with
    one `base` said the same before their moves.
    """

    branch_id: str
    change_id: int
    owners: pd.Series
    holders: pd.Series
    sponsors: pd.Series
    moves: tuple[Move, ...] = ()
    fingerprint: str = field(default="")
    base: str = field(default="")

    def __post_init__(self) -> None:
        """Make the relations clean (sorted, text, nothing missing) and the fingerprints theirs; once, since no move changes them."""
        if not self.base:
            for name, key in (("owners", "cell"), ("holders", "org_id"), ("sponsors", "org_id")):
                object.__setattr__(self, name, _clean(getattr(self, name), name, key))
            object.__setattr__(self, "base", _print_of_base(self))
        if not self.fingerprint:
            object.__setattr__(self, "fingerprint", _print_of_moves(self.base, self.moves))

    @cached_property
    def owners_now(self) -> pd.Series:
        """Owner of each assigned cell after the moves, index `cell`."""
        return self.now("cell")

    @cached_property
    def holders_now(self) -> pd.Series:
        """Manager of each organisation held by name after the moves, index `org_id`."""
        return self.now("holder")

    @cached_property
    def sponsors_now(self) -> pd.Series:
        """Sponsor of each sponsored organisation after the moves, index `org_id`."""
        return self.now("sponsor")

    def before(self, layer: Layer) -> pd.Series:
        """Return who had each subject of a layer before the moves."""
        return {"cell": self.owners, "holder": self.holders, "sponsor": self.sponsors}[layer]

    def with_moves(self, moves: Iterable[Move]) -> "Plan":
        """Return the plan with further moves on top of its own.

        Raises
        ------
        PlanError
            When a giver does not have what is to be given, or the taker has it already; names the first and how many.
        """
        added = tuple(moves)
        has: dict[str, dict[Any, str]] = {layer: dict(self.now(layer)) for layer in LAYERS}
        wrong = []
        for move in added:
            if has[move.layer].get(move.subject, "") != move.giver or move.giver == move.taker:
                wrong.append(move)
            has[move.layer][move.subject] = move.taker
        if wrong:
            raise PlanError(
                say(
                    N_("{count} moves cannot be made, the first is {subject} from {giver} to {taker}."),
                    count=len(wrong),
                    subject=wrong[0].subject,
                    giver=wrong[0].giver or say(N_("nobody")),
                    taker=wrong[0].taker or say(N_("nobody")),
                ),
                expected=say(N_("The giver has it, and the taker does not.")),
                remedy=say(N_("Open the plan again and choose from what is there now.")),
            )
        return replace(self, moves=(*self.moves, *added), fingerprint="")

    def reassigned(self, layer: Layer, subjects: Sequence[str], taker: str, *, reason: str = "") -> "Plan":
        """Return the plan in which a manager has these subjects, each moved at most once from who had it before the plan.

        Parameters
        ----------
        subjects
            Cells or organisations; what goes back to who had it before is no move any more.
        taker
            A manager; empty to release.
        reason
            Why, kept with each move; empty keeps the reason a subject's move had.
        """
        chosen, before = set(subjects), self.before(layer)
        ordered = sorted(chosen)
        had = dict(zip(ordered, before.reindex(pd.Index(ordered, dtype="str")).astype("str").fillna("").tolist(), strict=True))
        earlier = {move.subject: move.reason for move in self.moves if move.layer == layer}
        kept = [move for move in self.moves if move.layer != layer or move.subject not in chosen]
        made = [Move(subject, layer, giver, taker, reason or earlier.get(subject, "")) for subject, giver in had.items() if giver != taker]
        return self.replaced([*kept, *made])

    def replaced(self, moves: Iterable[Move]) -> "Plan":
        """Return the plan with these moves alone, in order of layer and subject."""
        return replace(self, moves=tuple(sorted(moves, key=lambda move: (move.layer, move.subject))), fingerprint="")

    def now(self, layer: Layer) -> pd.Series:
        """Return who has each subject of a layer after the moves."""
        return _moved(self.before(layer), [move for move in self.moves if move.layer == layer])


def no_plan(branch_id: str) -> Plan:
    """Return the plan of a branch in which nobody owns anything yet."""
    nothing = pd.Series(dtype="str")
    return Plan(branch_id, 0, nothing, nothing, nothing)


def _clean(relation: pd.Series, name: str, key: str) -> pd.Series:
    kept = relation[relation.notna().to_numpy() & (relation != "").to_numpy(dtype=bool, na_value=False)]
    return pd.Series(kept.astype("str").to_numpy(), index=pd.Index(kept.index, dtype="str", name=key), dtype="str", name=name).sort_index()


def _moved(relation: pd.Series, moves: list[Move]) -> pd.Series:
    if not moves:
        return relation
    now = dict(zip(relation.index.to_numpy(object), relation.to_numpy(object), strict=True))
    now |= {move.subject: move.taker for move in moves}  # the last move of a subject stands
    return _clean(pd.Series(list(now.values()), index=list(now), dtype="str"), str(relation.name), str(relation.index.name))


def _print_of_base(plan: Plan) -> str:
    digest = hashlib.sha256(f"{plan.branch_id}|{plan.change_id}".encode())
    for relation in (plan.owners, plan.holders, plan.sponsors):
        digest.update(b"|" + np.asarray(pd.util.hash_pandas_object(relation)).tobytes())
    return digest.hexdigest()[:20]


def _print_of_moves(base: str, moves: Iterable[Move]) -> str:
    told = [(move.subject, move.layer, move.giver, move.taker, move.reason) for move in moves]
    return hashlib.sha256(f"{base}|{told}".encode()).hexdigest()[:20]
