"""What it takes: how many complete files bring a tier to its target, and what so many this week would do."""

import streamlit as st

from gridmap.services import targets
from gridmap.services.targets import LEVELS
from pages.parts import controls, formats, session, tables
from pages.parts.opened import Opened
from pages.parts.session import _, ngettext
from pages.shared import app

TIERS = ("C", "B", "A")
MOST = 500


def show(branch: Opened) -> None:
    """Show the sentence for the branch, a number to try, and the table of who lacks how many."""
    left, right = st.columns([1, 1], vertical_alignment="bottom")
    with left:
        tier = controls.pick_of(_("Tier"), "if_tier", {each: each for each in TIERS}, TIERS[0])
    with right:
        level = controls.pick_of(_("For each"), "if_level", {"town": _("Town"), "holder": _("Manager")}, LEVELS[0][0])
    found = targets.what_if(branch.market, branch.plan, branch.now, tier=tier, level=level, rules=app.settings().rules)
    whole = found.table.loc[""] if "" in found.table.index else None
    if whole is None:
        st.info(_("There is no organisation of tier {tier}.").format(tier=tier), icon=":material/flag:")
        return
    st.text(_answer(whole, tier, found))
    tried = st.number_input(_("Complete files made this week"), 0, MOST, min(int(whole["a_week"]), MOST), key="if_tried")
    then = min(whole["filed"] + tried, whole["live"]) / whole["live"]
    st.text(
        ngettext(
            "With {count} file this week tier {tier} stands at {rate}, from {now}.",
            "With {count} files this week tier {tier} stands at {rate}, from {now}.",
            tried,
            **{**formats.counted(tried), "tier": tier, "rate": formats.per_cent(then), "now": formats.per_cent(whole["rate"])},
        )
    )
    names = branch.towns if level == "town" else branch.managers
    rest = found.table.iloc[1:].reset_index()
    if branch.seen is not None and level == "holder":
        rest = rest[rest["subject"] == branch.who.manager_id]
    shown = rest.assign(subject=[names.get(str(each), str(each)) for each in rest["subject"]])
    headings = {
        "subject": _("Town") if level == "town" else _("Manager"),
        "rate": _("Filing rate (%)"),
        "target": _("Target"),
        "filed": _("Complete files"),
        "live": _("Live organisations"),
        "needed": _("Files to the target"),
        "a_week": _("A week until {day}").format(day=formats.day(found.ends_on)),
    }
    units = {"rate": "share", "target": "share", "filed": "count", "live": "count", "needed": "count", "a_week": "count"}
    tables.show(shown, headings, units, key=f"what_if_{tier}_{level}_{session.language()}", height=460)


def _answer(whole: "targets.pd.Series", tier: str, found: targets.WhatIf) -> str:
    target = formats.goal(float(whole["target"]), "share")
    if whole["needed"] == 0:
        return _("Tier {tier} has reached its target: {rate} of {target}.").format(
            tier=tier, rate=formats.per_cent(whole["rate"]), target=target
        )
    return ngettext(
        "{count} more complete file brings tier {tier} from {rate} to {target}: {pace} a week until {day}.",
        "{count} more complete files bring tier {tier} from {rate} to {target}: {pace} a week until {day}.",
        int(whole["needed"]),
        count=formats.count(whole["needed"]),
        tier=tier,
        rate=formats.per_cent(whole["rate"]),
        target=target,
        pace=formats.count(whole["a_week"]),
        day=formats.day(found.ends_on),
    )
