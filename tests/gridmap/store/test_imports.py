"""The record of imports: who, when, which file, what came of it; the mapping remembered per kind of file."""

from datetime import date

import pandas as pd
import pytest
import sqlalchemy as sa

from gridmap.errors import StoreError
from gridmap.scope import Scope
from gridmap.store import Store, current_version, imports, read_table, remembered_mapping
from gridmap.store.health import health
from gridmap.store.tables import FACTS
from tests.gridmap.store.conftest import NOW_US, Write, organisations, visits

MAPPING = {"org_id": "编码", "name": "名称", "lat": "#3"}


def test_an_import_says_who_brought_what(store: Store, me: Scope, write: Write) -> None:
    wang = Scope("p7", "Wang", "planner", frozenset({"b1"}))
    origin = {"file_name": "七月.csv", "file_sha256": "ab", "mapping": MAPPING, "source": "headers", "system": "gcj02"}
    made = write("organisations", organisations(), as_of=date(2026, 7, 1), scope=wang, **origin, findings={"unplaced": 1})
    newest = imports(store, me, "b1").iloc[0]
    assert newest["import_id"] == made.import_id
    assert (newest["who"], newest["person_id"], newest["file_name"]) == ("Wang", "p7", "七月.csv")
    assert (newest["new_rows"], newest["changed_rows"], newest["unchanged_rows"]) == (3, 0, 0)
    assert newest["mapping"] == MAPPING
    assert newest["findings"] == {"unplaced": 1}
    assert newest["as_of"] == date(2026, 7, 1)
    assert newest["recorded_us"] == NOW_US + 1_000_000


def test_the_same_file_again_leaves_no_trace(store: Store, me: Scope, write: Write) -> None:
    first = write("organisations", organisations(), file_sha256="ab")
    version = current_version(store, me, "b1")
    assert write("organisations", organisations(), file_sha256="ab").import_id == first.import_id
    assert len(imports(store, me, "b1")) == 2  # the branch, and the file
    assert current_version(store, me, "b1") == version


def test_another_file_that_says_the_same_is_recorded_but_is_no_new_version(store: Store, me: Scope, write: Write) -> None:
    write("organisations", organisations(), file_sha256="ab")
    version = current_version(store, me, "b1")
    write("organisations", organisations(), file_sha256="cd")
    assert len(imports(store, me, "b1")) == 3
    assert current_version(store, me, "b1") == version


def test_mappings_are_remembered_per_table_and_headers(store: Store, me: Scope, write: Write) -> None:
    write("organisations", organisations(), mapping=MAPPING, source="headers")
    assert remembered_mapping(store, me, "organisations", "headers") == MAPPING
    assert remembered_mapping(store, me, "visits", "headers") is None
    assert remembered_mapping(store, me, "organisations", "other headers") is None
    write("organisations", organisations(name="x"), mapping={"org_id": "id"}, source="headers")
    assert remembered_mapping(store, me, "organisations", "headers") == {"org_id": "id"}


def test_versions_count_imports_and_visits(store: Store, me: Scope, write: Write) -> None:
    write("visits", visits(("v1", "o1"), ("v2", "o1")))
    before = current_version(store, me, "b1")
    write("visits", visits(("v2", "o1"), ("v3", "o1")))
    after = current_version(store, me, "b1")
    assert (before.visit_no, after.visit_no) == (2, 3)


def test_an_import_that_fails_leaves_nothing(store: Store, me: Scope, write: Write) -> None:
    write("organisations", organisations())
    version, known = current_version(store, me, "b1"), len(imports(store, me, "b1"))
    mixed = pd.concat([organisations(name="changed"), organisations().assign(org_id=["n1", "n2", "n3"], lat=[0.0, 1.0, 91.0])])
    with pytest.raises(StoreError):
        write("organisations", mixed)
    assert current_version(store, me, "b1") == version
    assert len(imports(store, me, "b1")) == known
    assert read_table(store, me, "b1", "organisations")["name"].tolist() == ["Steel works", "School", "Tea house"]


def test_every_row_knows_its_import(store: Store, me: Scope, write: Write) -> None:
    write("organisations", organisations())
    write("organisations", organisations(name="x"))
    with store.engine.connect() as connection:
        known = set(connection.exec_driver_sql("SELECT import_id FROM imports").scalars())
        for name in ("organisations", "branches"):
            assert set(connection.execute(sa.select(FACTS[name].c.import_id)).scalars()) <= known


def test_a_guard_that_is_gone_is_noticed(store: Store, me: Scope) -> None:
    assert health(store, me).missing_guards == ()
    with store.engine.execution_options(write=True).begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER tr_ledger_no_delete" + ("" if store.is_sqlite else " ON ledger"))
    assert health(store, me).missing_guards == ("tr_ledger_no_delete",)
