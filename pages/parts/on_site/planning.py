"""Planning an on-site day: where, when, who, and what it is to bring."""

from datetime import date, timedelta

import streamlit as st

from gridmap.store import plan_on_site_day
from pages.parts import findings, formats, session
from pages.parts.board_today.morning import Morning
from pages.parts.board_today.new_task import pick_organisation
from pages.parts.session import _
from pages.shared import app

AHEAD = 7


def show(morning: Morning) -> None:
    """Ask for the day."""
    who = morning.branch.who
    managers = formats.distinct(dict(morning.branch.managers))
    if morning.own_only:
        managers = {one: name for one, name in managers.items() if one == who.manager_id}
    if not managers:
        st.caption(_("No manager is named as you, so you have no days of your own."))
        return
    org_id, park_id = _place(morning)
    with st.form("on_site_form", border=False):
        day = st.date_input(_("Day"), value=morning.today + timedelta(days=AHEAD), key="on_site_day", format="YYYY-MM-DD")
        manager = st.selectbox(_("Who holds it"), list(managers), format_func=managers.__getitem__, key="on_site_manager")
        aim = st.text_input(_("What it is to bring"), key="on_site_aim", max_chars=400)
        sure = bool(org_id or park_id)
        if st.form_submit_button(_("Plan it"), type="primary", key="on_site_go", disabled=not sure) and isinstance(day, date):
            place = {"org_id": org_id} if org_id else {"park_id": park_id}
            values = {**place, "manager_id": str(manager), "held_on": day, "aim": aim}
            with findings.keep():
                plan_on_site_day(app.store(), who, morning.branch_id, values, now_us=app.store().clock())
            session.afresh()


def _place(morning: Morning) -> tuple[str, str]:
    """Choose an organisation or a park."""
    parks = {str(park): str(name) for park, name in formats.names(morning.market.parks).items()}
    at = "org"
    if parks:
        words = {"org": _("At an organisation"), "park": _("In a park")}
        at = st.segmented_control(
            _("Where"), list(words), default="org", required=True, format_func=words.__getitem__, key=f"on_site_where_{session.language()}"
        )
    if at == "park":
        names = formats.distinct(parks)
        return "", str(st.selectbox(_("Park"), list(names), format_func=names.__getitem__, key="on_site_park"))
    return pick_organisation(morning, "on_site"), ""
