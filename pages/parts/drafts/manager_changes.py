"""What changes for one manager: before and after in one table, then what is gained and lost, by name, with what is open in it."""

import pandas as pd
import streamlit as st

from gridmap.errors import N_
from gridmap.facts import UNASSIGNED
from gridmap.reallocation.changes import ManagerChanges
from pages.parts import formats, session, tables
from pages.parts.drafts.draft import Draft
from pages.parts.session import _
from pages.shared import effects

SIDES = {"gained": N_("Gained"), "lost": N_("Given away")}
TIERS = (("A", N_("Filed, tier A")), ("B", N_("Filed, tier B")), ("C", N_("Filed, tier C")), ("M", N_("Filed, micro")),
         ("U", N_("Filed, tier unknown")))  # fmt: skip
BY = {"name": N_("By name"), "cell": N_("With the cell")}


def show(draft: Draft) -> None:
    """Show what the plan changes for the chosen manager."""
    manager = _pick(draft)
    changes = effects.changes_for(draft.branch.market, draft.plan, draft.facts, manager)
    if changes.nothing:
        st.info(_("This plan changes nothing for {name}.").format(name=formats.plain(draft.name_of(manager))), icon=":material/info:")
        return
    _summary(draft, changes)
    _cells(draft, changes)
    if not draft.branch.who.allows("see_organisations", draft.branch_id):
        st.caption(_("Your role sees figures, not names."))
        return
    _organisations(draft, changes)
    _open(draft, changes)
    _staying(draft, changes)
    _sponsorships(draft, changes)


def _pick(draft: Draft) -> str:
    """Choose the manager; those whom the plan touches stand first."""
    loads = effects.effect_of(draft.branch.market, draft.plan, draft.facts)
    order = [*loads.index[loads["touched"]], *loads.index[~loads["touched"]]]
    words = formats.distinct({str(manager): draft.name_of(str(manager)) for manager in order})
    return session.choice(
        lambda options, **wiring: st.selectbox(_("What changes for"), options, format_func=words.__getitem__, **wiring),
        "manager",
        list(words),
        next(iter(words), UNASSIGNED),
    )


def _summary(draft: Draft, changes: ManagerChanges) -> None:
    """Write before, gained, lost and after in one table; what has no before (what is open) stays blank there."""
    load = effects.effect_of(draft.branch.market, draft.plan, draft.facts).loc[changes.manager_id]
    rows: list[tuple[str, float | None, float, float, float | None]] = [
        (_("Cells"), load["cells_before"], len(changes.cells_gained), len(changes.cells_lost), load["cells_after"])
    ]
    for tier, title in TIERS:
        line = changes.accounts.loc[tier]
        if line.any():
            rows.append((_(title), line["before"], line["gained"], line["lost"], line["after"]))
    came, went = (int(part["stage"].eq("prospect").sum()) for part in (changes.organisations_gained, changes.organisations_lost))
    rows.append((_("Prospects"), load["prospects_before"], came, went, load["prospects_after"]))
    for title, items in ((_("Open tasks"), changes.tasks), (_("Promised follow-ups"), changes.promises)):
        rows.append((title, None, int(items["side"].eq("gained").sum()), int(items["side"].eq("lost").sum()), None))
    rows.append((_("Revenue a month"), load["revenue_before"], *changes.revenue, load["revenue_after"]))
    rows.append((_("White space a month"), load["white_space_before"], *changes.white_space, load["white_space_after"]))
    names = ("what", "before", "gained", "lost", "after")
    frame = pd.DataFrame(rows, columns=list(names))
    frame[list(names[1:])] = frame[list(names[1:])].astype("Float64").round().astype("Int64")
    headings = dict(zip(names, ("", _("Before"), _("Gained"), _("Given away"), _("After")), strict=True))
    tables.show(frame, headings, dict.fromkeys(names[1:], "count"), key=f"changes_{changes.manager_id}", height=460)


def _both(one: pd.DataFrame, other: pd.DataFrame) -> pd.DataFrame:
    return pd.concat([one.assign(side="gained"), other.assign(side="lost")]).reset_index()


