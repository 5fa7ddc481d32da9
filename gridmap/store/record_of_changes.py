"""What was changed, by whom, when and why, read back from the ledger itself: no list beside it could disagree with it."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
import pyarrow as pa
import sqlalchemy as sa

from gridmap.scope import Scope
from gridmap.store.bulk import read_rows
from gridmap.store.differences import SPAN_COLUMNS, differences, instants_of_change
from gridmap.store.engine import Store, reading
from gridmap.store.ledger import LEDGER_TYPES, ledger_query, recorded_at
from gridmap.store.records import PLANS
from gridmap.store.tables import CHANGES, IMPORTS, LAYERS, LEDGER

_TYPES = (pa.int64(), pa.large_string(), pa.large_string(), pa.large_string(), pa.int64(), pa.int64())
_NUMBERS = ("import_id", "plan_id", "taken_back_by", "takes_back")


@dataclass(frozen=True)
class Wanted:
    """Which changes are asked for; what is left empty leaves none out.

    `who` is the name of the person, `kind` that of the change; recorded from `from_us` up to, and without, `to_us`; `subject` is a cell or
    organisation it touched; `manager` somebody who got or gave something by it; `change_id` one change alone.
    """

    who: str = ""
    kind: str = ""
    from_us: int | None = None
    to_us: int | None = None
    subject: str = ""
    manager: str = ""
    change_id: int | None = None


def list_changes(
    store: Store, scope: Scope, branch_id: str, *, wanted: Wanted | None = None, limit: int | None = None, offset: int = 0
) -> pd.DataFrame:
    """List the changes of a branch, the last one first.

    Parameters
    ----------
    wanted
        Which; all where None.
    limit, offset
        How many, and how many of the newest to pass over.

    Returns
    -------
    `change_id`, `kind`, `person_id`, `who`, `why`, `recorded_us`; `import_id` and `file_name` of the import it came with; `plan_id` and
    `plan_title` of the plan that it published or took back; `taken_back_by` and `takes_back`, changes; how many `cells`, `holders` and
    `sponsors` changed hands, from `first_us` until `last_us` (valid time; missing where nothing did). Cost grows with the rows of the
    changes listed, so ask for pages.
    """
    scope.require("see_history", branch_id)
    published, undone = PLANS.alias("published"), PLANS.alias("undone")
    joined = CHANGES.outerjoin(IMPORTS, IMPORTS.c.import_id == CHANGES.c.import_id)
    joined = joined.outerjoin(published, published.c.change_id == CHANGES.c.change_id)
    joined = joined.outerjoin(undone, undone.c.undone_change_id == CHANGES.c.change_id)
    names = ("change_id", "kind", "person_id", "who", "why", "recorded_us", "import_id")
    query = sa.select(
        *(CHANGES.c[name] for name in names),
        IMPORTS.c.file_name,
        sa.func.coalesce(published.c.plan_id, undone.c.plan_id).label("plan_id"),
        sa.func.coalesce(published.c.title, undone.c.title).label("plan_title"),
        published.c.undone_change_id.label("taken_back_by"),
        undone.c.change_id.label("takes_back"),
    ).select_from(joined)
    query = query.where(*_conditions(branch_id, wanted or Wanted())).order_by(CHANGES.c.change_id.desc()).limit(limit).offset(offset)
    columns = [column.name for column in query.selected_columns]
    with reading(store) as connection:
        found = pd.DataFrame(connection.execute(query).all(), columns=columns)
        moved = _moves(connection, found["change_id"].tolist())
    texts = found[["file_name", "plan_title"]].astype("str").fillna("")
    return found.astype(dict.fromkeys(_NUMBERS, "Int64")).assign(**texts).join(_counts(moved), on="change_id").pipe(_whole)


def count_changes(store: Store, scope: Scope, branch_id: str, *, wanted: Wanted | None = None) -> int:
    """Return how many changes there are of those asked for; all of the branch where None."""
    scope.require("see_history", branch_id)
    query = sa.select(sa.func.count()).select_from(CHANGES).where(*_conditions(branch_id, wanted or Wanted()))
    with reading(store) as connection:
        return int(connection.execute(query).scalar_one())


def change_choices(store: Store, scope: Scope, branch_id: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the names of everybody who changed anything in a branch, and the kinds of change there are, each in order."""
    scope.require("see_history", branch_id)
    with reading(store) as connection:
        found = [
            sorted(connection.execute(sa.select(column).distinct().where(CHANGES.c.branch_id == branch_id)).scalars())
            for column in (CHANGES.c.who, CHANGES.c.kind)
        ]
    return tuple(found[0]), tuple(found[1])


