"""From accounts in danger to what is done: a sweep that must visit them, or a warning for whoever holds them."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pandas as pd
import streamlit as st

from gridmap.services import warnings
from pages.parts import findings, formats, session
from pages.parts.opened import Opened
from pages.parts.session import _, ngettext
from pages.parts.sweeping.beginning import MANDATORY
from pages.shared import app

LAST = "warnings_opened"


def offer(branch: Opened, picked: pd.DataFrame, listed: pd.DataFrame) -> None:
    """Offer what can be done about the rows that are ticked, to whoever may."""
    who, branch_id = branch.who, branch.market.branch.branch_id
    _undo(branch)
    if not who.allows("plan_sweeps", branch_id):
        return
    if picked.empty:
        st.caption(
            _("Tick rows to plan visits to them or to warn whoever holds them.") if len(listed) else _("Nothing meets these choices.")
        )
        return
    count = len(picked)
    with st.container(horizontal=True, gap="small"):
        words = ngettext("Plan a visit to {count} account", "Plan visits to {count} accounts", count, **formats.counted(count))
        if st.button(words, key="accounts_sweep", type="primary", icon=":material/route:"):
            session.hold(MANDATORY, (branch_id, tuple(str(each) for each in picked.index)))
            session.fill("new_sweep_managers", _managers(picked))
            session.see(part="plan", sweep="new")
            st.switch_page("sweeps.py")
        words = ngettext("Warn the holder of {count} account", "Warn the holders of {count} accounts", count, **formats.counted(count))
        if st.button(words, key="accounts_warn", icon=":material/notification_important:", disabled=count > warnings.MOST):
            _warn(branch, picked)


def _managers(picked: pd.DataFrame) -> list[str]:
    return sorted({str(each) for each in picked["holder"]} - {""})


def _warn(branch: Opened, picked: pd.DataFrame) -> None:
    store, branch_id = app.store(), branch.market.branch.branch_id
    with findings.guard():
        holders = {str(org): str(holder) for org, holder in picked["holder"].items()}
        done = warnings.open_warnings(store, branch.who, branch_id, holders, on=_day(branch), now_us=store.clock())
        session.hold(LAST, (branch_id, done))
        session.afresh()


def _day(branch: Opened) -> date:
    today = datetime.fromtimestamp(app.store().clock() / 1e6, tz=ZoneInfo(branch.market.branch.time_zone)).date()
    return min(branch.now.as_of, today)


def _undo(branch: Opened) -> None:
    last = session.held(LAST)
    branch_id = branch.market.branch.branch_id
    if last is None or last[0] != branch_id:
        return
    done = last[1]
    opened = len(done.task_ids)
    st.success(ngettext("{count} warning is opened.", "{count} warnings are opened.", opened, **formats.counted(opened)))
    if done.standing:
        count = len(done.standing)
        st.caption(
            ngettext(
                "{count} account had an open warning already.",
                "{count} accounts had an open warning already.",
                count,
                **formats.counted(count),
            )
        )
    if opened and st.button(_("Undo"), key="accounts_undo", icon=":material/undo:"):
        store = app.store()
        session.hold(LAST, None)
        with findings.guard():
            warnings.take_back(store, branch.who, branch_id, done, why=_("Opened by mistake"), on=_day(branch), now_us=store.clock())
            session.afresh()
