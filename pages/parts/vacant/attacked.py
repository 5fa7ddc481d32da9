"""Where competitors win more than chance explains, and who stands next to it, each with the reasons why they may be next."""

import pandas as pd
import streamlit as st

from gridmap.neighbours import Risk, risk_of
from gridmap.pressure import ALARM, BESIDE_M
from gridmap.white_space import WhiteSpace
from pages.parts import formats, session, tables
from pages.parts.opened import Opened
from pages.parts.session import _, ngettext
from pages.parts.vacant import acting, alerts
from pages.shared.vacancies import clusters_found, neighbours_found

LONGEST = 300


def show(branch: Opened, found: WhiteSpace) -> None:
    """Show the clusters of wins; the chosen one, or the strongest, with its neighbours and what can be done."""
    clusters = clusters_found(branch.market, branch.now)
    if branch.seen is not None:
        clusters = tuple(each for each in clusters if set(each.cells) <= branch.seen)
    if not clusters:
        acting.mark(())
        st.success(_("Competitors' wins lie no closer together than chance explains."), icon=":material/check_circle:")
        st.caption(_alarm())
        return
    told = alerts.tell(branch, clusters)
    words = {"new": _("new"), "grown": _("grown"), "known": ""}
    towns = found.cells["town"]
    where = [branch.towns.get(str(towns.get(each.cells[0], "")), "") if each.cells else "" for each in clusters]
    shown = pd.DataFrame(
        {
            "where": where,
            "news": [words[each] for each in told.news],
            "wins": [len(each.wins) for each in clusters],
            "expected": [formats.decimal(each.expected) for each in clusters],
            "when": [f"{formats.day(each.first)} \N{EN DASH} {formats.day(each.last)}" for each in clusters],
            "within": [formats.count(each.radius_m) for each in clusters],
            "who": [", ".join(each.competitors) for each in clusters],
            "chance": [formats.per_cent(each.chance) for each in clusters],
        }
    )
    headings = {
        "where": _("Town"),
        "news": _("Since you looked"),
        "wins": _("Wins"),
        "expected": _("Expected"),
        "when": _("From and until"),
        "within": _("Within, m"),
        "who": _("Competitor"),
        "chance": _("By chance"),
    }
    rows = tables.show(shown, headings, {"wins": "count"}, key="vacant_clusters", height=min(260, 40 + 36 * len(shown)), select=True)
    place = rows[0] if rows else 0
    cluster = clusters[place]
    listed = neighbours_found(branch.market, branch.now, cluster)
    st.text(_risk(risk_of(listed)))
    acting.offer(
        branch, cluster.cells, _("Under attack: {name}").format(name=where[place]), key="attack", town=str(towns.get(cluster.cells[0], ""))
    )
    if branch.who.allows("see_organisations", branch.market.branch.branch_id):
        _neighbours(listed)
    st.caption(_alarm())


def _risk(risk: Risk) -> str:
    words = ngettext(
        "{count} organisation stands within {metres} m of these wins:",
        "{count} organisations stand within {metres} m of these wins:",
        risk.organisations,
        **{**formats.counted(risk.organisations), "metres": formats.count(BESIDE_M)},
    )
    parts = (
        ngettext("{count} without a file", "{count} without a file", risk.unfiled, **formats.counted(risk.unfiled)),
        ngettext("{count} with an incomplete file", "{count} with an incomplete file", risk.incomplete, **formats.counted(risk.incomplete)),
        ngettext("{count} owed a visit", "{count} owed a visit", risk.owed, **formats.counted(risk.owed)),
        ngettext("{count} hit already", "{count} hit already", risk.hit, **formats.counted(risk.hit)),
    )
    return f"{words} {' · '.join(parts)}"


def _neighbours(listed: pd.DataFrame) -> None:
    first = listed.head(LONGEST)
    said = [" · ".join(session.said(each) for each in reasons) for reasons in first["reasons"]]
    shown = first.assign(
        name=formats.names(first), why=said, tier=first["tier"].fillna(""), last=[formats.day(day) for day in first["last_on"]]
    )
    headings = {"name": _("Name"), "why": _("Why at risk"), "tier": _("Tier"), "owed": _("Visits owed"), "last": _("Last visit")}
    tables.show(shown, headings, {"owed": "count"}, key="vacant_attacked", height=260, widths={"why": 260})
    if len(listed) > LONGEST:
        st.caption(_("The first {count} are listed.").format(count=formats.count(LONGEST)))


def _alarm() -> str:
    words = _("A look at wins without any cluster raises an alarm in {share} of cases: the days of the wins are shuffled to know.")
    return words.format(share=formats.per_cent(ALARM, 0))
