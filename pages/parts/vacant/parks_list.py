"""Parks by how far they are worked: the worst first, each with what to do."""

import pandas as pd
import streamlit as st

from gridmap.parks import PARK_STATUSES
from gridmap.white_space import TO_DO, WhiteSpace
from pages.parts import formats, session, tables
from pages.parts.opened import Opened
from pages.parts.session import _
from pages.parts.vacant import acting


def show(branch: Opened, found: WhiteSpace) -> None:
    """Show how many parks stand where, then every park; a chosen one with what can be done about it."""
    parks = found.parks
    if parks.empty:
        st.info(_("The branch has no industrial parks yet. Import a file of parks on Data."), icon=":material/factory:")
        return
    titles, to_do = dict(PARK_STATUSES), dict(TO_DO)
    order = {key: place for place, (key, _title) in enumerate(PARK_STATUSES)}
    counts = parks["status"].value_counts()
    st.text(" · ".join(f"{_(titles[key])}: {formats.count(counts[key])}" for key in order if key in counts))
    listed = parks.assign(place=parks["status"].map(order)).sort_values(["place", "white_space"], ascending=[True, False], kind="stable")
    listed = listed.reset_index()
    planned_word = _("planned")
    shown = pd.DataFrame(
        {
            "name": formats.names(listed),
            "status": [
                _(titles[key]) + (f" ({planned_word})" if planned else "")
                for key, planned in zip(listed["status"], listed["planned"], strict=True)
            ],
            "do": [_(to_do[key]) for key in listed["status"]],
            "organisations": listed["organisations"],
            "complete": listed["complete"],
            "never": listed["never"],
            "white_space": listed["white_space"],
            "owners": [", ".join(branch.managers.get(each, each) for each in owners) or _("Unassigned") for owners in listed["owners"]],
            "access": [formats.choice(code) if code else _("not known") for code in listed["access"]],
            "area": [formats.decimal(value, 2) for value in listed["area_km2"]],
        }
    )
    headings = {
        "name": _("Park"),
        "status": _("Where it stands"),
        "do": _("What to do"),
        "organisations": _("Organisations"),
        "complete": _("Complete files"),
        "never": _("Never visited"),
        "white_space": _("White space a month"),
        "owners": _("Owners"),
        "access": _("Network access"),
        "area": _("Area, km²"),
    }
    units = dict.fromkeys(("organisations", "complete", "never", "white_space"), "count")
    rows = tables.show(shown, headings, units, key="vacant_parks", height=min(420, 40 + 36 * len(shown)), select=True)
    if not rows:
        acting.mark(())
        st.caption(_("Choose a park to see it on the map, and what can be done about it."))
        return
    park = listed.iloc[rows[0]]
    if session.once("vacant_park", str(park["park_id"])) and park["cells"]:
        session.see(cell=park["cells"][len(park["cells"]) // 2])
    name = str(shown["name"].iloc[rows[0]])
    st.subheader(name)
    acting.offer(branch, park["cells"], _("White space: {name}").format(name=name), key="park", park=str(park["park_id"]))
