"""What a counted capture does: visits, organisations, tasks and surveys, in the transaction that stores the capture."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import pandas as pd
import sqlalchemy as sa

from gridmap import schema
from gridmap.scope import Scope
from gridmap.store.aliases import aliases_known
from gridmap.store.capture_forms import Capture, Filing, ProspectSaid, SurveySaid, VisitSaid
from gridmap.store.positions import Position, local_day, zone_of
from gridmap.store.superseding import append_rows
from gridmap.store.tables import FACTS, only_current
from gridmap.store.writing import write_rows_within

SOURCE = "phone"  # what organisations, tasks and surveys that came from the field are recorded with
CHECK_DAYS = 7  # a door that was closed or has moved is to be checked within this many days
_GONE = ("moved", "closed")


@dataclass(frozen=True)
class Counted:
    """A capture that counts, whose it is, and whether it was recorded in a sweep."""

    capture: Capture
    manager_id: str
    swept: bool


def apply_captures(connection: sa.Connection, scope: Scope, start: Position, counted: Sequence[Counted]) -> Position:
    """Write what captures do; return the position reached, which the caller advances the branch to.

    A visit alone makes no import, so that the snapshot of the branch is added to and not built anew; organisations, tasks and surveys
    are written as an import is. Each step has an instant of its own, for one may go on from what the one before wrote.
    """
    reached = start
    for table_name, as_of, rows in _writings(connection, start.branch_id, [each for each in counted if _does_more(each)]):
        reached = replace(reached, recorded_us=reached.recorded_us + 1)
        _, reached = write_rows_within(connection, scope, reached, table_name, rows, as_of=as_of, source=SOURCE)
    visits = _visits(counted)
    known = _visits_known(connection, start.branch_id, [str(row["visit_id"]) for row in visits])
    fresh = [row for row in visits if row["visit_id"] not in known]
    if fresh:
        frame = pd.DataFrame(fresh).assign(branch_id=start.branch_id)
        append_rows(
            connection, reached, schema.table("visits"), frame.assign(visited_at=pd.to_datetime(frame["visited_at"], unit="us", utc=True))
        )
        reached = replace(reached, visit_no=reached.visit_no + len(fresh))
    return reached


def _visits(counted: Iterable[Counted]) -> list[dict[str, object]]:
    rows = []
    for each in counted:
        said = each.capture.said
        if isinstance(said, SurveySaid) or said.outcome is None:
            continue
        rows.append(
            {
                "visit_id": each.capture.capture_id,
                "org_id": each.capture.org_id,
                "manager_id": each.manager_id,
                "visited_at": each.capture.captured_us,
                "kind": "sweep" if each.swept else "visit",
                "outcome": said.outcome,
                "note": said.note,
                "next_due": said.next_due if isinstance(said, VisitSaid) else None,
            }
        )
    return rows


def _visits_known(connection: sa.Connection, branch_id: str, visit_ids: Sequence[str]) -> frozenset[str]:
    table = FACTS["visits"]
    query = sa.select(table.c.visit_id).where(table.c.branch_id == branch_id, table.c.visit_id.in_(visit_ids), only_current(table))
    return frozenset(connection.execute(query).scalars()) if visit_ids else frozenset()


def _does_more(each: Counted) -> bool:
    """Say whether a capture does more than add a visit."""
    said = each.capture.said
    return not isinstance(said, VisitSaid) or said.outcome in _GONE or (said.outcome == "filed" and said.filing is not None)


def _writings(connection: sa.Connection, branch_id: str, counted: Sequence[Counted]) -> list[tuple[str, date | None, pd.DataFrame]]:
    """Return what is to be written as an import is, in order: table, as of which day, rows with unique keys."""
    if not counted:
        return []
    zone, aliases = zone_of(connection, branch_id), aliases_known(connection, branch_id)
    made: list[tuple[str, date | None, pd.DataFrame]] = []
    prospects: dict[date, list[dict[str, object]]] = {}
    tasks: dict[date, list[dict[str, object]]] = {}
    filed: dict[tuple[str, ...], dict[str, dict[str, object]]] = {}
    surveys = []
    for each in sorted(counted, key=lambda one: one.capture.captured_us):
        capture, said = each.capture, each.capture.said
        day = local_day(capture.captured_us, zone)
        if isinstance(said, SurveySaid):
            surveys.append(_survey(each, said, day))
            continue
        if isinstance(said, ProspectSaid):
            prospects.setdefault(day, []).append(_prospect(capture, said, day))
        elif said.outcome == "filed" and said.filing is not None:
            row = _filed(str(aliases.get(capture.org_id, capture.org_id)), said.filing, day)
            filed.setdefault(tuple(row), {})[str(row["org_id"])] = row  # the later one stands
        if said.outcome in _GONE:
            tasks.setdefault(day, []).append(_task(each, day))
    made += [("organisations", day, pd.DataFrame(rows)) for day, rows in sorted(prospects.items())]
    made += [("organisations", None, pd.DataFrame(list(rows.values()))) for rows in filed.values()]
    made += [("tasks", day, pd.DataFrame(rows)) for day, rows in sorted(tasks.items())]
    made += [("surveys", None, pd.DataFrame(surveys))] if surveys else []
    return [(name, as_of, _typed(name, rows)) for name, as_of, rows in made]


def _prospect(capture: Capture, said: ProspectSaid, day: date) -> dict[str, object]:
    place = said.place
    return {
        "org_id": capture.org_id,
        "name": said.name,
        "stage": "prospect",
        "trade": said.trade,
        "street": said.street,
        "building": said.building,
        "floor": said.floor,
        "room": said.room,
        "lat": None if place is None else place.lat,
        "lon": None if place is None else place.lon,
        "precision": None if place is None else "door",
        "lines_known": said.lines_known,
        "surveyed_on": None if said.lines_known is None else day,
        "verified_on": day,
        "source": SOURCE,
    }


def _filed(org_id: str, filing: Filing, day: date) -> dict[str, object]:
    """Return what a filing says of its organisation; what was not asked is left out, and stays as it is."""
    said: Mapping[str, object] = vars(filing)
    return {"org_id": org_id, "filed_on": day, "verified_on": day, **{name: value for name, value in said.items() if value is not None}}


def _task(each: Counted, day: date) -> dict[str, object]:
    return {
        "task_id": f"T-{each.capture.capture_id}",
        "org_id": each.capture.org_id,
        "kind": "check",
        "due_on": day + timedelta(days=CHECK_DAYS),
        "assigned_to": each.manager_id,
        "state": "open",
    }


def _survey(each: Counted, said: SurveySaid, day: date) -> dict[str, object]:
    return {
        "survey_id": each.capture.capture_id,
        "cell": said.cell,
        "park_id": said.park_id,
        "surveyed_on": day,
        "manager_id": each.manager_id,
        "doors": said.doors,
    }


def _typed(table_name: str, rows: pd.DataFrame) -> pd.DataFrame:
    """Give columns the types the gate gives them."""
    kinds = {"integer": "Int64", "boolean": "boolean", "lat": "float64", "lon": "float64", "date": "datetime64[us]"}
    table = schema.table(table_name)
    return rows.astype({name: kinds.get(table.column(name).kind, "str") for name in table.names if name in rows})
