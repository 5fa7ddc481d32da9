"""On the Overview: that competitors' wins cluster somewhere since this person looked last, with the way to where it is seen."""

import streamlit as st

from gridmap.services.alerts import alerts_of
from pages.parts import session
from pages.parts.opened import Opened
from pages.parts.session import _
from pages.parts.vacant import alerts
from pages.shared import app
from pages.shared.vacancies import clusters_found


def show(branch: Opened) -> None:
    """Show one line where something is new to whoever may look at it; nothing else."""
    branch_id = branch.market.branch.branch_id
    if branch.seen is not None or not branch.who.allows("find_white_space", branch_id):
        return
    clusters = clusters_found(branch.market, branch.now)
    told = alerts_of(app.store(), branch.who, branch_id, clusters, time_zone=branch.market.branch.time_zone)
    if told.new or told.grown:
        with st.container(horizontal=True, vertical_alignment="center", key="attack_alert"):
            st.badge(_("Under attack"), icon=":material/notifications_active:", color="red")
            st.text(alerts.sentence(told))
            if st.button(_("Look"), key="attack_look", icon=":material/arrow_forward:", type="tertiary"):
                session.see(part="attacked")
                st.switch_page("white_space.py")
