"""The frame of every page: who are you, which branch, which language, and the pages your role may open."""

from pathlib import Path

import streamlit as st

from gridmap.errors import N_
from pages.parts import controls, findings, session
from pages.parts.session import _

HERE = Path(__file__).parent

# One line per page: file, title, icon, the action that opens it.
PAGES = (
    ("overview.py", N_("Overview"), ":material/map:", "see_map"),
    ("targets.py", N_("Targets"), ":material/flag:", "see_map"),
    ("territories.py", N_("Territories"), ":material/groups:", "see_map"),
    ("sweeps.py", N_("Sweeps"), ":material/route:", "plan_sweeps"),
    ("accounts.py", N_("Accounts in danger"), ":material/shield:", "see_organisations"),
    ("white_space.py", N_("White space"), ":material/hexagon:", "find_white_space"),
    ("history.py", N_("History"), ":material/history:", "see_history"),
    ("data.py", N_("Data"), ":material/database:", "see_map"),
)


def main() -> None:
    """Run one page inside the frame."""
    # A page icon by name would be fetched from another host; this one is ours.
    st.set_page_config(page_title="gridmap", page_icon=str(HERE / "web" / "static" / "icon.svg"), layout="wide")
    st.html(HERE / "web" / "static" / "pages.css")
    session.start()
    with findings.guard():
        with st.sidebar:
            who = controls.pick_person()
            controls.pick_language()
            controls.pick_branch(who)
        allowed = [
            st.Page(HERE / file, title=_(title), icon=icon, default=file == PAGES[0][0])
            for file, title, icon, action in PAGES
            if who.allows(action, session.branch_id() or None)
        ]
        st.navigation(allowed).run()


main()