def change_moves(store: Store, scope: Scope, branch_id: str, change_ids: Sequence[int]) -> pd.DataFrame:
    """Return what changes did: each subject, from whom to whom, over which time; as `gridmap.store.differences.differences` gives it.

    Changes of other branches are left out.
    """
    scope.require("see_history", branch_id)
    known = sa.select(CHANGES.c.change_id).where(CHANGES.c.branch_id == branch_id, CHANGES.c.change_id.in_(sorted(set(change_ids))))
    with reading(store) as connection:
        return _moves(connection, connection.execute(known).scalars().all())


def ownership_instants(store: Store, scope: Scope, branch_id: str, *, known_us: int | None = None) -> tuple[int, ...]:
    """Return the instants (valid time, microseconds UTC) at which any cell changes its owner, as known at one; None for now."""
    scope.require("see_history", branch_id)
    query = ledger_query(branch_id).where(LEDGER.c.layer == "cell", recorded_at(known_us))
    with reading(store) as connection:
        rows = read_rows(connection, query, LEDGER_TYPES).to_pandas()
    return tuple(instants_of_change(rows).tolist())


def _conditions(branch_id: str, wanted: Wanted) -> "list[sa.ColumnElement[bool]]":
    line, row = CHANGES.c, LEDGER.c
    found = [line.branch_id == branch_id]
    if wanted.who:
        found.append(line.who == wanted.who)
    if wanted.kind:
        found.append(line.kind == wanted.kind)
    if wanted.from_us is not None:
        found.append(line.recorded_us >= wanted.from_us)
    if wanted.to_us is not None:
        found.append(line.recorded_us < wanted.to_us)
    if wanted.change_id is not None:
        found.append(line.change_id == wanted.change_id)
    if wanted.subject:  # the layers are named so that the index of the ledger serves
        touched = sa.select(row.change_id).where(row.branch_id == branch_id, row.layer.in_(LAYERS), row.subject == wanted.subject)
        found.append(line.change_id.in_(touched))
    if wanted.manager:
        of_theirs = (row.branch_id == branch_id, row.owner == wanted.manager)
        made, closed = sa.select(row.change_id).where(*of_theirs), sa.select(row.recorded_to).where(*of_theirs)
        found.append(sa.or_(line.change_id.in_(made), line.recorded_us.in_(closed)))
    return found


def _moves(connection: sa.Connection, change_ids: Sequence[int]) -> pd.DataFrame:
    """Read what changes inserted and superseded: no two changes of a branch share an instant, so it tells whose rows were closed."""
    made, gone = LEDGER.alias("made"), LEDGER.alias("gone")
    inserted = sa.select(*(made.c[name] for name in SPAN_COLUMNS)).where(made.c.change_id.in_(change_ids))
    columns = ("change_id", "branch_id", "layer", "subject", "recorded_from")
    touched = sa.select(*(made.c[name] for name in columns)).where(made.c.change_id.in_(change_ids)).distinct().subquery()
    same = [gone.c[name] == touched.c[name] for name in ("branch_id", "layer", "subject")]
    superseded = sa.select(touched.c.change_id, *(gone.c[name] for name in SPAN_COLUMNS[1:])).select_from(
        touched.join(gone, sa.and_(*same, gone.c.recorded_to == touched.c.recorded_from))
    )
    before, after = (read_rows(connection, query, _TYPES).to_pandas() for query in (superseded, inserted))
    return differences(before, after)


def _counts(moved: pd.DataFrame) -> pd.DataFrame:
    """Count the subjects of each change by layer, and find the first and last instant they moved for."""
    subjects = moved.drop_duplicates(["change_id", "layer", "subject"])
    counts = pd.crosstab(subjects["change_id"], subjects["layer"]).reindex(columns=list(LAYERS), fill_value=0)
    spans = moved.groupby("change_id").agg(first_us=("valid_from", "min"), last_us=("valid_to", "max"))
    spans = spans.astype("Int64")  # no float holds the end of time
    return counts.rename(columns={layer: f"{layer}s" for layer in LAYERS}).join(spans)


def _whole(frame: pd.DataFrame) -> pd.DataFrame:
    counted = {f"{layer}s": frame[f"{layer}s"].fillna(0).astype("int64") for layer in LAYERS}
    return frame.assign(**counted).astype({"change_id": "int64", "recorded_us": "int64"})
