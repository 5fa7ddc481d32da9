"""What was recorded in the last 30 days, and the pictures of shop fronts taken with it."""

import pandas as pd
import streamlit as st

from gridmap.errors import N_, FileError
from gridmap.store import photo, photos
from pages.parts import formats, tables
from pages.parts.field_records.field import DAYS, Field
from pages.parts.session import _, ngettext
from pages.shared import app

STATES = {"counted": N_("It counts"), "review": N_("It waits"), "dismissed": N_("Dismissed")}
PICTURES, WIDTH_PX = 12, 150


def count(field: Field) -> int:
    """Return how many there are."""
    return len(field.recent)


def show(field: Field) -> None:
    """Show the records, the last first."""
    if field.recent.empty:
        st.caption(_("Nothing was recorded in the last {count} days.").format(count=DAYS))
        return
    rows = field.recent
    shown = pd.DataFrame(
        {
            "when": [field.when(int(at)) for at in rows["captured_us"]],
            "who": [field.manager(str(manager)) for manager in rows["manager_id"]],
            "door": [field.door(str(org_id), str(name)) for org_id, name in zip(rows["org_id"], rows["name"], strict=True)],
            "what": [field.what(row) for _number, row in rows.iterrows()],
            "note": rows["note"].to_numpy(),
            "next_due": rows["next_due"].to_numpy(),
            "state": [_(STATES[state]) for state in rows["state"]],
            "reason": [_(reason) if reason else "" for reason in rows["reason"]],
        }
    )
    headings = {
        "when": _("When"),
        **({"who": _("Who")} if field.reviews else {}),
        "door": _("Door"),
        "what": _("Outcome"),
        "note": _("Note"),
        "next_due": _("Again on"),
        "state": _("State"),
        "reason": _("Why"),
    }
    tables.show(shown, headings, {}, key="records_recent", height=460)
    _pictures(field)


def _pictures(field: Field) -> None:
    """Show the last pictures of shop fronts, small; the store gives them to who took them and to who may review visits."""
    listed = photos(app.store(), field.branch.who, field.branch_id, capture_ids=list(field.recent["capture_id"]))
    if listed.empty:
        return
    doors = dict(zip(field.recent["capture_id"], field.recent["org_id"], strict=True))
    many = len(listed)
    words = ngettext("{count} picture", "{count} pictures", many, **formats.counted(many))
    with st.expander(words, icon=":material/photo_library:"), st.container(horizontal=True, gap="small", key="records_pictures"):
        for row in listed.sort_values("taken_us").tail(PICTURES).itertuples():
            _picture(field, str(row.photo_id), str(doors.get(row.capture_id, "")))


def _picture(field: Field, photo_id: str, org_id: str) -> None:
    try:
        image = photo(app.store(), field.branch.who, field.branch_id, photo_id)
    except FileError:  # its time was over between the list and the picture
        return
    st.image(image, caption=formats.plain(field.door(org_id)), width=WIDTH_PX)
