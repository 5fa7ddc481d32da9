"""What each table takes: its columns and what they mean, an empty file to fill in, and the rows there are."""

from functools import partial

import pandas as pd
import streamlit as st

from gridmap import schema
from gridmap.files import FORMATS, write_table
from gridmap.scope import Scope
from gridmap.services import exporting
from pages.parts import controls, exports, formats, tables
from pages.parts.session import _
from pages.shared import app


def show(who: Scope, branch_id: str) -> None:
    """Show one table: template, export, and every column with its meaning."""
    name = controls.pick_of(_("Table"), "reference", {each.name: _(each.title) for each in schema.TABLES}, "organisations")
    table = schema.table(name)
    left, right = st.columns(2)
    with left:
        empty = pd.DataFrame({column.name: pd.Series(dtype="str") for column in table.columns})
        plain = [each for each in FORMATS if each.key in ("csv", "xlsx")]
        exports.offer(lambda key: write_table(empty, key), f"{name}-template", formats=plain, label=_("Empty template"))
    with right:
        if branch_id and who.allows("export_data", branch_id):
            offered = [each for each in FORMATS if table.shape != "none" or not each.geometry]
            make = partial(exporting.export_table, app.store(), who, branch_id, name)
            exports.offer(make, f"{branch_id}-{name}", formats=offered, label=_("Export the rows"))
    rows = [
        (
            column.name,
            tables.heading(column.name),
            _(column.help),
            _("yes") if column.required else "",
            ", ".join(f"{choice} ({formats.choice(choice)})" for choice in column.choices),
            _(column.unit) if column.unit else "",
            ", ".join(column.headers),
        )
        for column in table.columns
    ]
    headings = {
        "column": _("Column"),
        "title": _("In words"),
        "help": _("Meaning"),
        "required": _("Needed"),
        "choices": _("Allowed values"),
        "unit": _("Unit"),
        "headers": _("Headers that are recognised"),
    }
    tables.show(pd.DataFrame(rows, columns=list(headings)), headings, {}, key=f"columns_{name}", height=640)
    st.caption(_("One row with the same key is the same thing: {key}.").format(key=", ".join(table.key)))
