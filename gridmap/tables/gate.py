"""The gate: a file's rows in, accepted rows typed as the schema says, rejected rows with reasons, and every finding."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import shapely

from gridmap.coordinates import title
from gridmap.errors import N_, Finding, Message, say
from gridmap.schema import Table
from gridmap.tables.columns import Frame, check_column, foreign_words, own_words
from gridmap.tables.content import suggest_columns
from gridmap.tables.issues import Issues
from gridmap.tables.keys import check_branch, check_key, check_references, fill_key
from gridmap.tables.mapping import GEOMETRY, ColumnMapping, mappable, propose_mapping
from gridmap.tables.places import check_places
from gridmap.tables.raw import RawTable
from gridmap.tables.values import clean_text

Progress = Callable[[float, Message], None]

# A place without a name is still a place; a person without one is not.
_MAY_BE_UNNAMED = ("organisations", "buildings", "areas", "parks", "roads", "waters")


@dataclass(frozen=True)
class BranchFrame:
    """What the gate has to know of the branch that rows are for; `boundary` is in EPSG:4326, or None if not known."""

    branch_id: str
    boundary: shapely.Geometry | None = None
    time_zone: str = "UTC"


@dataclass(frozen=True)
class Checked:
    """What became of a file: `read` rows are those of `accepted` and those of `rejected`, none is lost.

    Parameters
    ----------
    accepted
        Rows that passed, columns of the schema that the file has (and key and branch), typed; points and
        geometries (WKT) in WGS-84.
    accepted_rows
        Their numbers in the file.
    rejected
        The others in the file's own layout, with reason, rule and suggestion.
    findings
        Everything wrong, errors and warnings.
    counts
        Rule -> how often it was broken.
    refused
        Whether the whole file is refused: a rule about all of it was broken.
    unplaced
        Accepted rows of a placed table that have no point.
    """

    table: str
    accepted: pd.DataFrame
    accepted_rows: np.ndarray
    rejected: pd.DataFrame
    read: int
    findings: tuple[Finding, ...]
    mapping: ColumnMapping
    system: str
    unplaced: int
    refused: bool = False
    counts: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))


def check_table(  # noqa: PLR0913 - everything the rows are checked against
    raw: RawTable,
    table: Table,
    *,
    mapping: ColumnMapping | Mapping[str, str] | None = None,
    branch: BranchFrame | None = None,
    system: str | None = None,
    anchors: pd.DataFrame | None = None,
    known: Mapping[str, Collection[str]] | None = None,
    today: date,
    language: str = "en",
    progress: Progress | None = None,
) -> Checked:
    """Check a whole file and say everything that is wrong with it.

    Parameters
    ----------
    raw
        The file as read.
    table
        What it is for.
    mapping
        A whole mapping, or some columns of it (column -> header, or `#n` by position), the rest being proposed.
    branch
        The branch that the rows are for; None checks neither branch nor boundary.
    system
        Coordinate system of points and geometries; None: what the file says, else WGS-84. It is never guessed:
        a file that anchors show to be in another system is refused, naming it.
    anchors
        Where things are known to be: index their code (that of the table, or `org_id`), columns `lat` and `lon`
        in WGS-84, and `name` if names may serve where codes are strange.
    known
        Table -> codes that rows may refer to; tables left out are not looked up.
    today
        Day local to the branch.
    language
        Language of the reasons in `rejected`.
    progress
        Called with a share from 0 to 1 and what is being done.
    """
    title(system or "wgs84")
    boundary = branch.boundary if branch is not None else None
    plan = mapping if isinstance(mapping, ColumnMapping) else _propose(raw, table, mapping or {}, boundary)
    issues = Issues(table.name, raw.rows)
    tell = _silent if progress is None else progress
    _tell_reading(raw, issues)
    _check_mapping(raw, table, plan, issues)
    texts = _texts(raw, table, plan, issues)
    typed = _check_columns(table, texts, issues, plan, Frame(branch.time_zone if branch else "UTC", today), tell)
    tell(0.8, say(N_("Checking places")))
    places, system = check_places(table, texts, typed, issues, plan=plan, system=system, anchors=anchors, boundary=boundary)
    typed |= places
    tell(0.9, say(N_("Checking keys")))
    if branch is not None and "branch_id" in table.names and table.name != "branches":
        typed = check_branch(typed, branch.branch_id, issues, plan.columns)
    _check_required(table, texts, typed, issues, plan)
    check_key(table, typed, texts, issues, plan.columns)
    check_references(table, typed, known or {}, issues, plan.columns)
    checked = _sum_up(raw, table, plan, typed, issues, system=system, language=language)
    tell(1.0, say(N_("Checked {count} rows"), count=checked.read))
    return checked


def _silent(_done: float, _what: Message) -> None:
    return


def _texts(raw: RawTable, table: Table, plan: ColumnMapping, issues: Issues) -> dict[str, pa.Array]:
    texts = {
        name: clean_text(raw.frame[header], own_words(table.column(name)) if name in table.names else ())
        for name, header in plan.columns.items()
        if header in raw.frame.columns
    }
    if len(raw.rows) and texts:
        texts = fill_key(table, texts, raw, issues)
    return _keep_trades(table, _fill_names(table, texts, plan, issues), plan)


def _keep_trades(table: Table, texts: dict[str, pa.Array], plan: ColumnMapping) -> dict[str, pa.Array]:
    """Keep the words of a foreign trade in `source`, where the file gives none: the trade itself becomes one of ours."""
    if table.name != "organisations" or "trade" not in texts or "source" in texts:
        return texts
    foreign = foreign_words(table.column("trade"), texts["trade"])
    if not pc.any(pc.is_valid(foreign)).as_py():
        return texts
    told = pc.binary_join_element_wise(_text(f"{plan.columns['trade']}: "), foreign, _text(""))
    return {**texts, "source": pc.utf8_slice_codeunits(told, 0, table.column("source").longest)}


def _check_columns(
    table: Table, texts: Mapping[str, pa.Array], issues: Issues, plan: ColumnMapping, frame: Frame, tell: Progress
) -> dict[str, pd.Series]:
    plain = [column for column in table.columns if column.name in texts and column.kind not in ("lat", "lon", "geometry")]
    typed: dict[str, pd.Series] = {}
    for at, column in enumerate(plain):
        header = plan.columns.get(column.name, column.name)
        tell(0.8 * at / len(plain), say(N_("Checking {column}"), column=header))
        typed[column.name] = check_column(column, texts[column.name], issues, header, frame)
    return typed


def _propose(raw: RawTable, table: Table, given: Mapping[str, str], boundary: shapely.Geometry | None) -> ColumnMapping:
    return propose_mapping(raw.columns, table, given=given, content=suggest_columns(raw, table, boundary))


def _tell_reading(raw: RawTable, issues: Issues) -> None:
    for note in raw.notes:
        issues.add_whole("notice", value=note)
    places = {int(row): at for at, row in enumerate(raw.rows)} if raw.flaws else {}
    width = len(raw.columns)
    for rule in dict.fromkeys(flaw.rule for flaw in raw.flaws):
        for column in dict.fromkeys(flaw.column for flaw in raw.flaws if flaw.rule == rule):
            found = [flaw for flaw in raw.flaws if (flaw.rule, flaw.column) == (rule, column) and flaw.row in places]
            positions = np.array([places[flaw.row] for flaw in found], dtype=np.intp)
            issues.add(rule, column, positions, [flaw.value for flaw in found], width=width)


def _check_mapping(raw: RawTable, table: Table, plan: ColumnMapping, issues: Issues) -> None:
    headers = ", ".join(raw.columns)
    if not len(raw.rows):
        issues.add_whole("no_rows")
    for column, header in plan.columns.items():
        if column not in mappable(table):
            issues.add_whole("unknown_column", value=column, columns=", ".join(mappable(table)))
        elif header not in raw.frame.columns:
            issues.add_whole("unknown_header", column, header, headers=headers)
    made = table.key[0] if len(table.key) == 1 else ""
    for each in table.columns:
        needed = each.required and each.name not in (made, "branch_id")
        if each.name == "name" and table.name in _MAY_BE_UNNAMED:
            needed = False
        if each.kind in ("lat", "lon") and GEOMETRY in plan.columns:
            needed = False
        if needed and each.name not in plan.columns:
            issues.add_whole("missing_column", each.name, headers=headers)


def _fill_names(table: Table, texts: dict[str, pa.Array], plan: ColumnMapping, issues: Issues) -> dict[str, pa.Array]:
    """Name things after their code where a foreign register has no names, or none for some; our own layout must give them."""
    if table.name not in _MAY_BE_UNNAMED or table.key[0] not in texts or plan.how.get("name") == "name" or not len(issues.rows):
        return texts
    names = texts.get("name", pa.nulls(len(issues.rows), pa.large_string()))
    if not names.null_count:
        return texts
    issues.add_whole("unnamed", plan.columns.get("name", "name"), count=names.null_count)
    codes = pc.binary_join_element_wise(_text("#"), texts[table.key[0]], _text(""))
    return {**texts, "name": pc.coalesce(names, codes)}


def _text(text: str) -> pa.Scalar:
    return pa.scalar(text, pa.large_string())


def _check_required(
    table: Table, texts: Mapping[str, pa.Array], typed: Mapping[str, pd.Series], issues: Issues, plan: ColumnMapping
) -> None:
    for column in table.columns:
        header = plan.columns.get(column.name, column.name)
        if column.required and column.kind in ("lat", "lon"):
            source = texts.get(column.name, texts.get(GEOMETRY))
        else:
            source = texts.get(column.name)
        if column.required and source is not None and column.name in typed:
            issues.add("required", header, np.asarray(pc.is_null(source)))


def _sum_up(
    raw: RawTable, table: Table, plan: ColumnMapping, typed: Mapping[str, pd.Series], issues: Issues, *, system: str, language: str
) -> Checked:
    rejected = issues.rejected()
    order = [name for name in table.names if name in typed]
    accepted = pd.DataFrame({name: typed[name] for name in order}) if order else pd.DataFrame(index=range(len(raw.rows)))
    if rejected.any():
        accepted = accepted[~rejected].reset_index(drop=True)
    unplaced = 0
    if table.placed:
        unplaced = int(accepted["lat"].isna().sum()) if "lat" in accepted else len(accepted)
    return Checked(
        table=table.name,
        accepted=accepted,
        accepted_rows=raw.rows[~rejected],
        rejected=issues.reject_table(raw.frame, rejected, language),
        read=len(raw.rows),
        findings=issues.findings(),
        mapping=plan,
        system=system,
        unplaced=unplaced,
        refused=issues.refused,
        counts=MappingProxyType(issues.counts()),
    )
