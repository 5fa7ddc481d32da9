"""Importing a file step by step: choose, check, see what would change and what is wrong, then write; nothing is written before."""

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

import pandas as pd
import streamlit as st

from gridmap import schema
from gridmap.coordinates import SYSTEMS
from gridmap.files import FORMATS
from gridmap.schema import Table
from gridmap.scope import Scope
from gridmap.services.import_report import CellMatch, ImportReport
from gridmap.services.importing import import_file
from pages.parts import findings, formats, session, tables
from pages.parts.session import _, ngettext, said
from pages.shared import app

CHECKED, MAPPING = "import_checked", "import_mapping"
_MB = 2**20


@dataclass(frozen=True)
class Request:
    """Everything an import depends on; a check counts only for exactly this."""

    name: str
    data: bytes = field(repr=False)
    table: str = "organisations"
    branch_id: str = ""
    as_of: date | None = None
    system: str | None = None
    mapping: tuple[tuple[str, str], ...] = ()

    @property
    def key(self) -> str:
        """Name of this request: the same file with other choices has another."""
        choices = (self.name, self.table, self.branch_id, self.as_of, self.system, self.mapping)
        return f"{hashlib.sha256(self.data).hexdigest()}|{choices}"


def show(who: Scope) -> None:
    """Lead through one import."""
    request = _choose(who)
    if request is None:
        return
    if st.button(_("Check the file"), type="primary", icon=":material/fact_check:", key="import_check"):
        session.hold(CHECKED, (request.key, _run(request, who, dry_run=True)))
    checked = session.held(CHECKED)
    if not isinstance(checked, tuple) or checked[0] != request.key:
        st.caption(_("Checking reads every row and compares it with what is stored. Nothing is written yet."))
        return
    report: ImportReport = checked[1]
    _show_counts(report)
    _edit_mapping(report, schema.table(request.table))
    if report.written:
        st.success(_("The import is written."), icon=":material/check_circle:")
    else:
        _offer_writing(report, request, who)
    _show_details(report)


def _choose(who: Scope) -> Request | None:
    left, right = st.columns([3, 2])
    kinds = sorted({ending.lstrip(".") for each in FORMATS for ending in each.extensions})
    upload = left.file_uploader(
        _("File"),
        type=kinds,
        key="import_file",
        max_upload_size=app.settings().limits.file_mb,
        help=_("Formats: {kinds}.").format(kinds=", ".join(kinds)),
    )
    with right:
        names = {each.name: _(each.title) for each in schema.TABLES}
        table = session.choice(
            lambda options, **wiring: st.selectbox(_("What are the rows?"), options, format_func=names.__getitem__, **wiring),
            "table",
            list(names),
            "organisations",
        )
        branch = st.text_input(
            _("Branch"), value=session.branch_id(), key="import_branch", help=_("Code of the branch. One that does not exist yet is made.")
        ).strip()
    with st.expander(_("More choices: coordinate system, first day"), icon=":material/tune:"):
        one, two = st.columns(2)
        systems = {"": _("Find out from the data"), **{key: key.upper() for key in SYSTEMS}}
        system = one.selectbox(_("Coordinate system of the file"), list(systems), format_func=systems.get, key="import_system")
        as_of = two.date_input(
            _("First day the rows are true"),
            value=None,
            key="import_as_of",
            help=_("Empty: since always. Give the day for a later state of the same rows."),
        )
    if upload is None:
        st.caption(
            _("Choose a file. Every row is checked first; nothing is written until you say so. What a table takes stands on the last tab.")
        )
        return None
    mapping = session.held(MAPPING)
    mapped = mapping[1] if isinstance(mapping, tuple) and mapping[0] == (upload.file_id, table) else ()
    session.hold("import_upload", (upload.file_id, table))
    who.require("import_data")
    return Request(upload.name, upload.getvalue(), table, branch, as_of, system or None, mapped)


def _run(request: Request, who: Scope, *, dry_run: bool, accept_good: bool = False) -> ImportReport:
    with st.status(_("Reading the file"), expanded=False) as status:
        bar = st.progress(0.0)
        report = import_file(
            app.store(),
            who,
            name=request.name,
            data=request.data,
            table=request.table,
            branch_id=request.branch_id or None,
            as_of=request.as_of,
            system=request.system,
            mapping=dict(request.mapping),
            accept_good=accept_good,
            dry_run=dry_run,
            now_us=time.time_ns() // 1000,
            settings=app.settings(),
            progress=_progress(bar),
        )
        bar.progress(1.0)
        status.update(label=_("Checked") if dry_run else _("Written"), state="complete")
    return report


def _progress(bar: "st.delta_generator.DeltaGenerator") -> Callable[..., None]:
    def tell(done: float, text: object = "") -> None:
        bar.progress(min(max(float(done), 0.0), 1.0), text=said(text) if text else None)  # type: ignore[arg-type]

    return tell


