"""Handing in the return file of a day pack, or of a phone that found no signal: the same file again changes nothing."""

from collections import Counter

import pandas as pd
import streamlit as st

from gridmap.errors import N_
from gridmap.services.return_files import LARGEST_BYTES, HandedIn, ReturnFile, hand_in, read_return
from pages.parts import findings, formats, session
from pages.parts.field_records.field import Field
from pages.parts.session import _, ngettext, said
from pages.shared import app

HANDED = "records_handed_in"
STATUSES: tuple[tuple[str, str, str], ...] = (
    ("counted", N_("It counts"), "green"),
    ("again", N_("Was here already"), "gray"),
    ("review", N_("Waits for a decision"), "orange"),
    ("differs", N_("Differs from what is here"), "red"),
    ("refused", N_("Cannot be read"), "red"),
)


def show(field: Field) -> None:
    """Offer to hand in a file; show what became of it."""
    st.caption(_("A day pack and the phone page save what was recorded as a file. Hand it in here; the same file again changes nothing."))
    file = st.file_uploader(_("Return file"), type=["json"], key="records_file", max_upload_size=LARGEST_BYTES // 2**20)
    if file is None:
        session.hold(HANDED, None)
        return
    with findings.guard():
        _offer(field, read_return(app.store(), file.getvalue()), file.file_id)
    kept = session.held(HANDED)
    if isinstance(kept, tuple) and kept[0] == file.file_id:
        _came_to(field, kept[1])


def _offer(field: Field, found: ReturnFile, file_id: str) -> None:
    many = len(found.captures)
    st.text(
        ngettext(
            "{count} record of {manager}",
            "{count} records of {manager}",
            many,
            manager=field.manager(found.manager_id),
            **formats.counted(many),
        )
    )
    unsealed = False
    if not found.sealed:
        st.warning(_("The seal of this file does not hold: it was changed, or another system wrote it."), icon=":material/gpp_maybe:")
        if field.reviews:
            unsealed = st.checkbox(_("I know where it comes from: take it as it is"), key="records_unsealed")
    if st.button(_("Hand in"), type="primary", icon=":material/upload:", key="records_hand_in"):
        store = app.store()
        rules = app.settings().sweeps
        told = hand_in(store, field.branch.who, found, now_us=store.clock(), rules=rules, unsealed=unsealed)
        session.hold(HANDED, (file_id, told))
        session.afresh()


def _came_to(field: Field, told: HandedIn) -> None:
    """Show how many count, and each that does not with its reason."""
    counts = Counter(receipt.status for receipt in told.receipts)
    with st.container(horizontal=True, gap="small", key="records_receipts"):
        for key, title, color in STATUSES:
            if counts[key]:
                st.badge(_("{what}: {count}").format(what=_(title), count=formats.count(counts[key])), color=color)  # type: ignore[arg-type]
        if told.photos_kept:
            st.badge(_("Pictures kept: {count}").format(count=formats.count(told.photos_kept)), color="gray")
    titles = {key: title for key, title, _color in STATUSES}
    known = field.recent.set_index("capture_id")["org_id"].to_dict()
    odd = [receipt for receipt in told.receipts if receipt.status in ("review", "differs", "refused")]
    if odd:
        frame = pd.DataFrame(
            {
                _("What became of it"): [_(titles[receipt.status]) for receipt in odd],
                _("Door"): [field.door(str(known.get(receipt.capture_id, ""))) for receipt in odd],
                _("Why"): [said(receipt.reason) for receipt in odd],
                _("Number"): [receipt.capture_id or formats.NONE for receipt in odd],
            }
        )
        st.dataframe(frame, hide_index=True, key="records_odd_receipts")
    for reason in told.photos_refused:
        st.text(_("A picture was not kept. {why}").format(why=said(reason)))
