"""Supervised items on the Overview: who is to do what until when, the overdue first; set, settled and opened again by who leads."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pandas as pd
import streamlit as st

from gridmap import metrics
from gridmap.errors import N_
from gridmap.services.overview import SCORES
from gridmap.store import set_item, settle_item, supervised_items
from pages.parts import findings, formats, session, tables
from pages.parts.opened import Opened
from pages.parts.session import _, ngettext
from pages.shared import app

KINDS = (("branch", N_("The whole branch")), ("town", N_("Town")), ("park", N_("Industrial park")), ("metric", N_("Metric")))
STATES = (("set", N_("open")), ("changed", N_("open")), ("reopened", N_("opened again")), ("done", N_("done")), ("void", N_("fallen away")))


def show(branch: Opened) -> None:
    """Show the items this person sees, and to who leads the way to set one; nothing where there is neither."""
    _board(branch)


@st.fragment
def _board(branch: Opened) -> None:
    store, who, branch_id = app.store(), branch.who, branch.market.branch.branch_id
    items = supervised_items(store, who, branch_id)
    leads = who.allows("supervise", branch_id)
    if items.empty and not leads:
        return
    st.header(_("Supervised items"))
    with findings.guard():
        today = datetime.fromtimestamp(store.clock() / 1e6, tz=ZoneInfo(branch.market.branch.time_zone)).date()
        _list(branch, items, today)
        if leads:
            with st.expander(_("Set an item"), icon=":material/add_task:"):
                _form(branch, today)


def _list(branch: Opened, items: pd.DataFrame, today: date) -> None:
    if items.empty:
        st.caption(_("Nothing is supervised yet. Set an item to have something done by a day."))
        return
    late = int((items["open"] & (items["due_on"] < today)).sum())
    words = ngettext("{count} item is open", "{count} items are open", int(items["open"].sum()), **formats.counted(items["open"].sum()))
    overdue = ngettext("{count} overdue", "{count} overdue", late, **formats.counted(late))
    st.text(f"{words}, {overdue}")
    states, hidden = {key: _(title) for key, title in STATES}, _("about an organisation")
    shown = pd.DataFrame(
        {
            "wanted": [text or hidden for text in items["wanted"]],
            "subject": [_subject(branch, kind, key) for kind, key in zip(items["subject_kind"], items["subject"], strict=True)],
            "who": [branch.managers.get(each, each) for each in items["manager_id"]],
            "due": [formats.day(day) for day in items["due_on"]],
            "state": [_state(row, states, today) for row in items.itertuples()],
            "note": items["note"],
        }
    )
    headings = {
        "wanted": _("What is wanted"),
        "subject": _("About"),
        "who": _("Who"),
        "due": _("Due"),
        "state": _("State"),
        "note": _("What came of it"),
    }
    rows = tables.show(shown, headings, {}, key="supervised", height=320, select=True)
    if rows:
        _settle(branch, items.iloc[rows[0]])


def _state(row: object, states: dict[str, str], today: date) -> str:
    if row.open and row.due_on < today:  # type: ignore[attr-defined]
        return _("overdue")
    return states[row.kind]  # type: ignore[attr-defined]


def _subject(branch: Opened, kind: str, key: str) -> str:
    if kind == "branch":
        return _("The whole branch")
    if kind == "town":
        return branch.towns.get(key, key)
    if kind == "metric":
        return _(metrics.metric(key).title) if key in {each.key for each in metrics.METRICS} else key
    if kind == "park":
        parks = formats.names(branch.market.parks)
        return str(parks.get(key, key))
    rows = branch.market.at("organisations", branch.now.as_of).drop_duplicates("org_id", keep="last").set_index("org_id")
    name = formats.names(rows).get(key)
    return str(name) if isinstance(name, str) else _("an organisation")


def _settle(branch: Opened, item: pd.Series) -> None:
    leads = branch.who.allows("supervise", branch.market.branch.branch_id)
    note = st.text_input(_("What came of it"), key=f"supervised_note_{item['item_id']}", max_chars=200)
    with st.container(horizontal=True, gap="small"):
        if item["open"]:
            if st.button(_("Done"), key="supervised_done", type="primary", icon=":material/check:"):
                _step(branch, item, "done", note)
            if leads and st.button(_("Let it fall away"), key="supervised_void", icon=":material/block:"):
                _step(branch, item, "void", note)
        elif leads and st.button(_("Open it again"), key="supervised_reopened", icon=":material/undo:"):
            _step(branch, item, "reopened", note)


def _step(branch: Opened, item: pd.Series, kind: str, note: str) -> None:
    store = app.store()
    with findings.guard():
        settle_item(store, branch.who, branch.market.branch.branch_id, str(item["item_id"]), kind=kind, note=note, now_us=store.clock())
        session.again()


def _form(branch: Opened, today: date) -> None:
    kinds = {key: _(title) for key, title in KINDS}
    left, right = st.columns(2)
    kind = left.selectbox(_("About"), list(kinds), format_func=kinds.__getitem__, key="supervise_kind")
    subjects = {
        "branch": {"": kinds["branch"]},
        "town": {str(key): branch.towns.get(str(key), str(key)) for key in branch.market.towns.index},
        "park": {str(key): str(name) for key, name in formats.names(branch.market.parks).items()},
        "metric": {key: _(metrics.metric(key).title) for key in SCORES},
    }[kind]
    if not subjects:
        st.caption(_("The branch has none."))
        return
    named = formats.distinct(subjects)
    subject = right.selectbox(_("Which"), list(named), format_func=named.__getitem__, key=f"supervise_{kind}")
    managers = formats.distinct(dict(branch.managers))
    with st.form("supervise", border=False):
        wanted = st.text_area(_("What is wanted"), key="supervise_wanted", max_chars=400, height=80)
        one, two = st.columns(2)
        manager = one.selectbox(_("Who"), list(managers), format_func=managers.__getitem__, key="supervise_manager")
        due = two.date_input(_("Due"), today + timedelta(days=7), key="supervise_due", format="YYYY-MM-DD")
        if st.form_submit_button(_("Set the item"), type="primary", icon=":material/add_task:") and isinstance(due, date):
            store = app.store()
            with findings.guard():
                set_item(
                    store, branch.who, branch.market.branch.branch_id, subject_kind=kind, subject=subject, wanted=wanted,
                    manager_id=manager or "", due_on=due, now_us=store.clock(),
                )  # fmt: skip
                session.again()
