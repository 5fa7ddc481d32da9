"""Taking records of a period away in the columns of the carrier's CRM: by the layout that is kept, one's own or the branch's."""

import json
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from gridmap import store as stores
from gridmap.errors import N_, FileError, PlanError, say
from gridmap.files import write_table
from gridmap.market import Market, local_days
from gridmap.market.columns import dates_in, is_one_of
from gridmap.plan import Plan
from gridmap.reports.crm import SOURCES, CrmLayout, default_layout, lay_out, read_layout, to_mapping
from gridmap.schema.field import EFFECTIVE
from gridmap.scope import Scope
from gridmap.services.exporting import local_day
from gridmap.store import Store
from gridmap.sweeps.holders import holders_at

Array = np.ndarray[Any, Any]
CRM_FORMATS = ("csv", "xlsx")


def layout_of(store: Store, scope: Scope, branch_id: str, kind: str) -> CrmLayout:
    """Return the layout kept for a kind of record, else the common one.

    Raises
    ------
    ScopeError
        When the scope may neither export tables here nor record visits.
    """
    kept = stores.export_mapping(store, scope, branch_id, kind)
    return default_layout(kind) if kept is None else read_layout(kind, kept)


def keep_layout(store: Store, scope: Scope, branch_id: str, kind: str, mapping: Any, *, now_us: int) -> CrmLayout:
    """Check a layout and keep it for the next time; return it as it was read.

    Raises
    ------
    PlanError
        When it is no layout.
    ScopeError
        When the scope may not export tables here.
    """
    layout = read_layout(kind, mapping)
    stores.keep_export_mapping(store, scope, branch_id, kind, to_mapping(layout), now_us=now_us)
    return layout


def layout_in_file(path: Path) -> Any:
    """Read a layout from a JSON file, without judging it yet.

    Raises
    ------
    FileError
        When the file cannot be read, or is no JSON.
    """
    try:
        return json.loads(path.read_text("utf-8-sig"))
    except (OSError, ValueError) as error:
        raise FileError(
            say(N_("The layout cannot be read: {reason}."), reason=str(error)),
            where=str(path),
            remedy=say(N_("Write it as JSON in UTF-8: columns, date_format, words.")),
        ) from error


def export_crm(  # noqa: PLR0913 - what is asked of an export, each by name
    store: Store,
    scope: Scope,
    market: Market,
    plan: Plan,
    kind: str,
    format: str,  # noqa: A002 - the word for it
    *,
    first: date,
    last: date,
    manager_id: str = "",
    layout: CrmLayout | None = None,
) -> bytes:
    """Write the records of a period as a file for the CRM: CSV in UTF-8 with its mark, or a workbook; nothing in it is a formula.

    Parameters
    ----------
    market, plan
        What is as the scope sees it, and who holds what.
    kind
        visits, tasks (due or done in the period), or filings.
    first, last
        The period, both days inclusive.
    manager_id
        Of one manager alone; whoever may not export the branch's gets their own in any case.
    layout
        The one kept where None.

    Raises
    ------
    PlanError
        When there is no such kind or format, or the period ends before it begins.
    ScopeError
        When the scope may neither export here nor record visits, or sees no organisation by name.
    """
    branch_id = market.branch.branch_id
    scope.require("see_organisations", branch_id)
    whole = scope.allows("export_data", branch_id)
    if not whole:
        scope.require("record_visits", branch_id)
    if kind not in SOURCES or format not in CRM_FORMATS or first > last:
        raise PlanError(
            say(N_("The CRM gets no {kind} from {first} to {last} as {format}."), kind=kind, first=first, last=last, format=format),
            remedy=say(N_("Choose visits, tasks or filings, a period, and CSV or Excel.")),
        )
    today = local_day(store.clock(), market.branch.time_zone)
    rows = crm_rows(market, plan, kind, first=first, last=last, as_of=max(last, today))
    wanted = manager_id if whole else scope.manager_id
    if wanted or not whole:
        rows = rows[rows["manager_id"].eq(wanted)]
    written = lay_out(rows, layout or layout_of(store, scope, branch_id, kind))
    return write_table(written, format, name=kind)


def crm_rows(market: Market, plan: Plan, kind: str, *, first: date, last: date, as_of: date) -> pd.DataFrame:
    """Return the records of a period with everything a layout can ask for, in order of time and code.

    `as_of` is the day whose rows count: what was written down after the period about a day in it belongs to it.
    """
    period = Period(first, last, as_of)
    made = {"visits": _visits, "tasks": _tasks, "filings": _filings}[kind](market, plan, period)
    managers = market.at("managers", as_of).drop_duplicates("manager_id").set_index("manager_id")["name"]
    made["manager"] = managers.reindex(made["manager_id"]).to_numpy()
    return made[list(SOURCES[kind])].reset_index(drop=True)


class Period(NamedTuple):
    """The days whose records are wanted, both inclusive, and the day whose rows count."""

    first: date
    last: date
    as_of: date

    def holds(self, days: Array) -> Array:
        """Say which days lie in it; missing ones do not."""
        inside: Array = (days >= np.datetime64(self.first, "D")) & (days <= np.datetime64(self.last, "D"))
        return inside


def _visits(market: Market, _plan: Plan, period: Period) -> pd.DataFrame:
    visits = market.at("visits", period.last)
    zone = market.branch.time_zone
    kept = visits[period.holds(local_days(visits["visited_at"], zone).to_numpy(dtype="datetime64[D]"))]
    kept = kept.sort_values(["visited_at", "visit_id"], kind="stable")
    local = kept["visited_at"].dt.tz_convert(zone).dt.tz_localize(None)
    effective = np.where(is_one_of(kept["outcome"], *EFFECTIVE), "yes", "no")
    told = kept.assign(visited_at=local, effective=effective, kind=kept["kind"].fillna("visit"))
    return _with_organisation(market, told, period.as_of)


def _tasks(market: Market, plan: Plan, period: Period) -> pd.DataFrame:
    tasks = market.at("tasks", period.as_of)
    kept = tasks[period.holds(dates_in(tasks, "due_on")) | period.holds(dates_in(tasks, "done_on"))]
    kept = kept.sort_values(["due_on", "task_id"], kind="stable")
    holder = holders_at(market, plan, period.as_of).reindex(kept["org_id"]).fillna("").to_numpy(dtype=object)
    named = kept["assigned_to"].fillna("").to_numpy(dtype=object)
    kept = kept.assign(manager_id=np.where(named == "", holder, named), state=kept["state"].fillna("open"))
    return _with_organisation(market, kept, period.as_of)


def _filings(market: Market, plan: Plan, period: Period) -> pd.DataFrame:
    rows = market.at("organisations", period.as_of)
    kept = rows[period.holds(dates_in(rows, "filed_on"))].sort_values(["filed_on", "org_id"], kind="stable")
    return kept.assign(manager_id=holders_at(market, plan, period.as_of).reindex(kept["org_id"]).fillna("").to_numpy(dtype=object))


def _with_organisation(market: Market, rows: pd.DataFrame, day: date) -> pd.DataFrame:
    """Add what the organisation of each record is called and where it is."""
    known = market.at("organisations", day).drop_duplicates("org_id", keep="last").set_index("org_id")
    towns = market.areas["name"]
    found = known.reindex(rows["org_id"])
    added = {name: found[name].to_numpy() for name in ("name", "credit_code", "tier", "trade")}
    return rows.assign(**added, town=towns.reindex(found["town"].astype("str")).to_numpy())