def _cells(draft: Draft, changes: ManagerChanges) -> None:
    listed = _both(changes.cells_gained, changes.cells_lost)
    with st.expander(_("Cells ({count})").format(count=formats.count(len(listed))), icon=":material/hexagon:"):
        if listed.empty:
            st.caption(_("No cells."))
            return
        shown = listed.assign(
            side=[_(SIDES[side]) for side in listed["side"]],
            other=[draft.name_of(str(other)) for other in listed["other"]],
            town=[draft.branch.towns.get(str(town), "") for town in listed["town"]],
        )
        headings = {
            "side": _("Side"),
            "town": _("Town"),
            "other": _("From or to"),
            "organisations": _("Organisations"),
            "accounts": _("Filed A, B, C"),
            "named": _("Held by name"),
            "cell": _("Cell"),
        }
        units = dict.fromkeys(("organisations", "accounts", "named"), "count")
        rows = tables.show(shown, headings, units, key=f"changes_cells_{changes.manager_id}", height=300, select=True)
        if rows and session.once("changes_cells", (changes.manager_id, rows[0])):
            draft.jump_to(str(listed["cell"].iloc[rows[0]]))
            session.again()


def _organisations(draft: Draft, changes: ManagerChanges) -> None:
    listed = _both(changes.organisations_gained, changes.organisations_lost)
    with st.expander(_("Organisations ({count})").format(count=formats.count(len(listed))), icon=":material/domain:"):
        if listed.empty:
            st.caption(_("No organisations."))
            return
        shown = listed.assign(
            name=formats.names(listed),
            side=[_(SIDES[side]) for side in listed["side"]],
            other=[draft.name_of(str(other)) for other in listed["other"]],
            stage=listed["stage"].map(formats.choice),
            by=[_(BY[by]) for by in listed["by"]],
        )
        headings = {
            "name": _("Name"),
            "tier": _("Tier"),
            "stage": _("Stage"),
            "side": _("Side"),
            "other": _("From or to"),
            "by": _("How"),
            "revenue": _("Revenue a month"),
        }
        tables.show(shown, headings, {"revenue": "count"}, key=f"changes_organisations_{changes.manager_id}", height=360)


def _open(draft: Draft, changes: ManagerChanges) -> None:
    listed = pd.concat([changes.promises, changes.tasks])
    with st.expander(_("Open visits and promised follow-ups ({count})").format(count=formats.count(len(listed))), icon=":material/event:"):
        if listed.empty:
            st.caption(_("Nothing is open in what moves."))
            return
        shown = listed.assign(
            name=formats.names(listed),
            side=[_(SIDES[side]) for side in listed["side"]],
            other=[draft.name_of(str(other)) for other in listed["other"]],
            item=[_("Promise") if item == "promise" else _("Task") for item in listed["item"]],
            due=listed["due_on"].map(formats.day),
        )
        headings = {"due": _("Due"), "name": _("Name"), "item": _("What"), "side": _("Side"), "other": _("From or to")}
        tables.show(shown, headings, {}, key=f"changes_open_{changes.manager_id}", height=300)


def _staying(draft: Draft, changes: ManagerChanges) -> None:
    listed = changes.staying.reset_index()
    if listed.empty:
        return
    with st.expander(_("Stay with who holds them by name ({count})").format(count=formats.count(len(listed))), icon=":material/badge:"):
        shown = listed.assign(
            name=formats.names(listed),
            holder=[draft.name_of(str(holder)) for holder in listed["holder"]],
            side=[_(SIDES[side]) for side in listed["side"]],
        )
        headings = {"name": _("Name"), "tier": _("Tier"), "holder": _("Holder"), "side": _("Its cell is")}
        tables.show(shown, headings, {}, key=f"changes_staying_{changes.manager_id}", height=260)


def _sponsorships(draft: Draft, changes: ManagerChanges) -> None:
    listed = changes.sponsorships
    if listed.empty:
        return
    with st.expander(_("Sponsorships ({count})").format(count=formats.count(len(listed))), icon=":material/handshake:"):
        shown = listed.assign(
            name=formats.names(listed),
            side=[_(SIDES[side]) for side in listed["side"]],
            other=[draft.name_of(str(other)) for other in listed["other"]],
        )
        headings = {"name": _("Name"), "side": _("Side"), "other": _("From or to")}
        tables.show(shown, headings, {}, key=f"changes_sponsorships_{changes.manager_id}", height=260)
