"""Every import of the branch: who brought what, when, and what it changed."""

import pandas as pd
import streamlit as st

from gridmap import schema
from gridmap.scope import Scope
from gridmap.store import imports
from pages.parts import formats, tables
from pages.parts.session import _
from pages.shared import app


def show(who: Scope, branch_id: str, time_zone: str) -> None:
    """List the imports, newest first; days and times local to the branch."""
    known = imports(app.store(), who, branch_id)
    if known.empty:
        st.caption(_("Nothing was imported yet."))
        return
    when = pd.to_datetime(known["recorded_us"], unit="us", utc=True).dt.tz_convert(time_zone)
    titles = {each.name: _(each.title) for each in schema.TABLES} | {"duplicates": _("Duplicates")}
    shown = known.assign(
        when=when.map(formats.moment),
        table=known["table_name"].map(lambda name: titles.get(name, name)),
        as_of=[formats.day(day) if pd.notna(day) else _("always") for day in known["as_of"]],
        wrong=[sum(counts.values()) for counts in known["findings"]],
    )
    headings = {
        "import_id": _("Number"),
        "when": _("When"),
        "who": _("Who"),
        "table": _("Table"),
        "file_name": _("File"),
        "as_of": _("True from"),
        "new_rows": _("New"),
        "changed_rows": _("Changed"),
        "unchanged_rows": _("Unchanged"),
        "wrong": _("Findings"),
    }
    units = dict.fromkeys(("new_rows", "changed_rows", "unchanged_rows", "wrong"), "count")
    tables.show(shown, headings, units, key="versions")
