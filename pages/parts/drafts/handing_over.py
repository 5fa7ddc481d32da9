"""Handing over: whether open visits go with the cells or stay for a time, and the sheets that giver, taker and witness sign."""

from datetime import date, timedelta
from functools import partial

import streamlit as st

from gridmap.errors import N_
from gridmap.facts import UNASSIGNED
from gridmap.services import handover
from pages.parts import formats, session
from pages.parts.drafts import saving
from pages.parts.drafts.draft import Draft
from pages.parts.session import _
from pages.shared import app, effects

RULE, UNTIL = "draft_visits", "draft_stay_until"
RULES = (("go", N_("Go with what moves")), ("stay", N_("Stay with who has them")))
STAYS_DAYS = 30  # offered to begin with
MEDIA = {"pdf": "application/pdf", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "zip": "application/zip"}
EVERYBODY = "everybody"


def show(draft: Draft) -> None:
    """Show the rule for open visits, and the handover sheets for whom the plan touches."""
    _rule(draft)
    who, branch_id = draft.branch.who, draft.branch_id
    if not (who.allows("export_data", branch_id) and who.allows("see_organisations", branch_id)):
        st.caption(_("Your role does not write handover sheets: they name organisations."))
        return
    if not draft.plan.moves:
        st.info(_("Nothing changes hands yet, so there are no sheets."), icon=":material/description:")
        return
    _sheets(draft)


def _rule(draft: Draft) -> None:
    options, words = draft.record.options, {key: _(title) for key, title in RULES}
    if not draft.editable:
        st.text(_("Open visits and promised follow-ups: {rule}").format(rule=words.get(options.visits, words["go"])))
        if options.stay_until:
            st.text(_("Until {day}").format(day=formats.day(options.stay_until)))
        return
    session.fill(RULE, options.visits)
    st.radio(
        _("Open visits and promised follow-ups"), list(words), format_func=words.__getitem__, key=RULE, on_change=_set_rule, args=(draft,)
    )
    if options.visits == "stay":
        session.fill(UNTIL, options.stay_until or draft.record.effective_on + timedelta(days=STAYS_DAYS))
        st.date_input(_("Until this day"), key=UNTIL, on_change=_set_until, args=(draft,))


def _set_rule(draft: Draft) -> None:
    stays = session.typed(RULE) == "stay"
    until = draft.record.effective_on + timedelta(days=STAYS_DAYS) if stays else None
    saving.set_options(draft, visits="stay" if stays else "go", stay_until=until)


def _set_until(draft: Draft) -> None:
    day = session.typed(UNTIL, None)
    if isinstance(day, date):
        saving.set_options(draft, stay_until=day)


def _sheets(draft: Draft) -> None:
    loads = effects.effect_of(draft.branch.market, draft.plan, draft.facts)
    touched = [str(manager) for manager in loads.index[loads["touched"]] if manager != UNASSIGNED]
    words = formats.distinct({EVERYBODY: _("Everybody, in one archive"), **{manager: draft.name_of(manager) for manager in touched}})
    chosen = session.pick(
        lambda options, **wiring: st.selectbox(_("Handover sheet for"), options, format_func=words.__getitem__, **wiring),
        "draft_sheet_for",
        list(words),
        EVERYBODY,
    )
    for key, title, _write in handover.SHEETS:
        ending = "zip" if chosen == EVERYBODY else key
        st.download_button(
            _(title),
            data=partial(_sheet, draft, chosen or EVERYBODY, key, session.language()),
            file_name=f"{draft.branch_id}-plan-{draft.plan_id}-{chosen}-{key}.{ending}",
            mime=MEDIA[ending],
            icon=":material/download:",
            key=f"sheet_{key}",
            on_click="ignore",
        )
    st.caption(_("Accounts, last visits, promises and dangers of what changes hands; to be signed by giver, taker and a witness."))


def _sheet(draft: Draft, chosen: str, key: str, language: str) -> bytes:
    """Write a sheet when its button is pressed, outside of the session."""
    store, known = app.store(), {"rules": app.settings().rules, "language": language, "now_us": app.store().clock()}
    if chosen == EVERYBODY:
        return handover.handover_zip(store, draft.branch.who, draft.branch_id, draft.plan_id, key, **known)
    return handover.handover_sheet(store, draft.branch.who, draft.branch_id, draft.plan_id, chosen, key, **known)
