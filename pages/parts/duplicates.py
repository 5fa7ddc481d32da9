"""Companies that may be listed twice: the evidence side by side, to merge or to keep apart."""

import time
from datetime import date

import pandas as pd
import streamlit as st

from gridmap import schema
from gridmap.market import Market
from gridmap.matching import REASONS
from gridmap.scope import Scope
from gridmap.services import duplicates
from gridmap.store.duplicates import keep_apart, merge
from pages.parts import formats, tables
from pages.parts.session import _, ngettext
from pages.shared import app

CODED = {column.name for column in schema.table("organisations").columns if column.kind == "choice"}


def show(who: Scope, market: Market, *, as_of: date) -> None:
    """List open pairs; the chosen one is put side by side."""
    pairs = duplicates.open_duplicates(app.store(), who, market, as_of=as_of)
    if pairs.empty:
        st.success(_("No company seems to be listed twice."), icon=":material/check_circle:")
        return
    st.text(
        ngettext(
            "{count} pair may be the same company. Choose it to see the evidence.",
            "{count} pairs may be the same company. Choose one to see the evidence.",
            len(pairs),
            **formats.counted(len(pairs)),
        )
    )
    names = formats.names(market.at("organisations", as_of).drop_duplicates("org_id").set_index("org_id"))
    shown = pairs.assign(
        a=pairs["org_id_a"].map(names), b=pairs["org_id_b"].map(names), why=pairs["reason"].map({key: _(text) for key, text in REASONS})
    )
    headings = {"a": _("One"), "b": _("Other"), "score": _("Likeness (%)"), "distance_m": _("Apart (m)"), "why": _("Why")}
    key = f"duplicates_{len(pairs)}"  # a decision takes a pair out: whatever comes up in its row is not chosen by that
    rows = tables.show(shown, headings, {"score": "share", "distance_m": "days"}, key=key, height=320, select=True)
    if rows:
        pair = pairs.iloc[rows[0]]
        _decide(who, market, str(pair["org_id_a"]), str(pair["org_id_b"]), as_of=as_of)


def _decide(who: Scope, market: Market, one: str, other: str, *, as_of: date) -> None:
    compared = duplicates.side_by_side(market, one, other, as_of=as_of).reset_index()
    shown = compared.assign(
        title=compared["column"].map(tables.heading),
        a=[_written(name, value) for name, value in zip(compared["column"], compared["a"], strict=True)],
        b=[_written(name, value) for name, value in zip(compared["column"], compared["b"], strict=True)],
        same=compared["same"].map({True: _("same"), False: ""}),
    )
    tables.show(shown, {"title": _("Column"), "a": one, "b": other, "same": ""}, {}, key=f"pair_{one}_{other}", height=900)
    branch_id = market.branch.branch_id
    if not who.allows("merge_duplicates", branch_id):
        st.caption(_("Your role may look, but not decide."))
        return
    why = st.text_input(_("Why (kept with the decision)"), key="duplicates_why")
    first, second, apart = st.columns(3)
    now_us = time.time_ns() // 1000
    if first.button(_("Merge, keep the left one"), key="merge_a", type="primary", width="stretch"):
        merge(app.store(), who, branch_id, kept=one, merged=other, why=why, now_us=now_us)
        st.rerun()
    if second.button(_("Merge, keep the right one"), key="merge_b", width="stretch"):
        merge(app.store(), who, branch_id, kept=other, merged=one, why=why, now_us=now_us)
        st.rerun()
    if apart.button(_("Keep both: two companies"), key="keep_apart", width="stretch"):
        keep_apart(app.store(), who, branch_id, org_id_a=one, org_id_b=other, why=why, now_us=now_us)
        st.rerun()


def _written(column: str, value: object) -> str:
    if isinstance(value, pd.Timestamp):
        return formats.day(value)
    if pd.isna(value):  # type: ignore[call-overload]
        return formats.NONE
    return formats.choice(value) if column in CODED else str(value)
