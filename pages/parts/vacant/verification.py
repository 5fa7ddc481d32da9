"""A round of verification: the list goes to the towns, comes back, its differences are shown, and what is accepted is written."""

from datetime import UTC, date, datetime
from functools import partial
from zoneinfo import ZoneInfo

import pandas as pd
import streamlit as st

from gridmap.services import verifying
from gridmap.verification import ACCEPTED, ANSWERS, STATES, WHICH, Returned, list_of
from gridmap.white_space import WhiteSpace
from pages.parts import findings, formats, opened, session, tables
from pages.parts.opened import Opened
from pages.parts.session import _, ngettext
from pages.parts.vacant import acting
from pages.shared import app

READ, LAST = "verification_read", "verification_last"
LONGEST = 500
ALL = "all"


def show(branch: Opened, _found: WhiteSpace) -> None:
    """Show the two halves of a round: send a list, and bring one back."""
    acting.mark(())
    who, branch_id = branch.who, branch.market.branch.branch_id
    if not who.allows("see_organisations", branch_id):
        st.caption(_("Your role sees figures, not names."))
        return
    st.text(_("The list goes to the towns, whoever goes there answers, and what they found is compared with what is known here."))
    if who.allows("export_data", branch_id):
        _send(branch)
    if who.allows("import_data", branch_id):
        _undo(branch)
        _bring_back(branch)


def _send(branch: Opened) -> None:
    st.subheader(_("1. Send the list"))
    left, right = st.columns(2)
    towns = {
        ALL: _("All towns"),
        **formats.distinct({str(town): branch.towns.get(str(town), str(town)) for town in branch.market.towns.index}),
    }
    words = {key: _(title) for key, title in WHICH}
    with left:
        town = session.pick(
            lambda options, **wiring: st.selectbox(_("Town"), options, format_func=towns.__getitem__, **wiring),
            "verify_town",
            list(towns),
            ALL,
        )
    with right:
        which = session.pick(
            lambda options, **wiring: st.selectbox(_("Which organisations"), options, format_func=words.__getitem__, **wiring),
            "verify_which",
            list(words),
            WHICH[0][0],
        )
    chosen = [] if town in (None, ALL) else [str(town)]
    as_of = branch.now.as_of
    count = len(list_of(branch.market, as_of, towns=chosen, which=which or "all"))  # type: ignore[arg-type]
    place = towns[str(town or ALL)]
    told = (
        (_("Branch"), opened.name_of_branch(branch.market)),
        (_("Town"), place),
        (_("Day"), formats.day(as_of)),
        (_("Which organisations"), words[str(which)]),
    )
    make = partial(
        verifying.list_to_send,
        branch.who,
        branch.market,
        towns=chosen,
        which=which,
        as_of=as_of,
        told=told,
        language=session.language(),
        made_at=datetime.now(UTC),
    )
    st.download_button(
        ngettext("List of {count} organisation", "List of {count} organisations", count, **formats.counted(count)),
        data=make,
        file_name=f"{branch.market.branch.branch_id}-{town or ALL}-{as_of}.xlsx",
        icon=":material/download:",
        disabled=not count,
        key="verify_list",
        on_click="ignore",
    )


def _bring_back(branch: Opened) -> None:
    st.subheader(_("2. Bring it back"))
    upload = st.file_uploader(
        _("The list as it came back"), type=["xlsx", "csv"], key="verify_file", max_upload_size=app.settings().limits.file_mb
    )
    if upload is None:
        st.caption(_("Nothing is written before you have seen the differences."))
        return
    key = (upload.file_id, branch.market.fingerprint, branch.now.as_of)
    kept = session.held(READ)
    if not isinstance(kept, tuple) or kept[0] != key:
        with findings.guard(), st.spinner(_("Comparing with what is stored")):
            session.hold(READ, (key, _read(branch, upload.getvalue(), upload.name)))
        kept = session.held(READ)
    if isinstance(kept, tuple) and kept[0] == key:
        _compared(branch, kept[1])


