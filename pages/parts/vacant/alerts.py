"""What is new about competitors' wins since this person looked last, and the button by which they say that they have seen it."""

from collections.abc import Sequence

import streamlit as st

from gridmap.pressure import Cluster
from gridmap.services.alerts import Alerts, alerts_of, seen_now
from pages.parts import findings, formats, session
from pages.parts.opened import Opened
from pages.parts.session import _, ngettext
from pages.shared import app


def tell(branch: Opened, clusters: Sequence[Cluster]) -> Alerts:
    """Say what is new, and offer to have seen it; return what each cluster is to this person."""
    store, branch_id = app.store(), branch.market.branch.branch_id
    told = alerts_of(store, branch.who, branch_id, clusters, time_zone=branch.market.branch.time_zone)
    if not told.new and not told.grown:
        st.caption(_("Nothing new since you looked on {day}.").format(day=formats.day(told.looked_on)))
        return told
    with st.container(horizontal=True, vertical_alignment="center"):
        st.warning(sentence(told), icon=":material/notifications_active:")
        if st.button(_("I have seen these"), key="alerts_seen", icon=":material/done_all:"):
            with findings.guard():
                seen_now(store, branch.who, branch_id, clusters, now_us=store.clock())
                session.again()
    return told


def sentence(told: Alerts) -> str:
    """Write how many clusters are new or have grown, and since when."""
    parts = [
        ngettext("{count} new cluster of wins", "{count} new clusters of wins", told.new, **formats.counted(told.new)) if told.new else "",
        ngettext("{count} cluster has grown", "{count} clusters have grown", told.grown, **formats.counted(told.grown))
        if told.grown
        else "",
    ]
    what = " · ".join(part for part in parts if part)
    if told.looked_on is None:
        return _("{what}. You have not looked here before.").format(what=what)
    return _("{what} since you looked on {day}.").format(what=what, day=formats.day(told.looked_on))
