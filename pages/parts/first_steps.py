"""What to do first, in sentences, each with the page where it is done."""

from collections.abc import Sequence

import streamlit as st

from gridmap.services.overview import Step
from pages.parts import formats
from pages.parts.opened import Opened
from pages.parts.session import _, ngettext

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
            st.text(sentence(step, branch))


def sentence(step: Step, branch: Opened) -> str:
    """Write one step as a sentence; plain text, since it holds names."""
    first, second = formats.count(step.first), formats.count(step.second)
    if step.kind == "unassigned":
        cells = ngettext("{count} cell", "{count} cells", int(step.first), count=first)
        inside = ngettext("{count} organisation", "{count} organisations", int(step.second), count=second)
        return _("Nobody owns {cells} with {organisations}.").format(cells=cells, organisations=inside)
    name = branch.managers.get(step.key, step.key)
    if step.kind == "overworked":
        return _("The organisations of {name} ask for {asked} hours a month; there are {had}.").format(name=name, asked=first, had=second)
    if step.kind == "overloaded":
        return _("{name} holds {accounts} filed organisations, of at most {capacity}.").format(name=name, accounts=first, capacity=second)
    town = branch.towns.get(step.key, step.key)
    return ngettext(
        "{town} lacks {count} tier C file to its target; the branch lacks {all}.",
        "{town} lacks {count} tier C files to its target; the branch lacks {all}.",
        int(step.first),
        town=town,
        count=first,
        all=second,
    )
