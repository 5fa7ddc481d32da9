"""The ledger in the shape of imported tables: the table `ownership`, and the holder and sponsor of organisations."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import sqlalchemy as sa

from gridmap.store.bulk import read_rows
from gridmap.store.ledger import LEDGER_TYPES, ledger_query, open_spans, recorded_at
from gridmap.store.positions import day_start_us, zone_of
from gridmap.store.tables import BEGINNING_US, CHANGES, FOREVER_US, LEDGER, LEDGER_COLUMNS
from gridmap.store.timeline import Span, next_change, overlay

DAY_US = 86_400_000_000
Step = tuple[str, int, str | None, str | None, str]  # subject, row in the frame, owner before, owner after, state


def ownership_frame(connection: sa.Connection, branch_id: str, *, valid_us: int | None, known_us: int | None) -> pd.DataFrame:
    """Read the table `ownership` from the ledger: one row per cell and day on which its owner changed, `reason` from the change."""
    query = ledger_query(branch_id).where(LEDGER.c.layer == "cell", recorded_at(known_us))
    if valid_us is not None:
        query = query.where(LEDGER.c.valid_from <= valid_us, LEDGER.c.valid_to > valid_us)
    rows = read_rows(connection, query, LEDGER_TYPES).to_pandas().sort_values(["subject", "valid_from"], ignore_index=True)
    reasons = _reasons(connection, branch_id)
    frame = pd.DataFrame(
        {
            "cell": rows["subject"].astype("str"),
            "branch_id": pd.Series(branch_id, index=rows.index, dtype="str"),
            "owner": rows["owner"].astype("str"),
            "valid_from": local_days(rows["valid_from"], zone_of(connection, branch_id)),
            "reason": rows["change_id"].map(reasons).replace("", np.nan).astype("str"),
            "valid_from_us": rows["valid_from"].astype("int64"),
            "valid_to_us": rows["valid_to"].astype("int64"),
        }
    )
    return frame.drop_duplicates(["cell", "valid_from"], keep="last", ignore_index=True)


def _reasons(connection: sa.Connection, branch_id: str) -> dict[int, str]:
    query = sa.select(CHANGES.c.change_id, CHANGES.c.why).where(CHANGES.c.branch_id == branch_id)
    return {row.change_id: row.why for row in connection.execute(query)}


def local_days(instants_us: pd.Series, zone: ZoneInfo) -> pd.Series:
    """Return the local days of instants as naive `datetime64[us]`."""
    instants = pd.to_datetime(instants_us.astype("int64"), unit="us", utc=True)
    return instants.dt.tz_convert(zone).dt.tz_localize(None).dt.normalize().astype("datetime64[us]")


def ledger_columns(
    connection: sa.Connection, branch_id: str, frame: pd.DataFrame, *, valid_us: int | None, known_us: int | None
) -> pd.DataFrame:
    """Add `holder_id` and `sponsor_id` at an instant, or as last known where None, to organisations."""
    instant = FOREVER_US - 1 if valid_us is None else valid_us
    query = ledger_query(branch_id).where(recorded_at(known_us), LEDGER.c.valid_from <= instant, LEDGER.c.valid_to > instant)
    rows = read_rows(connection, query.where(LEDGER.c.layer != "cell"), LEDGER_TYPES).to_pandas()
    added = {}
    for name, layer in LEDGER_COLUMNS.items():
        held = rows[rows["layer"] == layer].set_index("subject")["owner"].astype("str")
        added[name] = frame["org_id"].map(held).astype("str")
    return frame.assign(**added)


Moves = dict[tuple[str, str], list[Span]]


def ownership_steps(connection: sa.Connection, branch_id: str, rows: pd.DataFrame) -> tuple[dict[str, Moves], list[Step]]:
    """Work out which rows of an imported `ownership` table are moves.

    A row says who has a cell from its day on, until the next row or the next change already in the ledger.

    Returns
    -------
    The moves per reason and cell, which do not overlap; and one step per row: cell, position of the row, owner before, owner
    after, `new` / `changed` / `unchanged`.
    """
    zone = zone_of(connection, branch_id)
    days = {day: day_start_us(day.date(), zone) for day in rows["valid_from"].unique()}
    known = open_spans(connection, branch_id, "cell", rows["cell"])
    moves: dict[str, list[tuple[str, Span]]] = {}
    steps: list[Step] = []
    lying: dict[str, tuple[Span, ...]] = {}
    reasons = rows["reason"].astype("str").fillna("").tolist() if "reason" in rows else [""] * len(rows)
    order = np.lexsort((rows["valid_from"].to_numpy(), rows["cell"].to_numpy(object)))
    owners = _owners(rows["owner"])
    cells, starts = rows["cell"].tolist(), rows["valid_from"].tolist()
    for at in order.tolist():
        cell, owner, begin = cells[at], owners[at], days[starts[at]]
        spans = lying.get(cell, tuple(known.get(cell, ())))
        before = _in_force(spans, begin)
        if any(begin <= span.valid_from < begin + DAY_US and span.owner == owner for span in spans) or (before and before.owner == owner):
            steps.append((cell, at, owner, owner, "unchanged"))
            continue
        move = Span(begin, next_change(spans, begin), owner)
        moves.setdefault(cell, []).append((reasons[at], move))
        lying[cell] = overlay(spans, [move])
        steps.append((cell, at, before.owner if before else None, owner, "changed" if cell in known else "new"))
    return _by_reason(moves), steps


def _by_reason(moves: dict[str, list[tuple[str, Span]]]) -> dict[str, Moves]:
    """Sort moves by their reason, each cut where the cell's next one begins, so that their order no longer matters."""
    result: dict[str, Moves] = {}
    for cell, laid in moves.items():
        ends = [*(span.valid_from for _, span in laid[1:]), FOREVER_US]
        for (reason, span), end in zip(laid, ends, strict=True):
            cut = Span(span.valid_from, min(span.valid_to, end), span.owner)
            result.setdefault(reason, {}).setdefault(("cell", cell), []).append(cut)
    return result


