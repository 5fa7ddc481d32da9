"""The frame of every page: who are you, which branch, which language, and the pages your role may open."""

from pathlib import Path

import streamlit as st

from pages.parts import controls, findings, session
from pages.parts.session import _

HERE = Path(__file__).parent

# One line per page: file, title, icon, the action that opens it.
PAGES = (
    ("overview.py", session.N_("Overview"), ":material/map:", "see_map"),
    ("territories.py", session.N_("Territories"), ":material/groups:", "see_map"),
    ("data.py", session.N_("Data"), ":material/database:", "see_map"),
)


def main() -> None:
    """Run one page inside the frame."""
    st.set_page_config(page_title="gridmap", page_icon=":material/hexagon:", layout="wide")
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
