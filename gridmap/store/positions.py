"""Where a branch stands: the position every reader starts from, and the lock every writer takes first."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from gridmap.errors import N_, StoreError, say
from gridmap.store.tables import FACTS, FOREVER_US, VERSIONS

DEFAULT_ZONE = "Asia/Shanghai"


@dataclass(frozen=True)
class Position:
    """The last import, change and visit of a branch, and the instant a writer records at (microseconds UTC)."""

    branch_id: str
    import_id: int = 0
    change_id: int = 0
    visit_no: int = 0
    recorded_us: int = 0


def insert_or(connection: sa.Connection, table: sa.Table) -> "sqlite.Insert | postgresql.Insert":
    """Return an INSERT that knows ON CONFLICT on either database."""
    return sqlite.insert(table) if connection.dialect.name == "sqlite" else postgresql.insert(table)


def position(connection: sa.Connection, branch_id: str) -> Position:
    """Read where a branch stands; zeros for a branch nobody wrote to."""
    row = connection.execute(sa.select(VERSIONS).where(VERSIONS.c.branch_id == branch_id)).mappings().first()
    return Position(**row) if row else Position(branch_id)


def lock_branch(connection: sa.Connection, branch_id: str, *, now_us: int) -> Position:
    """Wait until no other writer is at this branch, and keep the others out until the transaction ends.

    Returns
    -------
    The position, with the instant to record at: `now_us`, or one microsecond after the last where a clock went back,
    so that no two writes of a branch share an instant.
    """
    fresh = insert_or(connection, VERSIONS).values(branch_id=branch_id, import_id=0, change_id=0, visit_no=0, recorded_us=0)
    connection.execute(fresh.on_conflict_do_nothing())
    row = connection.execute(sa.select(VERSIONS).where(VERSIONS.c.branch_id == branch_id).with_for_update()).mappings().one()
    return replace(Position(**row), recorded_us=max(now_us, row["recorded_us"] + 1))


def advance(connection: sa.Connection, reached: Position) -> None:
    """Write the position a transaction reached."""
    connection.execute(
        sa.update(VERSIONS)
        .where(VERSIONS.c.branch_id == reached.branch_id)
        .values(import_id=reached.import_id, change_id=reached.change_id, visit_no=reached.visit_no, recorded_us=reached.recorded_us)
    )


def zone_of(connection: sa.Connection, branch_id: str) -> ZoneInfo:
    """Return the time zone in which the days of a branch are counted.

    Raises
    ------
    StoreError
        When the branch names a zone that does not exist.
    """
    table = FACTS["branches"]
    query = sa.select(table.c.time_zone).where(
        table.c.branch_id == branch_id, table.c.recorded_to == FOREVER_US, table.c.valid_to == FOREVER_US
    )
    name = connection.execute(query).scalar() or DEFAULT_ZONE
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise StoreError(
            say(N_("The time zone {zone} of the branch does not exist."), zone=name),
            where=branch_id,
            remedy=say(N_("Import the branch again with an IANA name such as Asia/Shanghai.")),
        ) from error


def day_start_us(day: date, zone: ZoneInfo) -> int:
    """Return the instant a local day begins, in microseconds UTC, never before 1970."""
    begin = datetime(day.year, day.month, day.day, tzinfo=zone)
    return max(0, round(begin.timestamp()) * 1_000_000)


def local_day(instant_us: int, zone: ZoneInfo) -> date:
    """Return the local day of an instant."""
    return datetime.fromtimestamp(instant_us / 1_000_000, tz=UTC).astimezone(zone).date()
