"""Organisations without a place: where their addresses say they are, accepted in bulk, or pointed at on the map; and taken back."""

import pandas as pd
import streamlit as st

from gridmap.errors import N_
from gridmap.gazetteer import PRECISIONS
from gridmap.services import placing
from gridmap.white_space import WhiteSpace
from pages.parts import findings, formats, session
from pages.parts.opened import Opened
from pages.parts.session import _, ngettext
from pages.parts.vacant import acting
from pages.shared import app
from pages.shared.vacancies import places_proposed

POINT, LAST = "vacant_point", "vacant_placed"
WORDS = (
    ("door", N_("same door")),
    ("building", N_("same building")),
    ("street", N_("same street or park")),
    ("village", N_("same village")),
    ("town", N_("middle of the town")),
    ("", N_("nothing found")),
)


def show(branch: Opened, found: WhiteSpace) -> None:
    """Show them with the place proposed for each, to whoever may see names; else how many there are."""
    listed, branch_id = found.unplaced, branch.market.branch.branch_id
    may = branch.who.allows("import_data", branch_id)
    if may:
        _undo(branch)
    if listed.empty:
        acting.mark(())
        st.success(_("Every organisation has a place."), icon=":material/check_circle:")
        return
    words = ngettext(
        "{count} live organisation has no place, so nobody holds it by its cell.",
        "{count} live organisations have no place, so nobody holds them by their cells.",
        len(listed),
        **formats.counted(len(listed)),
    )
    st.text(words)
    if not branch.who.allows("see_organisations", branch_id):
        acting.mark(())
        st.caption(_("Your role sees figures, not names."))
        return
    proposed = places_proposed(branch.market, branch.now.as_of)
    titles = {key: f"{_(title)} ({formats.count(proposed['precision'].eq(key).sum())})" for key, title in WORDS}
    there = [key for key in (*PRECISIONS, "") if proposed["precision"].eq(key).any()]
    wanted = session.pick_several(
        lambda options, **wiring: st.pills(
            _("How exact"), options, selection_mode="multi", format_func=lambda key: titles["" if key == "none" else key], **wiring
        ),
        "vacant_precision",
        [key or "none" for key in there],
    )
    shown = (proposed[proposed["precision"].isin(["" if key == "none" else key for key in wanted])] if wanted else proposed).reset_index()
    picked = _table(branch, shown)
    # The middle of a town can be kilometres off: it is given to those who ask for it.
    chosen = picked if len(picked) else shown if wanted else shown[shown["precision"] != PRECISIONS[-1]]
    acting.mark(sorted({str(cell) for cell in chosen["cell"].dropna()}))
    if may:
        _offer(branch, chosen, picked)
    st.caption(
        _("Addresses are compared with towns, streets, buildings, parks and placed organisations of the branch; nothing is sent away.")
    )


def _table(branch: Opened, shown: pd.DataFrame) -> pd.DataFrame:
    words = {key: _(title) for key, title in WORDS}
    table = pd.DataFrame(
        {
            _("Name"): formats.names(shown),
            _("How exact"): [words[key] for key in shown["precision"]],
            _("Address"): shown["address"].fillna(""),
            _("Why"): [session.said(each) for each in shown["evidence"]],
            _("Spread, m"): [formats.count(each) if pd.notna(each) else "" for each in shown["spread_m"]],
        }
    )
    event = st.dataframe(
        table,
        hide_index=True,
        height=min(380, 40 + 36 * len(table)),
        key=f"vacant_unplaced_{branch.market.fingerprint[:8]}",
        on_select="rerun",
        selection_mode="multi-row",
        placeholder="",
    )
    rows = [row for row in event["selection"]["rows"] if row < len(shown)]
    return shown.iloc[rows]


def _offer(branch: Opened, chosen: pd.DataFrame, picked: pd.DataFrame) -> None:
    """Offer what is listed, or chosen in the list, by address; by hand only rows that were chosen: not a whole list at one click."""
    located = chosen[chosen["precision"] != ""]
    point = session.held(POINT)
    with st.container(horizontal=True, gap="small"):
        words = ngettext("Place {count} by its address", "Place {count} by their addresses", len(located), **formats.counted(len(located)))
        if st.button(words, key="place_address", type="primary", icon=":material/add_location_alt:", disabled=located.empty):
            _place(branch, located, placing.BY_ADDRESS)
        words = ngettext("Pin {count} where I clicked", "Pin {count} where I clicked", len(picked), **formats.counted(len(picked)))
        if st.button(words, key="place_pin", icon=":material/push_pin:", disabled=point is None or picked.empty):
            _place(branch, picked.assign(lat=point[0], lon=point[1], precision="street"), placing.BY_HAND)
    if point is None:
        st.caption(_("To place rows by hand, choose them in the list and click the map where they are."))


def _place(branch: Opened, rows: pd.DataFrame, source: str) -> None:
    store = app.store()
    with findings.guard():
        made = placing.place(store, branch.who, branch.market, rows, source=source, as_of=branch.now.as_of, now_us=store.clock())
        session.hold(LAST, (branch.market.branch.branch_id, made))
        session.hold(POINT, None)
        session.afresh()


def _undo(branch: Opened) -> None:
    last = session.held(LAST)
    if last is None or last[0] != branch.market.branch.branch_id:
        return
    count = len(last[1].rows)
    st.success(ngettext("{count} organisation was placed.", "{count} organisations were placed.", count, **formats.counted(count)))
    if st.button(_("Undo"), key="place_undo", icon=":material/undo:"):
        store = app.store()
        session.hold(LAST, None)
        with findings.guard():
            placing.take_back(store, branch.who, branch.market, last[1], now_us=store.clock())
            session.afresh()
