"""A plain list that knows who has what at every instant, as known after every change: what the ledger is compared with."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

import sqlalchemy as sa

from gridmap.plan import Move
from gridmap.store import FOREVER_US, Store
from gridmap.store.positions import day_start_us, zone_of
from gridmap.store.tables import CHANGES, LEDGER

# All that is moved begins at one of these days, so that between two of them nothing changes: one answer per slot is one per instant.
DAYS = (date(1970, 1, 1), date(2026, 3, 1), date(2026, 7, 1), date(2026, 7, 15), date(2026, 8, 1), date(2026, 9, 1))
SLOTS = range(len(DAYS))
TODAY = 2  # the slot that holds 1 July 2026
ABSENT = "absent"  # nobody ever had it: not even a release
Subject = tuple[str, str]
Owner = str | None
Laid = dict[Subject, list[tuple[int, int, Owner]]]  # slots from, without, and who
State = dict[Subject, tuple[Owner, ...]]


@dataclass
class Oracle:
    """Who has what per slot, when each subject was changed last, and every earlier state by its change."""

    subjects: tuple[Subject, ...]
    now: State = field(default_factory=dict)
    touched: dict[Subject, int] = field(default_factory=dict)
    versions: dict[Subject, int] = field(default_factory=dict)
    past: dict[int, State] = field(default_factory=dict)
    last: int = 0

    def __post_init__(self) -> None:
        self.now = dict.fromkeys(self.subjects, (ABSENT,) * len(DAYS))

    def has(self, subject: Subject, slot: int) -> str:
        """Return who has a subject in a slot, empty for nobody."""
        owner = self.now[subject][slot]
        return "" if owner in (None, ABSENT) else str(owner)

    def next_change(self, subject: Subject, slot: int) -> int:
        """Return the first later slot in which somebody else has it."""
        return next((later for later in range(slot, len(DAYS)) if self.has(subject, later) != self.has(subject, slot)), len(DAYS))

    def laid(self, moves: Laid) -> State:
        """Return the subjects that moves change, as they are afterwards."""
        result: State = {}
        for subject, spans in moves.items():
            line = list(self.now[subject])
            for begin, end, owner in spans:
                line[begin:end] = [owner] * (end - begin)
            first = next((slot for slot in SLOTS if line[slot] != ABSENT), len(DAYS))
            line[first:] = [None if owner == ABSENT else owner for owner in line[first:]]
            if tuple(line) != self.now[subject]:
                result[subject] = tuple(line)
        return result

    def stale(self, subjects: Iterable[Subject], change_id: int) -> list[str]:
        """Return the subjects that changed after a change, in the order in which conflicts list them."""
        return [subject[1] for subject in sorted(subjects) if self.touched.get(subject, 0) > change_id]

    def moves_from(self, wanted: Mapping[Subject, Owner], slot: int) -> tuple[Move, ...]:
        """Return the moves of a plan that gives subjects to takers on a slot's day."""
        made = (Move(name, layer, self.has((layer, name), slot), taker or "") for (layer, name), taker in wanted.items())
        return tuple(move for move in made if move.giver != move.taker)

    def steps_back(self, subject: Subject, before: tuple[Owner, ...], first: int) -> list[tuple[int, int, Owner]]:
        """Give each slot what it had; what nobody ever had is released, for what is recorded cannot be unsaid."""
        had = {slot: None if before[slot] == ABSENT else before[slot] for slot in SLOTS[first:]}
        return [(slot, slot + 1, owner) for slot, owner in had.items() if before[slot] != self.now[subject][slot]]

    def record(self, change_id: int, changed: State) -> None:
        """Take a change down."""
        self.now = {**self.now, **changed}
        self.last = change_id
        self.past[change_id] = self.now
        for subject in changed:
            self.touched[subject] = change_id
            self.versions[subject] = self.versions.get(subject, 0) + 1


@dataclass(frozen=True)
class Record:
    """The whole ledger of one branch, read without any code of the product."""

    changes: Mapping[int, int]  # change to instant, in order
    rows: tuple[sa.Row[tuple[object, ...]], ...]
    starts: tuple[int, ...]


def read_record(store: Store, branch_id: str) -> Record:
    """Read every row and every change of a branch."""
    with store.engine.connect() as connection:
        query = sa.select(CHANGES.c.change_id, CHANGES.c.recorded_us).where(CHANGES.c.branch_id == branch_id).order_by(CHANGES.c.change_id)
        changes = {row.change_id: row.recorded_us for row in connection.execute(query)}
        rows = tuple(connection.execute(sa.select(LEDGER).where(LEDGER.c.branch_id == branch_id).order_by(LEDGER.c.row_id)))
        zone = zone_of(connection, branch_id)
    return Record(changes, rows, tuple(day_start_us(day, zone) for day in DAYS))


def check_bounds(record: Record) -> None:
    """Fail where a row begins or ends between two slots or two changes, for then one answer per slot would not be all."""
    stamps = {*record.changes.values(), FOREVER_US}
    for row in record.rows:
        assert {row.valid_from, row.valid_to} <= {*record.starts, FOREVER_US}
        assert {row.recorded_from, row.recorded_to} <= stamps
        assert record.changes[row.change_id] == row.recorded_from


def check_state(record: Record, known_us: int, expected: State) -> None:
    """Fail where a subject has two owners or none at an instant, or another than expected, as known at an instant."""
    known = [row for row in record.rows if row.recorded_from <= known_us < row.recorded_to]
    for subject, line in expected.items():
        lying = [row for row in known if (row.layer, row.subject) == subject]
        for slot, instant in enumerate(record.starts):
            found = [row.owner for row in lying if row.valid_from <= instant < row.valid_to]
            assert found == ([] if line[slot] == ABSENT else [line[slot]]), (subject, slot, found, line)


def check_replay(record: Record, past: Mapping[int, State]) -> None:
    """Fail where the rows each change brought, laid one over the other in order, do not give what was known after each."""
    state = dict.fromkeys(next(iter(past.values()), {}), (ABSENT,) * len(DAYS))
    for change_id in record.changes:
        for row in record.rows:
            if row.change_id == change_id:
                line = state[row.layer, row.subject]
                inside = [row.valid_from <= instant < row.valid_to for instant in record.starts]
                state[row.layer, row.subject] = tuple(row.owner if here else owner for here, owner in zip(inside, line, strict=True))
        assert state == past[change_id], change_id
