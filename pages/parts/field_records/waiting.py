"""Records that wait for a decision: each counts with one click, several at once, or is dismissed with a reason."""

import pandas as pd
import streamlit as st

from gridmap.errors import N_, PlanError, say
from gridmap.services.field_records import decide_all
from pages.parts import findings, formats, session
from pages.parts.field_records.field import Field
from pages.parts.session import _, ngettext
from pages.shared import app

SHOWN = 40
CHOSEN, WHY = "record_chosen_{capture}", "records_why"


def count(field: Field) -> int:
    """Return how many wait."""
    return len(field.waiting)


def show(field: Field) -> None:
    """Show what waits and why; who may review decides, whoever recorded it sees that it is not lost."""
    rows = field.waiting.head(SHOWN)
    if rows.empty:
        st.caption(
            _("Nothing waits. What is recorded counts at once, unless it came after its link had ended or names a door nobody knows.")
        )
        return
    if field.reviews:
        _tools(field, rows)
    else:
        st.caption(_("Nothing is lost: a chief or the branch manager decides whether these count."))
    for row in rows.to_dict("records"):
        _line(field, pd.Series(row))
    if len(field.waiting) > SHOWN:
        st.caption(_("... and {count} more.").format(count=formats.count(len(field.waiting) - SHOWN)))


def _tools(field: Field, rows: pd.DataFrame) -> None:
    chosen = [capture for capture in rows["capture_id"] if session.typed(CHOSEN.format(capture=capture), default=False)]
    many = len(chosen)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="records_tools"):
        words = (
            ngettext("{count} record counts", "{count} records count", many, **formats.counted(many))
            if many
            else _("What is chosen counts")
        )
        args = (field, tuple(chosen))
        st.button(words, key="records_count", type="primary", icon=":material/check:", disabled=not many, on_click=_count, args=args)
        st.text_input(_("Why not?"), key=WHY, max_chars=300, placeholder=_("Whoever recorded it reads this"))
        words = (
            ngettext("Dismiss {count} record", "Dismiss {count} records", many, **formats.counted(many))
            if many
            else _("Dismiss what is chosen")
        )
        st.button(words, key="records_dismiss", icon=":material/block:", disabled=not many, on_click=_dismiss, args=args)


def _line(field: Field, row: pd.Series) -> None:
    capture = str(row["capture_id"])
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"record_{capture}"):
        title = _("{what}: {door}").format(what=field.what(row), door=field.door(str(row["org_id"]), str(row["name"])))
        if field.reviews:
            st.checkbox(formats.plain(title), key=CHOSEN.format(capture=capture))
        else:
            st.text(title)
        st.text(_("{manager}, {when}").format(manager=field.manager(str(row["manager_id"])), when=field.when(int(row["captured_us"]))))
        st.badge(_(str(row["reason"])), color="orange", icon=":material/hourglass_top:")
        if field.reviews:
            st.button(_("Let it count"), key=f"record_count_{capture}", icon=":material/check:", on_click=_count, args=(field, (capture,)))
    if row["note"]:
        st.text(str(row["note"]))


def _count(field: Field, chosen: tuple[str, ...]) -> None:
    _decide(field, chosen, counts=True, why="")


def _dismiss(field: Field, chosen: tuple[str, ...]) -> None:
    why = str(session.typed(WHY)).strip()
    with findings.keep():
        if not why:
            raise PlanError(say(N_("Dismissing a record needs a reason.")), remedy=say(N_("Say why, so that whoever recorded it knows.")))
        _decide(field, chosen, counts=False, why=why)
        session.fill(WHY, "")


def _decide(field: Field, chosen: tuple[str, ...], *, counts: bool, why: str) -> None:
    with findings.keep():
        store = app.store()
        told = decide_all(store, field.branch.who, field.branch_id, chosen, count=counts, why=why, now_us=store.clock())
        for capture in chosen:
            session.fill(CHOSEN.format(capture=capture), value=False)
        if told.refused:
            raise PlanError(
                say(N_("{count} records could not be decided on."), count=len(told.refused)), reasons=tuple(dict(told.refused).values())
            )
