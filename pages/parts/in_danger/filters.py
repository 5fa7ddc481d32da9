"""Which accounts are listed: by level, whose, what they lack, and when their contract ends."""

import pandas as pd
import streamlit as st

from gridmap.accounts import GAPS, QUADRANTS, UNSCORED
from gridmap.danger import LEVELS
from pages.parts import controls, formats
from pages.parts.opened import Opened
from pages.parts.session import _

ANY, SPONSORED = "any", "sponsored"
CONTRACTS = ("any", "1", "3", "6", "12")
FIRST = ("red", "orange")


def chosen(branch: Opened, accounts: pd.DataFrame) -> pd.DataFrame:
    """Draw the choices and return the accounts that meet them all; a choice of nothing leaves everything."""
    levels = {key: _(title) for key, title in (*reversed(LEVELS), (UNSCORED, _("Not scored")))}
    counts = accounts["level"].value_counts()
    words = {key: f"{title} ({formats.count(counts[key])})" for key, title in levels.items() if key in counts}
    picked = controls.pick_several(_("Danger"), "danger", words, [key for key in FIRST if key in words])
    one, two, three, four = st.columns(4)
    with one:
        who = _holder(branch, accounts)
    with two:
        sponsor = _sponsor(branch, accounts)
    with three:
        gap = controls.pick_of(_("Lacks"), "gap", {ANY: _("Anything or nothing"), **{key: _(title) for key, title in GAPS}}, ANY)
    with four:
        months = {each: _("Any time") if each == ANY else _("Within {count} months").format(count=each) for each in CONTRACTS}
        ends = controls.pick_of(_("Contract ends"), "ends", months, ANY)
    quadrants = {key: _(title) for key, title in QUADRANTS}
    quadrant = controls.pick_several(_("Quadrant"), "quadrant", quadrants, ())
    kept = pd.Series(data=True, index=accounts.index)
    if picked:
        kept &= accounts["level"].isin(picked)
    if who != ANY:
        kept &= accounts["holder"].eq("" if who == "nobody" else who)
    if sponsor != ANY:
        kept &= accounts["sponsor"].ne("") if sponsor == SPONSORED else accounts["sponsor"].eq(sponsor)
    if gap != ANY:
        kept &= pd.Series([gap in gaps for gaps in accounts["gaps"]], index=accounts.index)
    if ends != ANY:
        day = pd.Timestamp(branch.now.as_of)
        end = pd.to_datetime(accounts["contract_end"])
        kept &= (end >= day) & (end <= day + pd.DateOffset(months=int(ends)))
    if quadrant:
        kept &= accounts["quadrant"].isin(quadrant)
    return accounts[kept]


def _holder(branch: Opened, accounts: pd.DataFrame) -> str:
    there = sorted(set(accounts["holder"]) - {""})
    options = {ANY: _("Anybody"), **{each: branch.managers.get(each, each) for each in there}}
    if accounts["holder"].eq("").any():
        options["nobody"] = _("Nobody")
    return controls.pick_of(_("Holder"), "holder", options, ANY)


def _sponsor(branch: Opened, accounts: pd.DataFrame) -> str:
    there = sorted(set(accounts["sponsor"]) - {""})
    options = {ANY: _("With or without"), SPONSORED: _("Any leader"), **{each: branch.managers.get(each, each) for each in there}}
    return controls.pick_of(
        _("Leader who sponsors"), "sponsor", options, ANY, help_text=_("Sponsoring is no holding: it is counted apart.")
    )