def _read(branch: Opened, data: bytes, name: str) -> Returned:
    store = app.store()
    today: date = datetime.fromtimestamp(store.clock() / 1e6, tz=ZoneInfo(branch.market.branch.time_zone)).date()
    settings, as_of = app.settings(), branch.now.as_of
    return verifying.read_list(
        branch.who, branch.market, data, name, settings=settings, as_of=as_of, today=max(today, as_of), language=session.language()
    )


def _compared(branch: Opened, returned: Returned) -> None:
    words = {key: _(title) for key, title in STATES}
    counts = returned.rows["state"].value_counts()
    st.text(" · ".join(f"{words[key]}: {formats.count(counts[key])}" for key, _title in STATES if key in counts) or _("The list is empty."))
    if returned.rejected:
        findings.show_findings(returned.findings)
    shown, picked = _listed(branch, returned)
    wanted = picked if len(picked) else shown[shown["state"].isin(ACCEPTED)]
    chosen = tuple(wanted.loc[wanted["state"].isin([*ACCEPTED, "clash"]), "org_id"])
    label = ngettext("Accept {count} answer", "Accept {count} answers", len(chosen), **formats.counted(len(chosen)))
    if st.button(label, key="verify_accept", type="primary", icon=":material/done_all:", disabled=not chosen):
        _accept(branch, returned, chosen)
    st.caption(_("All answers are accepted but those about rows changed here in the meantime; choose rows to accept only those."))


def _listed(branch: Opened, returned: Returned) -> tuple[pd.DataFrame, pd.DataFrame]:
    order = {key: place for place, (key, _title) in enumerate(STATES)}
    rows = returned.rows.assign(place=returned.rows["state"].map(order)).sort_values(["place", "org_id"], kind="stable")
    shown = rows.head(LONGEST).reset_index(drop=True)
    known = branch.market.at("organisations", branch.now.as_of).drop_duplicates("org_id", keep="last").set_index("org_id")
    names = formats.names(known).reindex(shown["org_id"]).reset_index(drop=True)
    said = dict(list(returned.differences.groupby("org_id")))
    words, answers = {key: _(title) for key, title in STATES}, {key: _(title) for key, title in ANSWERS}
    table = pd.DataFrame(
        {
            _("Name"): names.where(names.notna(), shown["name"]),
            _("What came back"): shown["state"].map(words),
            _("Differences"): [_difference(said.get(org)) for org in shown["org_id"]],
            _("Answer"): shown["answer"].map(answers).fillna(""),
            _("Remark"): shown["remark"].fillna(""),
        }
    )
    event = st.dataframe(
        table,
        hide_index=True,
        height=min(380, 40 + 36 * max(len(table), 1)),
        key=f"verify_rows_{len(rows)}_{branch.market.fingerprint[:8]}",
        on_select="rerun",
        selection_mode="multi-row",
        placeholder="",
    )
    if len(rows) > LONGEST:
        st.caption(_("The first {count} are listed.").format(count=formats.count(LONGEST)))
    return rows.reset_index(drop=True), shown.iloc[[row for row in event["selection"]["rows"] if row < len(shown)]]


def _difference(part: pd.DataFrame | None) -> str:
    if part is None:
        return ""
    return "; ".join(
        f"{tables.heading(str(row.column))}: {formats.NONE if pd.isna(row.old) else row.old} \N{RIGHTWARDS ARROW} {row.new}"
        for row in part.itertuples()
    )


def _accept(branch: Opened, returned: Returned, chosen: tuple[str, ...]) -> None:
    store = app.store()
    with findings.guard():
        done = verifying.accept(store, branch.who, branch.market, returned, chosen, as_of=branch.now.as_of, now_us=store.clock())
        session.hold(LAST, (branch.market.branch.branch_id, done))
        session.hold(READ, None)
        session.afresh()


def _undo(branch: Opened) -> None:
    last = session.held(LAST)
    if last is None or last[0] != branch.market.branch.branch_id:
        return
    count = last[1].written
    st.success(ngettext("{count} answer was accepted.", "{count} answers were accepted.", count, **formats.counted(count)))
    if st.button(_("Undo"), key="verify_undo", icon=":material/undo:"):
        store = app.store()
        session.hold(LAST, None)
        with findings.guard():
            verifying.take_back(store, branch.who, branch.market, last[1], now_us=store.clock())
            session.afresh()
