"""What deserves a question: for who leads the branch, in words and figures, without a map of anybody's ways."""

import pandas as pd
import streamlit as st

from gridmap.fieldwork.oddities import RULES, TITLES
from pages.parts import formats, tables
from pages.parts.field_records.field import DAYS, Field
from pages.parts.session import _, said
from pages.shared import app


def count(field: Field) -> int:
    """Return how many there are."""
    return len(field.oddities)


def show(field: Field) -> None:
    """Show oddities, the last first, and what they rest on."""
    rules = app.settings().sweeps
    doors, minutes = rules.odd_pace
    st.caption(
        _(
            "Looked for in the records of the last {days} days, at the moments of recording alone: more than {metres} m from the door with "
            "twice the phone's own uncertainty taken off, {doors} doors within {minutes} minutes, and the like. "
            "None of it is proof: ask first."
        ).format(
            days=formats.count(DAYS),
            metres=formats.count(rules.odd_distance_m),
            doors=formats.count(doors),
            minutes=formats.count(minutes),
        )
    )
    if not field.oddities:
        st.success(_("Nothing to ask about."), icon=":material/check_circle:")
        return
    found = sorted({oddity.rule for oddity in field.oddities}, key=[rule.key for rule in RULES].index)
    wanted = st.pills(_("Show only"), found, selection_mode="multi", format_func=lambda key: _(TITLES[key]), key="records_rules")
    chosen = [oddity for oddity in field.oddities if not wanted or oddity.rule in wanted]
    frame = pd.DataFrame(
        {
            "when": [field.when(oddity.at_us) for oddity in chosen],
            "who": [field.manager(oddity.manager_id) for oddity in chosen],
            "what": [_(TITLES[oddity.rule]) for oddity in chosen],
            "told": [said(oddity.said) for oddity in chosen],
            "door": [_doors(field, oddity.org_ids) for oddity in chosen],
        }
    )
    headings = {"when": _("When"), "who": _("Who"), "what": _("What"), "told": _("What was seen"), "door": _("Doors")}
    tables.show(frame, headings, {}, key="records_oddities", height=420)


def _doors(field: Field, org_ids: tuple[str, ...]) -> str:
    first = field.door(org_ids[0])
    more = len(org_ids) - 1
    return first if not more else _("{door} and {count} more").format(door=first, count=formats.count(more))
