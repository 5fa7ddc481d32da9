"""What is vacant in figures, on a map and in a table, and what can be done about the row that is chosen."""

from collections.abc import Callable

import streamlit as st

import layers
from gridmap.errors import N_
from gridmap.white_space import QUIET_DAYS, WhiteSpace
from pages.parts import controls, findings, formats, map_view, session
from pages.parts.opened import Opened
from pages.parts.session import _
from pages.parts.vacant import access_list, acting, attacked, cells_list, ground, parks_list, verification, without_place
from pages.shared.vacancies import vacancies_of

HEIGHT = 540
LAYERS = ("white_space", "never_visited", "territories", "prospect_density", "wins_per_100")
PARTS: tuple[tuple[str, str, Callable[[Opened, WhiteSpace], None]], ...] = (
    ("parks", N_("Industrial parks"), parks_list.show),
    ("cells", N_("Cells in a vacuum"), cells_list.show),
    ("attacked", N_("Under attack"), attacked.show),
    ("access", N_("Network access"), access_list.show),
    ("ground", N_("Not surveyed"), ground.show),
    ("unplaced", N_("Without a place"), without_place.show),
    ("verification", N_("Verification"), verification.show),
)


def show(branch: Opened) -> None:
    """Show the page; a choice reruns this and not the rest."""
    _board(branch)


@st.fragment
def _board(branch: Opened) -> None:
    with findings.guard():
        quiet = session.held("quiet_days") or QUIET_DAYS
        found = vacancies_of(branch.market, branch.plan, branch.now, quiet_days=quiet)
        _figures(found)
        words = {key: _(title) for key, title, _show in PARTS}
        part = session.choice(
            lambda options, **wiring: st.segmented_control(
                _("What is listed"), options, format_func=words.__getitem__, label_visibility="collapsed", required=True, **wiring
            ),
            "part",
            list(words),
            "parks",
        )
        picture, beside = st.columns([11, 10], gap="medium")
        with picture:
            _map(branch)
        with beside:
            next(draw for key, _title, draw in PARTS if key == part)(branch, found)


def _figures(found: WhiteSpace) -> None:
    cells, parks = found.cells, found.parks
    nobodys, quiet = cells[cells["vacuum"] == "nobody"], cells[cells["vacuum"] == "quiet"]
    untouched = parks["status"].isin(["unowned", "never_visited"]) & ~parks["planned"]
    with st.container(horizontal=True, gap="medium"):
        st.metric(
            _("Parks without anybody"),
            formats.count(untouched.sum()),
            width="content",
            help=_("Nobody owns them, or nobody has been there."),
        )
        st.metric(_("Cells of nobody"), formats.count(len(nobodys)), width="content", help=_("Cells with organisations that nobody owns."))
        organisations = int(nobodys["organisations"].sum())
        st.metric(_("Organisations in them"), formats.count(organisations), width="content")
        st.metric(
            _("White space in them, a month"),
            formats.count(nobodys["white_space"].sum()),
            width="content",
            help=_("Lines that are not ours times revenue per line."),
        )
        st.metric(
            _("Quiet cells"),
            formats.count(len(quiet)),
            width="content",
            help=_("Owned, with organisations, and nobody has been there for long."),
        )
        st.metric(
            _("Without a place"), formats.count(len(found.unplaced)), width="content", help=_("Live organisations that no map shows.")
        )


def _map(branch: Opened) -> None:
    titles = {key: _(layers.layer(key).title) for key in LAYERS}
    layer = controls.pick_of(_("Layer"), "layer", titles, LAYERS[0])
    gesture = map_view.show(
        [branch.view(each) for each in (layer, "parks", "towns")],
        height=HEIGHT,
        opacity=0.75,
        selected=session.seen("cell") or None,
        marked=session.held(acting.MARKED) or (),
        place=session.place(),
        key=f"vacant-{session.language()}",
    )
    st.caption(_(layers.layer(layer).help))
    if gesture is not None and gesture.kind == "click":
        session.see(cell=gesture.cell or "")
        session.hold(without_place.POINT, (gesture.lat, gesture.lon) if gesture.cell else None)
        session.see_place(*gesture.centre, gesture.zoom)
        session.again()
