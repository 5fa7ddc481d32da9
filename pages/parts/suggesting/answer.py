"""What was found: whether the limits are kept and how good it is, what has to give, who gains and loses, and the moves to accept."""

import math

import pandas as pd
import streamlit as st

from gridmap.territories.relaxing import relaxed
from gridmap.territories.result import Relaxation, Result
from pages.parts import formats
from pages.parts.drafts.draft import Draft
from pages.parts.drafts.effect_table import changed
from pages.parts.session import _, ngettext, said
from pages.parts.suggesting import accepting, limits_table, searching
from pages.parts.suggesting.searching import Found

STATES = {"proven": "success", "kept": "success", "broken": "warning", "impossible": "warning"}
SHOWN = 5  # relaxations told one by one; the others are in the request that grants all


def show(draft: Draft, found: Found, result: Result) -> None:
    """Show one answer, what to do with it first."""
    _headline(result)
    _worst(draft, result)
    _figures(result)
    accepting.show(draft, result)
    _relaxations(draft, found, result)
    _managers(draft, result)
    _small_print(result)


def _headline(result: Result) -> None:
    kept = result.violation <= 0
    if kept and not result.moves:
        st.success(_("All limits are kept already: nothing needs to move."), icon=":material/check_circle:")
    elif kept:
        count = result.changed.cells
        words = ngettext(
            "All limits are kept when {count} cell moves.", "All limits are kept when {count} cells move.", count, **formats.counted(count)
        )
        st.success(words, icon=":material/check_circle:")
    elif result.violation < _before(result) - 1e-9:
        share = formats.per_cent(1 - result.violation / _before(result), 0)
        st.warning(_("Better by {share}, but not all limits can be kept so.").format(share=share), icon=":material/trending_up:")
    else:
        st.warning(_("Nothing that is allowed would help."), icon=":material/block:")


def _worst(draft: Draft, result: Result) -> None:
    """Tell what becomes of who is furthest from the limits today."""
    table, worst = result.managers, (0.0, "", "")
    for measure in _measures(result):
        beyond = _beyond(table, measure)
        if len(beyond) and float(beyond.max()) > worst[0] + 1e-9:
            worst = (float(beyond.max()), str(beyond.idxmax()), measure)
    share, manager, measure = worst
    if share <= 0:
        return
    row = table.loc[manager]
    figures = changed(formats.count(row[f"{measure}_before"]), formats.count(row[measure]))
    title, allowed = _(dict(limits_table.MEASURES).get(measure, measure)), _allowed(row[f"{measure}_least"], row[f"{measure}_most"])
    st.text(
        _("{manager}: {figures} · {measure}, allowed {limits}").format(
            manager=draft.name_of(manager), figures=figures, measure=title, limits=allowed
        )
    )


def _beyond(table: pd.DataFrame, measure: str) -> pd.Series:
    """Return how far everybody is from the limits of a measure today, in fair shares."""
    before = table[f"{measure}_before"]
    beyond = (before - table[f"{measure}_most"]).clip(lower=0) + (table[f"{measure}_least"] - before).clip(lower=0)
    return beyond / (table[measure].mean() or 1.0)


def _before(result: Result) -> float:
    """Return what today's owners break of the limits, in fair shares."""
    return float(sum(_beyond(result.managers, measure).sum() for measure in _measures(result)))


def _measures(result: Result) -> list[str]:
    return [name.removesuffix("_fair") for name in result.managers if name.endswith("_fair")]


def _figures(result: Result) -> None:
    share, travel = formats.per_cent(result.changed.accounts_share), 0.0
    if result.before.travel > 0:
        travel = result.terms.travel / result.before.travel - 1
    with st.container(horizontal=True, gap="large"):
        st.metric(_("Cells"), formats.count(result.changed.cells), width="content")
        accounts = formats.count(result.changed.accounts)
        st.metric(_("Accounts"), accounts, share, delta_color="off", delta_arrow="off", width="content")
        st.metric(_("Travel"), _signed(travel), width="content")
        if math.isnan(result.gap):
            words = _("In fair shares, over all managers and limits.")
            st.metric(_("Limits broken"), formats.decimal(result.violation, 2), help=words, width="content")
        else:
            words = _("No plan within the limits can be better by more than this; proved.")
            st.metric(_("From the best"), _("≤ {gap}").format(gap=formats.per_cent(result.gap)), help=words, width="content")


