"""How far each door is: at its end, or to be tried again in another half day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

import pandas as pd

from gridmap.facts.surveys import NOT_IN
from gridmap.settings import SweepRules
from gridmap.sweeps.in_shares import Half, half_of


@dataclass(frozen=True)
class DoorState:
    """What its tries came to: the outcome that counts, its local day, the half days in which nobody was in, and whether that is the end."""

    outcome: str
    day: date
    shut: tuple[tuple[date, Half], ...]
    ended: bool


def door_states(done: pd.DataFrame, *, rules: SweepRules, time_zone: str) -> Mapping[str, DoorState]:
    """Work out how far each door is.

    Any outcome but nobody in is the end of it. Nobody in is the end after tries in `rules.final_tries` different half days, as the metric
    sweep completion has it; twice in one morning is one.

    Parameters
    ----------
    done
        What was recorded: `org_id`, `outcome`, `at` (instants, UTC), in any order.
    rules
        `final_tries`.
    time_zone
        Of the branch.

    Returns
    -------
    State by org_id, in order of the ids; only doors that were tried.
    """
    if not len(done):
        return MappingProxyType({})
    rows = done.sort_values("at", kind="stable")
    local = rows["at"].dt.tz_convert(time_zone)
    minutes = (local.dt.hour * 60 + local.dt.minute).to_numpy()
    tries: dict[str, list[tuple[str, date, Half]]] = {}
    for org_id, outcome, day, minute in zip(rows["org_id"], rows["outcome"], local.dt.date, minutes, strict=True):
        tries.setdefault(str(org_id), []).append((str(outcome), day, half_of(minute)))
    return MappingProxyType({org_id: _state(tries[org_id], rules.final_tries) for org_id in sorted(tries)})


def _state(tries: list[tuple[str, date, Half]], least: int) -> DoorState:
    answers = [(outcome, day) for outcome, day, _ in tries if outcome != NOT_IN]
    shut = tuple(sorted({(day, half) for outcome, day, half in tries if outcome == NOT_IN}))
    outcome, day = answers[-1] if answers else (NOT_IN, tries[-1][1])
    return DoorState(outcome, day, shut, ended=bool(answers) or len(shut) >= least)
