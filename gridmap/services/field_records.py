"""What was recorded in the field, as somebody may see it: captures in columns, several decided at once, and what to ask about."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import pandas as pd

from gridmap.errors import GridmapError, Message, say
from gridmap.fieldwork.oddities import Oddity, find_oddities, records_of
from gridmap.market import Market
from gridmap.scope import Scope
from gridmap.settings import SweepRules
from gridmap.store import Store, captures, check_ins, decide_capture

_SAID = ("outcome", "note", "next_due", "name", "street", "doors", "photo_id")


@dataclass(frozen=True)
class Decided:
    """What became of several decisions: how many stand, and why others do not, by capture."""

    done: int
    refused: tuple[tuple[str, Message], ...]


def field_records(store: Store, scope: Scope, branch_id: str, *, states: Collection[str] | None = None, since_us: int = 0) -> pd.DataFrame:
    """List what was recorded: the branch's for who may review visits, else one's own.

    Returns
    -------
    The columns of `gridmap.store.captures` but the body, and of the body: outcome, note, next_due, name (of a prospect), street, doors
    (of a survey), photo_id; empty where a record says nothing. The last recorded first.
    """
    rows = captures(store, scope, branch_id, states=states, since_us=since_us)
    bodies = [json.loads(body) for body in rows["body"]]
    told = {name: pd.Series([_text(body.get(name)) for body in bodies], index=rows.index, dtype="str") for name in _SAID}
    return rows.drop(columns="body").assign(**told)


def decide_all(store: Store, scope: Scope, branch_id: str, capture_ids: Sequence[str], *, count: bool, why: str, now_us: int) -> Decided:
    """Decide on several captures in review, each by itself: one that cannot be decided on keeps no other from it.

    Raises
    ------
    ScopeError
        When the scope may not review visits here.
    """
    scope.require("review_visits", branch_id)
    refused = []
    for capture_id in capture_ids:
        try:
            decide_capture(store, scope, branch_id, capture_id, count=count, why=why, now_us=now_us)
        except GridmapError as error:  # each is told by name
            refused.append((capture_id, error.what if isinstance(error.what, Message) else say(error.what)))
    return Decided(len(capture_ids) - len(refused), tuple(refused))


def field_oddities(store: Store, scope: Scope, branch_id: str, market: Market, *, since_us: int, rules: SweepRules) -> tuple[Oddity, ...]:
    """Look for what to ask managers about, in what was recorded since an instant; for who may review visits alone.

    Raises
    ------
    ScopeError
        When the scope may not review visits here.
    """
    scope.require("review_visits", branch_id)
    rows = captures(store, scope, branch_id, states=("counted", "review"), since_us=since_us)
    return find_oddities(records_of(rows, check_ins(store, scope, branch_id, since_us=since_us), market), rules)


def _text(value: object) -> str:
    return "" if value is None else str(value)