def _relaxations(draft: Draft, found: Found, result: Result) -> None:
    if not result.relaxations:
        return
    st.subheader(_("What has to give"))
    for number, each in enumerate(result.relaxations[:SHOWN]):
        with st.container(horizontal=True, gap="small", vertical_alignment="center", key=f"relaxation_{number}"):
            st.text(said(each.message), width="stretch")
            st.button(_("Allow this"), key=f"suggest_relax_{number}", on_click=_grant, args=(draft, found, (each,)))
    rest = len(result.relaxations) - SHOWN
    if rest > 0:
        st.caption(ngettext("and {count} more", "and {count} more", rest, **formats.counted(rest)))
    if len(result.relaxations) > 1:
        st.button(_("Allow all of it and ask again"), key="suggest_relax_all", on_click=_grant, args=(draft, found, result.relaxations))


def _grant(draft: Draft, found: Found, relaxations: tuple[Relaxation, ...]) -> None:
    searching.ask(draft, found.way if found.way != searching.CURVE else searching.BEST, relaxed(found.request, relaxations))


def _managers(draft: Draft, result: Result) -> None:
    table, measures = result.managers, _measures(result)
    titles = dict(limits_table.MEASURES)
    touched = table["cells"].ne(table["cells_before"])
    order = table.assign(calm=~touched).sort_values("calm", kind="stable")
    rows: dict[str, list[str]] = {_("Manager"): [draft.name_of(str(manager)) for manager in order.index]}
    for measure in measures:
        pairs = zip(order[f"{measure}_before"], order[measure], strict=True)
        title = _(titles.get(measure, measure))
        rows[title] = [changed(formats.count(before), formats.count(after)) for before, after in pairs]
        limits = zip(order[f"{measure}_least"], order[f"{measure}_most"], strict=True)
        rows[_("Allowed: {measure}").format(measure=title)] = [_allowed(low, high) for low, high in limits]
    rows[_("Cells")] = [
        changed(formats.count(before), formats.count(after)) for before, after in zip(order["cells_before"], order["cells"], strict=True)
    ]
    with st.expander(_("What everybody has then"), icon=":material/groups:", expanded=False):
        st.dataframe(pd.DataFrame(rows), hide_index=True, height=min(400, 40 + 36 * len(order)), key="suggest_managers_table")


def _allowed(low: float, high: float) -> str:
    if low > float("-inf") and high < float("inf"):
        return f"{formats.count(low)} \N{EN DASH} {formats.count(high)}"
    if high < float("inf"):
        return f"≤ {formats.count(high)}"
    return f"≥ {formats.count(low)}" if low > float("-inf") else ""


def _small_print(result: Result) -> None:
    with st.expander(_("How this was found"), icon=":material/science:"):
        for text in (result.why, *result.notes, *result.leaves_out):
            st.text(said(text))
        if not math.isnan(result.gap):
            st.text(
                _("Worth {total}; no plan within the limits is worth less than {bound}.").format(
                    total=formats.decimal(result.terms.total, 4), bound=formats.decimal(result.bound, 4)
                )
            )
        if result.violation > 0 and result.least_violation > 0:
            st.text(
                _("Limits are broken by {found} fair shares; no plan breaks less than {least}.").format(
                    found=formats.decimal(result.violation, 3), least=formats.decimal(result.least_violation, 3)
                )
            )
        versions = ", ".join(f"{name} {number}" for name, number in result.versions)
        st.caption(
            _("Seed {seed}, {seconds} s of work, {versions}").format(
                seed=result.seed, seconds=formats.decimal(result.seconds, 1), versions=versions
            )
        )


def _signed(share: float) -> str:
    return ("+" if share > 0 else "\N{MINUS SIGN}" if share < 0 else "") + formats.per_cent(abs(share), 0)
