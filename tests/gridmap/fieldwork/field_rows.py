"""Small tables of field work: visits and tasks as a store reads them, planned visits as the board takes them."""

import pandas as pd

from gridmap.fieldwork.due import PLANNED
from gridmap.market import FOREVER_US


def visits(*rows: tuple[object, ...]) -> pd.DataFrame:
    """Rows of (visit_id, org_id, manager_id, local time, kind, outcome[, next_due[, note]])."""
    names = ["visit_id", "org_id", "manager_id", "visited_at", "kind", "outcome", "next_due", "note"]
    table = pd.DataFrame([(*row, None, None)[:8] for row in rows], columns=names)
    local = pd.to_datetime(table["visited_at"]).dt.tz_localize("Asia/Shanghai").dt.tz_convert("UTC")
    return table.assign(visited_at=local, next_due=pd.to_datetime(table["next_due"]))


def tasks(*rows: tuple[object, ...]) -> pd.DataFrame:
    """Rows of (task_id, org_id, kind, due_on, assigned_to[, state[, done_on]])."""
    names = ["task_id", "org_id", "kind", "due_on", "assigned_to", "state", "done_on"]
    table = pd.DataFrame([(*row, *("open", None)[len(row) - 5 :]) for row in rows], columns=names)
    days = {name: pd.to_datetime(table[name]) for name in ("due_on", "done_on")}
    return table.assign(valid_from_us=0, valid_to_us=FOREVER_US, **days)


def planned(*rows: tuple[object, ...]) -> pd.DataFrame:
    """Rows of (org_id, manager_id, day, number)."""
    table = pd.DataFrame(list(rows), columns=["org_id", "manager_id", "day", "number"])
    return table.assign(sweep_id=7, title="June", day=pd.to_datetime(table["day"]), start_min=540.0)[list(PLANNED)]
