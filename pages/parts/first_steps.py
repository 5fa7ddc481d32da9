"""What to do first, in sentences, each with the page where it is done."""

from collections.abc import Sequence

import streamlit as st

from gridmap.services import wording
from gridmap.services.overview import Step
from pages.parts import formats
from pages.parts.opened import Opened
from pages.parts.session import _

ICONS = {
    "unassigned": ":material/person_off:",
    "overloaded": ":material/balance:",
    "overworked": ":material/schedule:",
    "unfiled": ":material/edit_document:",
}


def show(steps: Sequence[Step], branch: Opened) -> None:
    """Show the steps side by side; on a phone one under the other."""
    if not steps:
        return
    for place, step in zip(st.columns(len(steps)), steps, strict=True):
        with place.container(border=True, height="stretch", key=f"step_{step.kind}", gap="xsmall"):
            with st.container(horizontal=True, vertical_alignment="center"):
                st.badge(_("Do first"), icon=ICONS[step.kind], color="orange")
                if step.kind != "unfiled":
                    st.page_link("territories.py", label=_("Territories"), icon=":material/arrow_forward:")
            st.text(wording.step_sentence(step, branch.towns, branch.managers, formats.writer()))