def _show_counts(report: ImportReport) -> None:
    figures = (
        (_("Rows read"), report.read),
        (_("Rows taken"), report.accepted),
        (_("Rows refused"), report.rejected),
        (_("New"), report.new),
        (_("Changed"), report.changed),
        (_("Unchanged"), report.unchanged),
        (_("Without a place"), report.unplaced),
    )
    with st.container(key="import_counts"):  # on a phone several beside each other
        for column, (title, value) in zip(st.columns(len(figures)), figures, strict=True):
            column.metric(title, formats.count(value))
    if report.cells is not None:
        _show_cells(report.cells)
    for note in report.notes:
        st.text(said(note))


def _show_cells(cells: CellMatch) -> None:
    figures = (
        (_("Known cells"), cells.matched, _("Distinct cells of the file that the branch has or had.")),
        (_("Unknown cells"), cells.unmatched, _("Distinct cells of the file that the branch never had; see what is wrong.")),
        (_("Not named"), cells.missing, _("Cells of the branch that the file does not name: they keep their owner.")),
    )
    with st.container(key="import_cells"):
        for column, (title, value, meaning) in zip(st.columns(len(figures)), figures, strict=True):
            column.metric(title, formats.count(value), help=meaning)


def _edit_mapping(report: ImportReport, table: Table) -> None:
    headers = list(report.headers)
    with st.expander(
        _("How the columns were understood: {found} of {count}").format(found=len(report.mapping), count=len(headers)),
        icon=":material/view_column:",
    ):
        st.caption(_("Correct a line where another column of your file is meant, then check again. It is remembered for files like this."))
        rows = pd.DataFrame(
            {
                "column": [column.name for column in table.columns],
                "title": [tables.heading(column.name) for column in table.columns],
                "header": [report.mapping.get(column.name, "") for column in table.columns],
                "meaning": [_(column.help) for column in table.columns],
            }
        )
        edited = st.data_editor(
            rows,
            key=f"import_mapping_{table.name}",
            hide_index=True,
            disabled=["column", "title", "meaning"],
            column_config={
                "column": None,
                "title": st.column_config.Column(_("Column")),
                "header": st.column_config.SelectboxColumn(_("In your file"), options=["", *headers]),
                "meaning": st.column_config.Column(_("Meaning")),
            },
        )
        if not edited["header"].fillna("").eq(rows["header"]).all() and st.button(_("Use these columns"), key="import_use_mapping"):
            chosen = tuple((row.column, row.header) for row in edited.itertuples() if row.header)
            session.hold(MAPPING, (session.held("import_upload"), chosen))
            st.rerun()


def _offer_writing(report: ImportReport, request: Request, who: Scope) -> None:
    if report.accepted == 0:
        st.error(_("No row can be imported. Mend the file as described below, then choose it again."))
        return
    if report.new == report.changed == 0:
        st.info(_("Every good row of this file is stored already; importing it changes nothing."))
        return
    count = report.new + report.changed
    if report.rejected:
        st.warning(
            ngettext(
                "{count} row is rejected. Mend it and choose the file again, or take the good rows and bring this one later.",
                "{count} rows are rejected. Mend them and choose the file again, or take the good rows and bring the others later.",
                report.rejected,
                **formats.counted(report.rejected),
            )
        )
        label, accept = _("Import the good rows ({count})").format(count=formats.count(report.accepted)), True
    else:
        text = ngettext("Import: {count} new or changed row", "Import: {count} new or changed rows", count, **formats.counted(count))
        label, accept = text, False
    if st.button(label, type="secondary" if report.rejected else "primary", icon=":material/save:", key="import_write"):
        written = _run(request, who, dry_run=False, accept_good=accept)
        session.hold(CHECKED, (request.key, written))
        if not session.branch_id():
            session.see(branch=request.branch_id)
        st.rerun()


def _show_details(report: ImportReport) -> None:
    wrong, differences = st.tabs([_("What is wrong ({count})").format(count=formats.count(len(report.findings))), _("What changes")])
    with wrong:
        findings.show_findings(report.findings)
        if report.reject_file is not None:
            st.download_button(
                _("Download the rejected rows, each with its reason"),
                report.reject_file.data,
                file_name=report.reject_file.name,
                icon=":material/download:",
                on_click="ignore",
                key="import_rejects",
            )
    with differences:
        if report.differences.empty:
            st.caption(_("No stored row changes."))
        else:
            shown = report.differences.assign(column=report.differences["column"].map(tables.heading))
            for name in ("old", "new"):
                shown[name] = shown[name].astype("string").fillna(formats.NONE)
            headings = {"key": _("Key"), "column": _("Column"), "old": _("Stored"), "new": _("In your file")}
            tables.show(shown, headings, {}, key="import_differences")
