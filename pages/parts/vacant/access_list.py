"""Buildings and parks by whether our network reaches them: where customers wait for a line, and where there is one to sell."""

import pandas as pd
import streamlit as st

from gridmap.access import TO_DO, what_to_do
from gridmap.errors import N_
from gridmap.white_space import WhiteSpace
from pages.parts import formats, session, tables
from pages.parts.opened import Opened
from pages.parts.session import _
from pages.parts.vacant import acting
from pages.shared.vacancies import access_of

KINDS = (("building", N_("Buildings")), ("park", N_("Industrial parks")))
ACCESS = (
    ("covered", N_("The network is there")),
    ("extendable", N_("Can be extended")),
    ("none", N_("No resource")),
    ("unknown", N_("Not known")),
)


def show(branch: Opened, _found: WhiteSpace) -> None:
    """Show how many places stand where, then every one, those with most white space out of reach first."""
    listed = access_of(branch.market, branch.now)
    if listed.empty:
        acting.mark(())
        st.info(_("The branch has no buildings and no parks yet. Import a file of either on Data."), icon=":material/apartment:")
        return
    kinds, words = {key: _(title) for key, title in KINDS}, {key: _(title) for key, title in ACCESS}
    order = [key for key, _waiting, _idle in TO_DO if key in set(listed["access"])]
    counts = listed["access"].value_counts()
    worth = listed.groupby("access")["white_space"].sum()
    st.text(
        " · ".join(
            _("{access}: {count}, white space {worth} a month").format(
                access=words[key], count=formats.count(counts[key]), worth=formats.count(worth[key])
            )
            for key in order
        )
    )
    left, right = st.columns(2)
    with left:
        wanted = session.pick_several(
            lambda options, **wiring: st.pills(
                _("Network access"), options, selection_mode="multi", format_func=words.__getitem__, **wiring
            ),
            "vacant_access",
            order,
        )
    with right:
        sort = session.pick_several(
            lambda options, **wiring: st.pills(_("What"), options, selection_mode="multi", format_func=kinds.__getitem__, **wiring),
            "vacant_access_kind",
            [key for key in kinds if key in set(listed["kind"])],
        )
    kept = listed[listed["access"].isin(wanted or list(words)) & listed["kind"].isin(sort or list(kinds))].reset_index(drop=True)
    planned = _("planned")
    shown = kept.assign(
        name=formats.names(kept) + kept["planned"].map({True: f" ({planned})", False: ""}),
        access=kept["access"].map(words),
        do=[_(what_to_do(access, count)) for access, count in zip(kept["access"], kept["organisations"], strict=True)],
        kind=kept["kind"].map(kinds),
        floors=kept["floors"].astype("Float64"),
    )
    headings = {
        "name": _("Name"),
        "access": _("Network access"),
        "do": _("What to do"),
        "organisations": _("Organisations"),
        "prospects": _("Prospects"),
        "white_space": _("White space a month"),
        "floors": _("Floors"),
        "kind": _("Kind"),
    }
    units = dict.fromkeys(("organisations", "prospects", "white_space", "floors"), "count")
    rows = tables.show(shown, headings, units, key="vacant_access_list", height=380, select=True)
    st.caption(_("An organisation in a building of a park counts in both rows. Not known is not the same as no resource."))
    if not rows:
        acting.mark(())
        return
    place = kept.iloc[rows[0]]
    cells = _cells(branch, place)
    if session.once("vacant_access_place", str(place["key"])) and cells:
        session.see(cell=cells[0])
    park = str(place["key"]) if place["kind"] == "park" else ""
    acting.offer(branch, cells, _("White space: {name}").format(name=str(shown["name"].iloc[rows[0]])), key="access", park=park)


def _cells(branch: Opened, place: pd.Series) -> tuple[str, ...]:
    cell = str(place["cell"])
    return (cell,) if cell and (branch.seen is None or cell in branch.seen) else ()
