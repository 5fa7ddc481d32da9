"""What a draft is called and from which day it shall hold."""

from datetime import date

import streamlit as st

from gridmap.services import drafting
from pages.parts import findings, session
from pages.parts.drafts import saving
from pages.parts.drafts.draft import Draft
from pages.parts.session import _
from pages.shared import app


def show(draft: Draft) -> None:
    """Show a form for title and first day of a draft."""
    with st.form(f"form_heading_{draft.plan_id}_{draft.record.version}", border=False):
        title = st.text_input(_("What it is for"), value=draft.record.title, max_chars=200, key="heading_title")
        day = st.date_input(_("From this day on"), value=draft.record.effective_on, key="heading_day")
        st.caption(_("On another day somebody else may have a cell: its move is then taken from them."))
        if st.form_submit_button(_("Save"), type="primary", key="heading_save") and isinstance(day, date):
            with findings.keep():
                drafting.set_title_and_day(
                    app.store(),
                    draft.branch.who,
                    draft.branch_id,
                    draft.plan_id,
                    title=title,
                    effective_on=day,
                    expected=draft.record.version,
                    now_us=app.store().clock(),
                )
                saving.forget(draft)
            session.afresh()