def holding_steps(
    connection: sa.Connection, branch_id: str, layer: str, named: pd.Series, *, at_us: int, dated: bool
) -> tuple[Moves, list[Step]]:
    """Work out which holders or sponsors in an imported column are moves.

    Parameters
    ----------
    named
        Index `org_id`, values a manager or missing (nobody by name).
    at_us, dated
        From when it holds; not dated: a first holder holds from the beginning.

    Returns
    -------
    The moves, and steps as `ownership_steps` has them; organisations nobody ever held by name make no step.
    """
    known = open_spans(connection, branch_id, layer, named.index)
    relevant = named.notna().to_numpy() | named.index.isin(list(known))
    moves: Moves = {}
    steps: list[Step] = []
    owners = _owners(named)
    for at in np.flatnonzero(relevant).tolist():
        subject, owner = str(named.index[at]), owners[at]
        spans = tuple(known.get(subject, ()))
        before = _in_force(spans, at_us)
        if (before.owner if before else None) == owner:
            continue
        begin = at_us if spans or dated else BEGINNING_US
        moves[layer, subject] = [Span(begin, next_change(spans, begin), owner)]
        steps.append((subject, at, before.owner if before else None, owner, "changed" if spans else "new"))
    return moves, steps


def _owners(series: pd.Series) -> list[str | None]:
    return [None if pd.isna(owner) or owner == "" else str(owner) for owner in series]


def _in_force(spans: tuple[Span, ...], instant: int) -> Span | None:
    return next(_covering(spans, instant), None)


def _covering(spans: tuple[Span, ...], instant: int) -> Iterator[Span]:
    return (span for span in spans if span.valid_from <= instant < span.valid_to)
