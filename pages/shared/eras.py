"""Which of a branch's grids is in force: on a day, on the day of a plan, now."""

from datetime import date

import streamlit as st

from gridmap.scope import operator
from gridmap.store import grid_eras, plan_record
from pages.shared import app

_SERVER = operator("links")


def era_on(location: str, branch_id: str, version: str, day: date, *, plan: str = "") -> int:
    """Return the number of the grid in force on a day, or with a plan on the plan's own; 0 where the branch was never regridded."""
    begins = _eras(location, branch_id, version)
    if plan and len(begins) > 1:
        day = plan_record(app.store(), _SERVER, branch_id, int(plan.partition(".")[0])).effective_on
    return max(number for number, (began, _) in enumerate(begins) if began <= day)


def era_now(location: str, branch_id: str, version: str) -> int:
    """Return the number of the grid in force at this instant."""
    now_us = app.store().clock()
    return max(number for number, (_, begin_us) in enumerate(_eras(location, branch_id, version)) if begin_us <= now_us)


def begin_of(location: str, branch_id: str, version: str, era: int) -> int:
    """Return an instant of an era, microseconds UTC."""
    return _eras(location, branch_id, version)[era][1]


def last_first(location: str, branch_id: str, version: str) -> tuple[int, ...]:
    """Return the numbers of all grids the branch has had, the last one first."""
    return tuple(range(len(_eras(location, branch_id, version)) - 1, -1, -1))


# A regrid is an import of the branch's row, so a version says which grids there have been.
@st.cache_resource(show_spinner=False, max_entries=64)
def _eras(location: str, branch_id: str, version: str) -> tuple[tuple[date, int], ...]:  # noqa: ARG001
    return grid_eras(app.store(), _SERVER, branch_id)
