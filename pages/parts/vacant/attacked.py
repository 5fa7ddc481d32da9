"""Where competitors win more than chance explains, and who stands next to it: unfiled first, since they are next."""

import pandas as pd
import streamlit as st

from gridmap.pressure import ALARM, BESIDE_M
from gridmap.white_space import WhiteSpace
from pages.parts import formats, tables
from pages.parts.opened import Opened
from pages.parts.session import _, ngettext
from pages.parts.vacant import acting
from pages.shared.vacancies import clusters_found

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
    towns = found.cells["town"]
    where = [branch.towns.get(str(towns.get(each.cells[0], "")), "") if each.cells else "" for each in clusters]
    shown = pd.DataFrame(
        {
            "where": where,
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
    unfiled, filed = len(cluster.unfiled), len(cluster.filed)
    words = ngettext(
        "{count} organisation without a file stands within {metres} m of these wins, beside {filed} with one.",
        "{count} organisations without a file stand within {metres} m of these wins, beside {filed} with one.",
        unfiled,
        **{**formats.counted(unfiled), "metres": formats.count(BESIDE_M), "filed": formats.count(filed)},
    )
    st.text(words)
    acting.offer(
        branch, cluster.cells, _("Under attack: {name}").format(name=where[place]), key="attack", town=str(towns.get(cluster.cells[0], ""))
    )
    if branch.who.allows("see_organisations", branch.market.branch.branch_id):
        _neighbours(branch, (*cluster.unfiled, *cluster.filed), unfiled)
    st.caption(_alarm())


def _neighbours(branch: Opened, org_ids: tuple[str, ...], unfiled: int) -> None:
    rows = branch.market.at("organisations", branch.now.as_of).drop_duplicates("org_id", keep="last").set_index("org_id")
    first = rows.reindex(list(org_ids[:LONGEST])).reset_index()
    standing = [_("no file") if place < unfiled else _("filed") for place in range(len(first))]
    shown = first.assign(name=formats.names(first), standing=standing, tier=first["tier"].fillna(""), address=first["address"].fillna(""))
    headings = {"name": _("Name"), "standing": _("File"), "tier": _("Tier"), "address": _("Address")}
    tables.show(shown, headings, {}, key="vacant_attacked", height=260)


def _alarm() -> str:
    words = _("A look at wins without any cluster raises an alarm in {share} of cases: the days of the wins are shuffled to know.")
    return words.format(share=formats.per_cent(ALARM, 0))
