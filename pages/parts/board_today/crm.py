"""Records for the carrier's CRM: which, of when, as which file; and the layout of its columns, which is kept."""

from datetime import date, timedelta
from typing import Any

import pandas as pd
import streamlit as st

from gridmap.files import file_format
from gridmap.reports.crm import DATE_FORMATS, KINDS, SOURCES, CrmLayout, default_layout, to_mapping
from gridmap.services import crm
from pages.parts import findings, session
from pages.parts.board_today.morning import Morning
from pages.parts.session import _
from pages.shared import app

DAYS = 7


def show(morning: Morning) -> None:
    """Ask for the period and offer the files."""
    who, branch_id = morning.branch.who, morning.branch_id
    whole = who.allows("export_data", branch_id)
    if not whole and not who.allows("record_visits", branch_id):
        st.caption(_("Your role takes no records away."))
        return
    titles = {kind: _(title) for kind, title in KINDS}
    kind = st.segmented_control(
        _("What"), list(titles), format_func=titles.__getitem__, default="visits", required=True, key=f"crm_kind_{session.language()}"
    )
    period = st.date_input(
        _("From and to"),
        value=(morning.day - timedelta(days=DAYS - 1), morning.day),
        max_value=morning.day,
        key="crm_period",
        format="YYYY-MM-DD",
    )
    if not isinstance(period, tuple) or len(period) != 2:
        st.caption(_("Choose the first and the last day."))
        return
    with findings.guard():
        layout = crm.layout_of(app.store(), who, branch_id, str(kind))
        st.caption(_("Everybody's records.") if whole else _("Your own records."))
        _offer(morning, str(kind), period, layout)
        if whole:
            _edit(morning, str(kind), layout)


def _offer(morning: Morning, kind: str, period: tuple[date, ...], layout: CrmLayout) -> None:
    for key in crm.CRM_FORMATS:
        known = file_format(key)

        def make(key: str = key) -> bytes:
            return crm.export_crm(
                app.store(), morning.branch.who, morning.market, morning.plan, kind, key, first=period[0], last=period[1], layout=layout
            )

        st.download_button(
            _(known.title),
            data=make,
            file_name=f"{kind}-{period[0]}-{period[1]}{known.extensions[0]}",
            mime=known.media_type,
            key=f"crm_{kind}_{key}",
            on_click="ignore",
            icon=":material/download:",
            width="stretch",
        )


def _edit(morning: Morning, kind: str, layout: CrmLayout) -> None:
    """Let whoever exports change headers, fixed texts, the date and the words; kept for everybody of the branch."""
    with st.expander(_("Columns, dates and words of the CRM")):
        columns = st.data_editor(
            pd.DataFrame([vars(each) for each in layout.columns], columns=["header", "source", "fixed"]),
            num_rows="dynamic",
            hide_index=True,
            key=f"crm_columns_{kind}",
            column_config={
                "header": st.column_config.TextColumn(_("Header there"), max_chars=100, required=True),
                "source": st.column_config.SelectboxColumn(_("What of ours"), options=["", *SOURCES[kind]]),
                "fixed": st.column_config.TextColumn(_("Or always"), max_chars=100),
            },
        )
        form = st.selectbox(_("Dates"), DATE_FORMATS, index=DATE_FORMATS.index(layout.date_format), key=f"crm_dates_{kind}")
        words = st.data_editor(
            pd.DataFrame(list(layout.words), columns=["source", "ours", "theirs"]),
            num_rows="dynamic",
            hide_index=True,
            key=f"crm_words_{kind}",
            column_config={
                "source": st.column_config.SelectboxColumn(_("In"), options=list(SOURCES[kind]), required=True),
                "ours": st.column_config.TextColumn(_("Our value"), max_chars=100, required=True),
                "theirs": st.column_config.TextColumn(_("Their word"), max_chars=100),
            },
        )
        left, right = st.columns(2)
        if left.button(_("Keep for the next time"), type="primary", key=f"crm_keep_{kind}"):
            _keep(morning, kind, _mapping(columns, str(form), words))
        if right.button(_("Common headers again"), key=f"crm_reset_{kind}", help=_("What carriers' systems commonly have.")):
            _keep(morning, kind, to_mapping(default_layout(kind)))


def _mapping(columns: pd.DataFrame, date_format: str, words: pd.DataFrame) -> dict[str, Any]:
    return {
        "columns": columns.fillna("").to_dict("records"),
        "date_format": date_format,
        "words": words.fillna("").to_numpy(dtype=object).tolist(),
    }


def _keep(morning: Morning, kind: str, mapping: dict[str, Any]) -> None:
    with findings.keep():
        crm.keep_layout(app.store(), morning.branch.who, morning.branch_id, kind, mapping, now_us=app.store().clock())
    session.afresh()
