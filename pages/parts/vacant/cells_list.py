"""Cells in a vacuum: with organisations and without an owner, or with one who has not been there for long."""

import pandas as pd
import streamlit as st

from gridmap.errors import N_
from gridmap.white_space import QUIET_DAYS, TO_DO, WhiteSpace
from pages.parts import formats, session, tables
from pages.parts.opened import Opened
from pages.parts.session import _, ngettext
from pages.parts.vacant import acting

KINDS = (("nobody", N_("Of nobody")), ("quiet", N_("Owned, but quiet")))
LONGEST, LONGEST_QUIET = 400, 720
ANY = "any"


def show(branch: Opened, found: WhiteSpace) -> None:
    """Show the cells of one kind, most white space first, in all towns or one; act on all that are listed, or on one."""
    words = {key: _(title) for key, title in KINDS}
    kind = session.pick(
        lambda options, **wiring: st.segmented_control(_("Which cells"), options, format_func=words.__getitem__, **wiring),
        "vacant_kind",
        list(words),
        "nobody",
    )
    cells = found.cells[found.cells["vacuum"] == (kind or "nobody")]
    left, right = st.columns(2, vertical_alignment="bottom")
    towns = {ANY: _("All towns"), **formats.distinct({town: branch.towns.get(town, town) for town in sorted(set(cells["town"])) if town})}
    with left:
        town = session.pick(
            lambda options, **wiring: st.selectbox(_("Town"), options, format_func=towns.__getitem__, **wiring),
            "vacant_town",
            list(towns),
            ANY,
        )
    if kind == "quiet":
        days = right.number_input(
            _("Days without a visit"), 7, LONGEST_QUIET, session.held("quiet_days") or QUIET_DAYS, step=30, key="vacant_quiet"
        )
        if days != (session.held("quiet_days") or QUIET_DAYS):
            session.hold("quiet_days", int(days))
            session.again()
    if town and town != ANY:
        cells = cells[cells["town"] == town]
    if cells.empty:
        st.success(_("No such cell here."), icon=":material/check_circle:")
        acting.mark(())
        return
    listed = cells.sort_values(["white_space", "organisations"], ascending=False, kind="stable").reset_index()
    count, organisations = len(listed), int(listed["organisations"].sum())
    told = {**formats.counted(count), "organisations": formats.count(organisations), "worth": formats.count(listed["white_space"].sum())}
    st.text(
        ngettext(
            "{count} cell, {organisations} organisations, white space {worth} a month",
            "{count} cells, {organisations} organisations, white space {worth} a month",
            count,
            **told,
        )
    )
    first = listed.head(LONGEST)
    rows = tables.show(
        _rows(branch, first),
        _headings(),
        {"organisations": "count", "prospects": "count", "white_space": "count"},
        key=f"vacant_cells_{kind}",
        height=330,
        select=True,
    )
    if rows:
        cell = str(first["cell"].iloc[rows[0]])
        if session.once("vacant_cell", cell):
            session.see(cell=cell)
    chosen = [str(first["cell"].iloc[rows[0]])] if rows else list(listed["cell"].astype(str))
    place = towns[town] if town and town != ANY else branch.towns.get(str(first["town"].iloc[rows[0]]), "") if rows else _("all towns")
    st.caption(_(dict(TO_DO)[kind or "nobody"]))
    known = str(first["town"].iloc[rows[0]]) if rows else town if town != ANY else ""
    acting.offer(branch, chosen if kind != "quiet" else (), _("White space: {name}").format(name=place), key="vacuum", town=known or "")


def _rows(branch: Opened, first: pd.DataFrame) -> pd.DataFrame:
    quiet = [formats.count(days) if pd.notna(days) else _("never") for days in first["quiet_days"]]
    return first.assign(
        town=[branch.towns.get(str(town), _("Outside of every town")) for town in first["town"]],
        owner=[branch.managers.get(str(owner), str(owner)) if owner else _("Unassigned") for owner in first["owner"]],
        quiet=quiet,
    )


def _headings() -> dict[str, str]:
    return {
        "town": _("Town"),
        "organisations": _("Organisations"),
        "prospects": _("Prospects"),
        "white_space": _("White space a month"),
        "quiet": _("Days since a visit"),
        "owner": _("Owner"),
        "cell": _("Cell"),
    }
