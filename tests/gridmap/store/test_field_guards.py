"""Sweeps, locks, links and captures defend themselves against direct SQL; without any one guard an attack succeeds."""

from datetime import date

import pytest
import sqlalchemy as sa

from gridmap.scope import operator
from gridmap.settings import SweepRules
from gridmap.store import (
    Store,
    decide_capture,
    end_sweep,
    forget_field_data,
    issue_phone_link,
    put_photo,
    revoke_phone_link,
    set_item,
    withdraw_sweep,
)
from gridmap.store.fieldwork import CAPTURES, CHECK_INS, DOOR_LOCKS, KEPT, LOGS, PHONE_LINKS, PHOTOS, SWEEPS
from tests.gridmap.store.conftest import NOW_US, Write, organisations
from tests.gridmap.store.field_lives import CHIEF, DAY_US, LI, SECOND_US, begin_field, draft, published, visit
from tests.gridmap.store.test_field_extras import JPEG, name_of
from tests.gridmap.store.test_ledger_guards import statements
from tests.gridmap.store.test_upgrades import successes

GUARDED = (*LOGS, *KEPT)
ATTACKS, REPLACING = statements("attacks_on_field.sql"), statements("replacements_on_field.sql")
# What refuses without the guard of this name: foreign keys of the tables beside it. As a defence it is a second one.
DOUBLED = {"tr_sweeps_no_delete", "tr_sweeps_no_truncate", "tr_phone_links_no_truncate"}


@pytest.fixture
def filled(store: Store, write: Write) -> Store:
    """Give a store with a sweep, a lock, a link and a capture in every state."""
    begun = begin_field(store, write, organisations())
    ended = published(store, {"o3": "m2"})
    end_sweep(store, CHIEF, "b1", ended.sweep_id, expected=None, now_us=NOW_US + SECOND_US)
    given_up = draft(store, "m1")
    withdraw_sweep(store, CHIEF, "b1", given_up.sweep_id, expected=None, now_us=NOW_US + SECOND_US)
    draft(store, "m1", title="bare")
    gone, _ = issue_phone_link(store, CHIEF, "b1", begun.sweep.sweep_id, "m1", expires_us=NOW_US + DAY_US, now_us=NOW_US)
    revoke_phone_link(store, CHIEF, "b1", gone.link_id, now_us=NOW_US + SECOND_US)
    dismissed = visit("o3", check_in={"lat": 22.7, "lon": 112.2})
    begun.send(visit(), visit("o3"), dismissed)
    decide_capture(store, CHIEF, "b1", dismissed["capture_id"], count=False, why="no", now_us=NOW_US + DAY_US)
    put_photo(store, LI, "b1", name_of(JPEG), capture_id="c1", image=JPEG, taken_us=NOW_US, now_us=NOW_US)
    asked = {"subject_kind": "branch", "subject": "", "wanted": "file the market", "manager_id": "m1", "due_on": date(2026, 7, 10)}
    set_item(store, operator("lead"), "b1", **asked, now_us=NOW_US + DAY_US)
    with store.engine.connect() as connection:
        states = {table.name: set(connection.execute(sa.select(table.c.state)).scalars()) for table in (SWEEPS, CAPTURES)}
        ends = [
            set(connection.execute(sa.select(column.is_(None))).scalars())
            for column in (DOOR_LOCKS.c.released_us, PHONE_LINKS.c.revoked_us)
        ]
    assert states == {"sweeps": {"draft", "published", "ended", "withdrawn"}, "captures": {"counted", "review", "dismissed"}}
    assert ends == [{True, False}, {True, False}]
    return store


def attacks(store: Store) -> list[str]:
    """Return the attacks that this database knows."""
    removals = [f"TRUNCATE {table.name} CASCADE" for table in GUARDED]
    merging = [f"MERGE INTO {table.name} USING (SELECT 1) AS one ON true WHEN MATCHED THEN DELETE" for table in GUARDED]
    return [*ATTACKS, *(REPLACING if store.is_sqlite else [*removals, *merging])]


def defenceless(store: Store, connection: sa.Connection) -> None:
    """Open the file as another client would."""
    if store.is_sqlite:
        for pragma in ("recursive_triggers", "foreign_keys"):
            connection.connection.driver_connection.execute(f"PRAGMA {pragma}=OFF")  # type: ignore[union-attr]


def test_no_attack_on_work_in_the_field_succeeds(filled: Store) -> None:
    with filled.engine.connect() as connection:
        defenceless(filled, connection)
        assert successes(connection, attacks(filled)) == []


def test_without_one_guard_of_it_an_attack_succeeds(filled: Store) -> None:
    names = {table.name for table in GUARDED}
    idle, seen = set(), 0
    with filled.engine.connect() as connection:
        defenceless(filled, connection)
        if filled.is_sqlite:
            found = connection.exec_driver_sql("SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger'").all()
        else:
            found = connection.exec_driver_sql("SELECT tgname, tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal").all()
        for name, table in [(name, table) for name, table in found if table in names]:
            seen += 1
            with connection.begin_nested() as without:
                connection.exec_driver_sql(f"DROP TRIGGER {name}" if filled.is_sqlite else f"DROP TRIGGER {name} ON {table}")
                if not successes(connection, attacks(filled)):
                    idle.add(name)
                without.rollback()
    assert seen == 22
    assert idle <= DOUBLED, idle


def test_what_is_personal_stays_erasable(filled: Store) -> None:
    forgotten = forget_field_data(filled, CHIEF, "b1", rules=SweepRules(), now_us=NOW_US + 800 * DAY_US)
    assert (forgotten.check_ins, forgotten.photos) == (1, 1)
    with filled.engine.connect() as connection:
        assert connection.execute(sa.select(CHECK_INS)).all() == connection.execute(sa.select(PHOTOS)).all() == []
