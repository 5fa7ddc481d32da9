"""The list of accounts beside their map, the chosen one in full, and what can be done about those that are ticked."""

import pandas as pd
import streamlit as st

from gridmap.accounts import GAPS, QUADRANTS, TRENDS, UNSCORED, told_of
from gridmap.danger import LEVELS
from pages.parts import findings, formats, map_view, opened, session
from pages.parts.in_danger import acting, filters, taking
from pages.parts.opened import Opened
from pages.parts.session import _, ngettext
from pages.shared.accounts import accounts as accounts_known

HEIGHT, LONGEST = 520, 400


def show(branch: Opened) -> None:
    """Show the page; a choice reruns this and not the rest."""
    _board(branch)


@st.fragment
def _board(branch: Opened) -> None:
    with findings.guard():
        known = accounts_known(branch.market, branch.plan, branch.now)
        st.text(_answer(branch, known))
        if known.empty:
            st.info(_("There is no account yet: nothing is filed in what you see."), icon=":material/shield:")
            return
        listed = filters.chosen(branch, known)
        picture, beside = st.columns([10, 12], gap="medium")
        with picture:
            _map(branch)
        with beside:
            picked = _table(branch, listed)
            acting.offer(branch, picked, listed)
            if branch.who.allows("export_data", branch.market.branch.branch_id):
                taking.offer(branch, listed)
        if len(picked):
            _one(picked.iloc[0])


def _answer(branch: Opened, known: pd.DataFrame) -> str:
    told = told_of(known)
    scored = sum(count for key, count in told.levels.items() if key != UNSCORED)
    words = ngettext(
        "{high} of {count} account is in orange or red danger", "{high} of {count} accounts are in orange or red danger", scored,
        count=formats.count(scored), high=formats.count(told.high),
    )  # fmt: skip
    return _("{branch}, {day}. {danger}; {rising} rose within a month, {unscored} cannot be scored.").format(
        branch=opened.name_of_branch(branch.market),
        day=formats.day(branch.now.as_of),
        danger=words,
        rising=formats.count(told.rising),
        unscored=formats.count(told.levels[UNSCORED]),
    )


def _map(branch: Opened) -> None:
    gesture = map_view.show(
        [branch.view(each) for each in ("danger_high", "danger_accounts", "towns")],
        height=HEIGHT,
        opacity=0.45,
        selected=session.seen("cell") or None,
        place=session.place(),
        key=f"accounts-{session.language()}",
    )
    st.caption(_("Points are accounts: blue, yellow, orange and red. Cells show the share in orange and red."))
    if gesture is not None and gesture.kind == "click":
        session.see(cell=gesture.cell or "")
        session.see_place(*gesture.centre, gesture.zoom)
        session.again()


def _table(branch: Opened, listed: pd.DataFrame) -> pd.DataFrame:
    cell = session.seen("cell")
    if cell and listed["cell"].eq(cell).any():
        listed = listed[listed["cell"].eq(cell)]
        st.caption(_("Only those in the chosen cell; click beside the grid to see all."))
    count = len(listed)
    st.text(ngettext("{count} account is listed", "{count} accounts are listed", count, **formats.counted(count)))
    first = listed.head(LONGEST)
    levels, trends = _levels(), {key: _(title) for key, title in TRENDS}
    table = pd.DataFrame(
        {
            _("Name"): formats.names(first).to_numpy(),
            _("Danger"): [levels[each] for each in first["level"]],
            _("Trend"): [trends[each] for each in first["trend"]],
            _("Why"): [" · ".join(session.said(each) for each in reasons) for reasons in first["reasons"]],
            _("Tier"): first["tier"].fillna("").to_numpy(),
            _("Holder"): [branch.managers.get(each, each) or _("Nobody") for each in first["holder"]],
            _("Leader who sponsors"): [branch.managers.get(each, each) for each in first["sponsor"]],
            _("Contract ends"): [formats.day(day) for day in first["contract_end"]],
            _("Lacks"): [_gaps(gaps) for gaps in first["gaps"]],
        }
    )
    event = st.dataframe(
        table,
        hide_index=True,
        height=min(400, 40 + 36 * max(len(table), 1)),
        key=f"accounts_{branch.market.fingerprint[:8]}_{count}_{session.language()}",
        on_select="rerun",
        selection_mode="multi-row",
        placeholder="",
    )
    if count > LONGEST:
        st.caption(_("The first {count} are listed.").format(count=formats.count(LONGEST)))
    return first.iloc[[row for row in event["selection"]["rows"] if row < len(first)]]


def _one(account: pd.Series) -> None:
    """Show one account in full: level, who is told, reasons, what would lower it, what is missing."""
    name = str(formats.names(pd.DataFrame([account])).iloc[0])
    with st.container(border=True, key="account_panel"):
        st.text(name)
        levels, quadrants = _levels(), {key: _(title) for key, title in QUADRANTS}
        one, two, three, four = st.columns(4)
        one.metric(_("Danger"), levels[account["level"]])
        two.metric(_("A month ago"), levels.get(account["month_ago"], formats.NONE))
        three.metric(_("Three months ago"), levels.get(account["quarter_ago"], formats.NONE))
        four.metric(_("Score"), formats.per_cent(account["score"], 0) if pd.notna(account["score"]) else formats.NONE)
        left, right = st.columns(2)
        with left:
            st.text(_("Why"))
            for reason in account["reasons"]:
                st.text(f"\N{BULLET} {session.said(reason)}")
            if not account["reasons"]:
                st.caption(_("No reason: nothing puts it in danger, or too little is known."))
            st.text(_("Who is told: {roles}").format(roles=", ".join(_role(each) for each in account["told"]) or _("nobody")))
        with right:
            st.text(_("What would lower it"))
            for action, level in account["lowers"]:
                st.text(f"\N{BULLET} {session.said(action)} \N{RIGHTWARDS ARROW} {levels[level]}")
            if not account["lowers"]:
                st.caption(_("No single change lowers it."))
            st.text(_("Quadrant: {quadrant}").format(quadrant=quadrants.get(account["quadrant"], _("not known"))))
            st.text(_("Missing: {gaps}").format(gaps=_gaps(account["gaps"]) or _("nothing")))


def _levels() -> dict[str, str]:
    return {**{key: _(title) for key, title in LEVELS}, UNSCORED: _("Not scored")}


def _gaps(gaps: tuple[str, ...]) -> str:
    return " · ".join(_(title) for key, title in GAPS if key in gaps)


def _role(key: str) -> str:
    words = {"manager": _("manager"), "chief": _("chief"), "branch_manager": _("branch manager"), "executive": _("company leader")}
    return words.get(key, key)
