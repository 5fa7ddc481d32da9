"""One morning as the page works on it: the day, the board, names for what it holds, and the task codes behind its lines."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

import pandas as pd
import streamlit as st

from gridmap.fieldwork.board import Board, morning_board
from gridmap.fieldwork.due import due_items
from gridmap.market import Market, day_end_us
from gridmap.plan import Plan
from gridmap.services import fieldwork
from gridmap.store import sweeps
from pages.parts import formats, session
from pages.parts.opened import Opened
from pages.parts.session import _
from pages.shared import app, cached

# A branch whose last records are older than this is looked at on its last day with data, not on a day of which nobody knows anything.
FRESH_DAYS = 7
KEPT = "morning_board"


@dataclass(frozen=True, eq=False)
class Morning:
    """A day of a branch on the page; its board is the whole branch's or, for who does only their own work, their own."""

    branch: Opened
    market: Market
    plan: Plan
    planned: pd.DataFrame
    day: date
    today: date

    @cached_property
    def board(self) -> Board:
        """What is due and what was done; made once for what is known, and kept between the runs of the page."""
        who, planned = self.branch.who, self.planned
        mark = int(pd.util.hash_pandas_object(planned).sum()) if len(planned) else 0
        key = (self.market.fingerprint, self.plan.fingerprint, self.day, who.person_id, mark)
        known: tuple[object, Board] | None = session.held(KEPT)
        if known is None or known[0] != key:
            made = morning_board(self.market, self.plan, planned, day=self.day, rules=app.settings().sweeps)
            known = (key, made.of(who.manager_id) if self.own_only else made)
            session.hold(KEPT, known)
        return known[1]

    @property
    def branch_id(self) -> str:
        """The branch."""
        return self.market.branch.branch_id

    @property
    def own_only(self) -> bool:
        """Whether the person does their own work only."""
        return fieldwork.sees_own_work_only(self.branch.who)

    @cached_property
    def organisations(self) -> pd.DataFrame:
        """Organisations in sight with their names in the language of the session (`called`), index `org_id`."""
        rows = self.market.at("organisations", self.day).drop_duplicates("org_id", keep="last").set_index("org_id")
        return rows.assign(called=formats.names(rows))

    @cached_property
    def items(self) -> pd.DataFrame:
        """What is due, one row per promise, task and visit."""
        return due_items(self.market, self.plan, self.planned, day=self.day)

    @cached_property
    def sweep_id(self) -> int | None:
        """The person's latest sweep, among whose events a number that was shown in full is written down; None for none."""
        who = self.branch.who
        known = sweeps(app.store(), who, self.branch_id) if who.allows("plan_sweeps", self.branch_id) else pd.DataFrame()
        return None if known.empty else int(known["sweep_id"].iloc[0])

    def called(self, org_ids: pd.Series) -> list[str]:
        """Name organisations; one that is not in sight by its code."""
        found = self.organisations["called"].reindex(org_ids)
        return [str(name) if pd.notna(name) else str(code) for name, code in zip(found, org_ids, strict=True)]

    def manager(self, manager_id: str) -> str:
        """Name a manager."""
        return self.branch.managers.get(manager_id, _("Nobody") if manager_id in ("", "-") else manager_id)

    def tasks_of(self, manager_id: str, org_id: str) -> pd.DataFrame:
        """Return the open tasks behind one line of the board."""
        rows = self.items
        return rows[
            rows["item"].eq("task")
            & rows["org_id"].eq(org_id)
            & rows["manager_id"].isin([manager_id, "" if manager_id == "-" else manager_id])
        ]

    @property
    def moment_us(self) -> int:
        """The instant at which something recorded on this board happened: now, or noon of the day where the board is of an earlier one."""
        now_us = app.store().clock()
        noon = day_end_us(self.day, self.market.branch.time_zone) - 12 * 3_600_000_000
        return now_us if self.day >= self.today else min(now_us, noon)


def open_morning(branch: Opened) -> Morning:
    """Open the morning that the person looks at; the day can be chosen."""
    who, branch_id = branch.who, branch.market.branch.branch_id
    today = datetime.fromtimestamp(app.store().clock() / 1_000_000, tz=ZoneInfo(branch.market.branch.time_zone)).date()
    last = branch.now.as_of
    day = _pick_day(today if today - last <= timedelta(days=FRESH_DAYS) else last, max(today, last))
    market, plan = cached.market(who, branch_id, as_of=day), cached.plan(who, branch_id, day)
    planned = fieldwork.planned_visits(app.store(), who, branch_id, day=day)
    return Morning(branch, market, plan, planned, day, today)


def _pick_day(default: date, last: date) -> date:
    chosen = st.date_input(_("Day of the board"), value=default, max_value=last, key="board_day", format="YYYY-MM-DD", width=170)
    return chosen if isinstance(chosen, date) else default
