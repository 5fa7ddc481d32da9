"""A file into the store: read, checked, compared, written; or refused with everything that is wrong with it."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime
from hashlib import sha256
from pathlib import PurePath
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import shapely

from gridmap import files, schema
from gridmap import store as stores
from gridmap.errors import N_, Message, TableError, say
from gridmap.market import Branch
from gridmap.schema import Table
from gridmap.scope import Scope
from gridmap.services import extent
from gridmap.services.cell_match import match_cells, with_cells
from gridmap.services.import_report import ImportReport, RejectFile
from gridmap.services.known import anchors_of, known_ids
from gridmap.services.outline import ensure_outline
from gridmap.settings import Settings
from gridmap.store import Store
from gridmap.tables import BranchFrame, Checked, ColumnMapping, RawTable, check_table, header_fingerprint, propose_mapping
from gridmap.tables.content import suggest_columns

__all__ = ["ImportReport", "Progress", "RejectFile", "import_file"]

Progress = Callable[[float, Message], None]


def import_file(  # noqa: PLR0913 - what an import is told, each by name
    store: Store,
    scope: Scope,
    *,
    name: str,
    data: bytes,
    table: str,
    branch_id: str | None,
    now_us: int,
    settings: Settings,
    as_of: date | None = None,
    system: str | None = None,
    mapping: Mapping[str, str] | None = None,
    accept_good: bool = False,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> ImportReport:
    """Check a file and write its rows: all or nothing, or the good rows where that is asked for.

    Parameters
    ----------
    name, data
        What the file is called, and its bytes.
    table
        What its rows are.
    branch_id
        Branch the rows belong to; made, with the rows' extent as its outline, where it does not exist. None: the one the rows
        name, or the only one there is.
    now_us, settings
        The instant of recording (microseconds UTC), and the limits.
    as_of
        First day the rows are true; None where they always were.
    system
        Coordinate system of the points; None to find out.
    mapping
        Column -> header, or `#n` for the n-th column; what is left out is proposed.
    accept_good
        Whether good rows are taken though others are refused.
    dry_run
        Whether to check and compare only.
    progress
        Called with a share from 0 to 1 and what is being done.

    Raises
    ------
    FileError
        When the file cannot be read.
    TableError
        When no branch is named.
    ScopeError
        When the scope may not import into the branch.
    """
    scope.require("import_data", branch_id)
    tell = progress or _silent
    kind = schema.table(table)
    raw = files.read_file(data, name, limits=settings.limits, table=table, progress=_part(tell, 0.0, 0.35))
    fingerprint = header_fingerprint(raw.columns)
    proposed = _proposed(raw, kind, mapping, stores.remembered_mapping(store, scope, table, fingerprint))
    if not proposed.columns and len(raw.rows):
        raise TableError(
            say(N_("None of the file's columns is one of the table's: {headers}."), headers=", ".join(raw.columns[:20])),
            where=name,
            remedy=say(N_("Write the names of the columns into the first row, or name a column: --map COLUMN=HEADER.")),
        )
    branch_id = branch_id or _branch_named(store, scope, raw, proposed.columns, kind)
    scope.require("import_data", branch_id)
    tell(0.35, say(N_("Checking {count} rows"), count=len(raw.rows)))
    branch = _branch(store, scope, branch_id)
    checked = _checked(
        store,
        scope,
        raw,
        kind,
        proposed,
        branch=branch,
        branch_id=branch_id,
        system=system,
        today=_today(now_us, branch),
        language=settings.language,
        tell=_part(tell, 0.35, 0.75),
    )
    tell(0.75, say(N_("Comparing with what is stored")))
    report = _report(checked, raw, name=name, table=kind, branch_id=branch_id)
    if branch is not None and table == "ownership" and "cell" in checked.accepted:
        report = with_cells(report, match_cells(store, scope, branch_id, checked), checked)
    refused = checked.refused or checked.accepted.empty or (report.rejected > 0 and not accept_good)
    if refused or dry_run:
        return _compared(report, store, scope, checked, as_of=as_of, refused=refused)
    made = ensure_outline(store, scope, branch, branch_id, extent.extent_of(checked.accepted, kind), kind, now_us=now_us)
    result = stores.write_rows(
        store,
        scope,
        branch_id,
        table,
        _own(checked.accepted, table),
        as_of=as_of,
        now_us=now_us,
        file_name=name,
        file_sha256=sha256(data).hexdigest(),
        mapping=report.mapping,
        source=fingerprint,
        system=report.system,
        findings=dict(checked.counts),
    )
    tell(1.0, report.summary())
    return replace(
        report,
        new=result.new,
        changed=result.changed,
        unchanged=result.unchanged,
        written=True,
        branch_made=made,
        import_id=result.import_id,
    )


def _silent(_share: float, _doing: Message) -> None:
    """Tell nobody."""


def _part(tell: Progress, begin: float, end: float) -> Progress:
    return lambda share, doing: tell(begin + share * (end - begin), doing)


def _proposed(raw: RawTable, table: Table, given: Mapping[str, str] | None, remembered: Mapping[str, str] | None) -> ColumnMapping:
    content = suggest_columns(raw, table)
    found = propose_mapping(raw.columns, table, given=given, content=content)
    # Only what somebody once corrected is remembered: the rest is found again, and by its own right.
    corrected = {column: header for column, header in (remembered or {}).items() if found.columns.get(column) != header}
    return propose_mapping(raw.columns, table, remembered=corrected, given=given, content=content) if corrected else found


def _branch(store: Store, scope: Scope, branch_id: str) -> Branch | None:
    known = stores.branches(store, scope).set_index("branch_id")
    if branch_id not in known.index:
        return None
    row = known.loc[branch_id].dropna().to_dict()
    drawn: Any = shapely.from_wkt(row["boundary"]) if "boundary" in row else None
    return Branch(branch_id, str(row["name"]), time_zone=str(row.get("time_zone", Branch.time_zone)), boundary=drawn)


def _branch_named(store: Store, scope: Scope, raw: RawTable, mapped: Mapping[str, str], table: Table) -> str:
    """Find the branch that nobody named: the one the rows name, else the only one of theirs that is known, else the only one there is."""
    header, known = mapped.get("branch_id"), list(stores.branches(store, scope)["branch_id"])
    if header in raw.frame.columns:
        named = raw.frame[header].astype("str").str.strip().replace("", None).dropna().unique()
        if len(named) == 1 or (len(named) and table.name == "branches"):
            return str(named[0])
        # One row that was cut wrongly must not hide what all others say; the gate then finds that row.
        ours = [str(each) for each in named if each in known]
        if len(ours) == 1:
            return ours[0]
    if len(known) == 1:
        return str(known[0])
    raise TableError(
        say(N_("The rows do not say which branch they belong to.")),
        expected=say(N_("One of: {known}."), known=", ".join(known)) if known else "",
        remedy=say(N_("Name it: --branch ID.")),
    )


def _today(now_us: int, branch: Branch | None) -> date:
    zone = ZoneInfo(branch.time_zone if branch else Branch.time_zone)
    return datetime.fromtimestamp(now_us / 1_000_000, tz=zone).date()


def _checked(  # noqa: PLR0913 - what the gate is told, each by name
    store: Store,
    scope: Scope,
    raw: RawTable,
    table: Table,
    proposed: ColumnMapping,
    *,
    branch: Branch | None,
    branch_id: str,
    system: str | None,
    today: date,
    language: str,
    tell: Progress,
) -> Checked:
    known = known_ids(store, scope, branch_id, table, proposed.columns) if branch else {}
    anchors = anchors_of(store, scope, branch_id, table, proposed.columns) if branch else None
    frame = BranchFrame(branch_id, extent.tolerated(branch.boundary) if branch else None, (branch or Branch("", "")).time_zone)
    return check_table(
        raw,
        table,
        mapping=proposed,
        branch=frame,
        system=system,
        anchors=anchors,
        known=known,
        today=today,
        language=language,
        progress=tell,
    )


def _report(checked: Checked, raw: RawTable, *, name: str, table: Table, branch_id: str) -> ImportReport:
    return ImportReport(
        file=name,
        table=table.name,
        branch_id=branch_id,
        read=checked.read,
        accepted=len(checked.accepted),
        rejected=len(checked.rejected),
        unplaced=checked.unplaced,
        new=0,
        changed=0,
        unchanged=0,
        findings=checked.findings,
        reject_file=_reject_file(checked.rejected, raw, name),
        mapping=checked.mapping.columns,
        system=checked.system,
        written=False,
        refused=False,
        headers=raw.columns,
    )


def _reject_file(rejected: pd.DataFrame, raw: RawTable, name: str) -> RejectFile | None:
    if rejected.empty:
        return None
    # Tables come back as what they were; shapes as CSV with WKT, which any sheet shows and every import takes.
    key = raw.source_format if raw.source_format in {"csv", "xlsx"} else "csv"
    data = files.write_table(rejected, key)
    return RejectFile(data, f"{PurePath(name).stem}.rejected.{key}")


def _compared(report: ImportReport, store: Store, scope: Scope, checked: Checked, *, as_of: date | None, refused: bool) -> ImportReport:
    if checked.accepted.empty:
        return replace(report, refused=refused)
    found = stores.compare_rows(store, scope, report.branch_id, report.table, _own(checked.accepted, report.table), as_of=as_of)
    values = found.differences
    keys = [name for name in schema.table(report.table).key if name in values]
    named = values[keys].fillna("").agg(" ".join, axis=1) if len(values) else pd.Series(dtype="str")
    differences = values.assign(key=named)[["key", "column", "old", "new"]]
    return replace(report, new=found.new, changed=found.changed, unchanged=found.unchanged, refused=refused, differences=differences)


def _own(accepted: pd.DataFrame, table: str) -> pd.DataFrame:
    # The gate has seen that all rows are of the one branch; the store fills it in faster than it reads a million of the same.
    return accepted if table == "branches" else accepted.drop(columns="branch_id", errors="ignore")
