"""The section Records: what waits, what was recorded, files handed in, and for who leads the branch what to ask about."""

from collections.abc import Callable

import streamlit as st

from gridmap.errors import N_
from pages.parts import findings, formats
from pages.parts.field_records import handing_in, questions, recorded, waiting
from pages.parts.field_records.field import Field, open_field
from pages.parts.opened import Opened
from pages.parts.session import _
from pages.shared import app

# One line per part: its title without and with a count, whether only who may review visits has it, how many there are, what shows it.
PARTS: tuple[tuple[str, str, bool, Callable[[Field], int], Callable[[Field], None]], ...] = (
    (N_("Waiting"), N_("Waiting ({count})"), False, waiting.count, waiting.show),
    (N_("Recorded"), N_("Recorded ({count})"), False, recorded.count, recorded.show),
    (N_("Hand in a file"), N_("Hand in a file"), False, lambda field: 0, handing_in.show),  # noqa: ARG005 - nothing to count
    (N_("To ask about"), N_("To ask about ({count})"), True, questions.count, questions.show),
)


def show(branch: Opened) -> None:
    """Show the section to who records visits or reviews them; to others that there is nothing for them."""
    who, branch_id = branch.who, branch.market.branch.branch_id
    if not (who.allows("review_visits", branch_id) or who.allows("record_visits", branch_id)):
        st.info(_("Records are seen by who made them and by who may review them."))
        return
    error = findings.kept()
    if error is not None:
        findings.show_error(error)
    field = open_field(branch)
    parts = [each for each in PARTS if field.reviews or not each[2]]
    counts = [count(field) for _title, _counted, _only, count, _draw in parts]
    titles = [_(each[1]).format(count=formats.count(many)) if many else _(each[0]) for each, many in zip(parts, counts, strict=True)]
    for tab, (_title, _counted, _only, _count, draw) in zip(st.tabs(titles), parts, strict=True):
        with tab, findings.guard():
            draw(field)
    rules = app.settings().sweeps
    st.caption(
        _(
            "Where somebody stood is kept only for the moment of recording: check-ins for {check_ins} months, pictures for {photos} "
            "months, then they are erased. Nobody is followed between two records."
        ).format(check_ins=formats.count(rules.check_in_months), photos=formats.count(rules.photo_months))
    )
