"""Setting a target: for the branch, a town or a manager, with a reason, and back again."""

import streamlit as st

from gridmap import metrics
from gridmap.services import target_editing
from gridmap.services.targets import AIMED
from pages.parts import controls, findings, formats, session, tables
from pages.parts.opened import Opened
from pages.parts.session import _
from pages.shared import app

LAST = "target_set"
TIERS = ("", "A", "B", "C", "M")


def show(branch: Opened) -> None:
    """Show the targets that stand, and to whoever may set them the form."""
    if branch.who.allows("edit_targets", branch.market.branch.branch_id):
        _undo(branch)
        _form(branch)
    else:
        st.caption(_("Your role sees targets and does not set them."))
    _stated(branch)


def _form(branch: Opened) -> None:
    aimed = {each.target_key: each for each in AIMED}
    one, two, three = st.columns(3)
    with one:
        key = controls.pick_of(
            _("Metric"), "set_metric", {name: _words(name, metric.title) for name, metric in aimed.items()}, "filing_rate"
        )
    metric = aimed[key]
    with two:
        level = controls.pick_of(_("For"), "set_level", {"branch": _("Branch"), "town": _("Town"), "manager": _("Manager")}, "branch")
    with three:
        names = {"branch": {"": _("The whole branch")}, "town": branch.towns, "manager": branch.managers}[level]
        if level == "town":
            names = {town: name for town, name in names.items() if town in branch.market.towns.index}
        subject = controls.pick_of(_("Which"), f"set_subject_{level}", names)
    with st.form("set_target", border=True):
        left, middle, right = st.columns(3)
        tier = left.selectbox(
            _("Tier"), TIERS if key == "filing_rate" else TIERS[:1], format_func=lambda each: each or _("All tiers"), key="set_tier"
        )
        period = middle.text_input(
            _("Period"),
            str(branch.now.as_of.year),
            key="set_period",
            help=_("Year, half, quarter or month: 2026, 2026H1, 2026Q2, 2026-06."),
        )
        share = metric.unit == "share"
        value = right.number_input(_("Target, %") if share else _("Target"), 0.0, None, 80.0 if share else 50.0, key="set_value")
        why = st.text_input(_("Why"), key="set_why", max_chars=200)
        if st.form_submit_button(_("Set the target"), type="primary", icon=":material/flag:"):
            wanted = {
                "level": level,
                "subject": subject,
                "metric": key,
                "tier": tier,
                "period": period,
                "value": value / 100 if share else value,
            }
            _set(branch, wanted, why)


def _set(branch: Opened, wanted: dict[str, object], why: str) -> None:
    store, day = app.store(), branch.now.as_of
    with findings.guard():
        done = target_editing.set_target(
            store, branch.who, branch.market, wanted, why=why, on=day, rules=app.settings().rules, now_us=store.clock()
        )
        session.hold(LAST, (branch.market.branch.branch_id, done))
        session.afresh()


def _undo(branch: Opened) -> None:
    last = session.held(LAST)
    if last is None or last[0] != branch.market.branch.branch_id:
        return
    done = last[1]
    st.success(_("The target is set, from {day} on.").format(day=formats.day(done.on)))
    if done.before is not None and st.button(_("Undo"), key="target_undo", icon=":material/undo:"):
        store = app.store()
        session.hold(LAST, None)
        with findings.guard():
            target_editing.take_back(store, branch.who, branch.market, done, why=_("Undo"), now_us=store.clock())
            session.afresh()


def _stated(branch: Opened) -> None:
    rows = branch.market.at("targets", branch.now.as_of)
    known = {each.target_key: each for each in AIMED}
    rows = rows[rows["metric"].isin(list(known))].reset_index(drop=True)
    st.subheader(_("Targets that stand"))
    if rows.empty:
        st.caption(_("No target is set: the usual ones of the trade hold."))
        return
    names = {**branch.towns, **branch.managers}
    units = [known[str(key)].unit for key in rows["metric"]]
    shown = rows.assign(
        metric=[_words(str(key), known[str(key)].title) for key in rows["metric"]],
        subject=[names.get(str(each), _("The whole branch")) for each in rows["subject"].fillna("")],
        tier=rows["tier"].fillna(""),
        value=[formats.goal(float(value), unit) for value, unit in zip(rows["value"], units, strict=True)],
    )
    headings = {"metric": _("Metric"), "subject": _("For"), "tier": _("Tier"), "period": _("Period"), "value": _("Target")}
    tables.show(shown, headings, {}, key="targets_stated", height=380)


def _words(key: str, title: str) -> str:
    return _(metrics.metric(key).title) if key in {each.key for each in AIMED} else _(title)
