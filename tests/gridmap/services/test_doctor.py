"""The doctor names what is wrong and how to mend it; what is well stays well."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from gridmap.cli import main
from gridmap.scope import Scope
from gridmap.services.check import Check
from gridmap.services.doctor import examine
from gridmap.settings import Settings
from gridmap.store import Store, write_rows
from gridmap.store.health import health
from tests.conftest import NOW_US
from tests.gridmap.services.conftest import bring

Sql = Callable[[Store, str], Any]


def look(store: Store, who: Scope) -> tuple[Check, ...]:
    return examine(store.location.removeprefix("sqlite:///"), scope=who, settings=Settings(snapshots=str(store.snapshots)), now_us=NOW_US)


def to_mend(checks: tuple[Check, ...]) -> dict[str, Check]:
    return {check.key: check for check in checks if check.state == "mend"}


def test_a_branch_that_is_well(branch: Store, me: Scope) -> None:
    checks = look(branch, me)
    assert to_mend(checks) == {}
    assert {check.area for check in checks} == {"installation", "store", "data"}
    assert {"python", "packages", "schema", "integrity", "snapshots", "grid", "people", "data"} <= {check.key for check in checks}


def test_a_store_that_is_not_there_is_not_made(tmp_path: Path, me: Scope) -> None:
    path = tmp_path / "absent.db"
    assert "exists" in to_mend(examine(str(path), scope=me, settings=Settings(), now_us=NOW_US))
    assert not path.exists()


def test_a_file_that_is_no_store(tmp_path: Path, me: Scope) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("no store at all", "utf-8")
    found = to_mend(examine(str(path), scope=me, settings=Settings(), now_us=NOW_US))
    assert set(found) == {"opens"}


# what a person did with a database client, the check that finds it
BY_HAND = (
    ("DROP TRIGGER tr_ledger_no_delete", "guards"),  # the history can be deleted from
    ("UPDATE alembic_version SET version_num = '9999'", "opens"),  # a schema of the future
)


@pytest.mark.parametrize(("statement", "key"), BY_HAND)
def test_what_was_changed_by_hand(branch: Store, me: Scope, sql: Sql, statement: str, key: str) -> None:
    sql(branch, statement)
    assert key in to_mend(look(branch, me))


def test_an_audit_chain_whose_end_was_cut_off(branch: Store, me: Scope, sql: Sql) -> None:
    assert {check.key: check.state for check in look(branch, me)}["audit"] == "ok"
    sql(branch, "DROP TRIGGER tr_audit_no_delete")
    sql(branch, "DELETE FROM audit WHERE seq = (SELECT max(seq) FROM audit)")
    found = to_mend(look(branch, me))["audit"]
    assert "cut off" in str(found.what)
    assert "gridmap audit verify" in str(found.remedy)


def test_a_damaged_file(branch: Store, me: Scope) -> None:
    path = Path(branch.location.removeprefix("sqlite:///"))
    branch.engine.dispose()
    data = bytearray(path.read_bytes())
    middle = len(data) // 2 // 4096 * 4096
    data[middle : middle + 8192] = b"\xff" * 8192
    path.write_bytes(data)
    found = to_mend(look(branch, me))
    assert found
    assert set(found) <= {"integrity", "opens"}


# a file that leaves something to be mended, and the check that finds it
WRONG = (
    ("visits", "visit_id,org_id,manager_id,visited_at,outcome\nV1,ZZ,M9,2026-06-01,met\n", "references"),
    ("managers", "manager_id,name,role,active_to\nM1,李明,community,2026-05-31\n", "left"),
    ("people", "person_id,login,name,role,branches,manager_id\nP1,p1,某人,community_manager,XX,M9\n", "people"),
    (
        "areas",
        'area_id,name,level,geometry\nT3,中镇,town,"POLYGON ((112.22 22.69, 112.26 22.69, 112.26 22.73, 112.22 22.73, 112.22 22.69))"\n',
        "towns",
    ),
    ("organisations", "org_id,name,lat,lon\nD1,西一1厂,22.7051,112.2201\n", "duplicates"),
)


@pytest.mark.parametrize(("table", "text", "key"), WRONG, ids=[key for *_, key in WRONG])
def test_data_to_be_mended(branch: Store, me: Scope, sql: Sql, table: str, text: str, key: str) -> None:
    if key == "references":  # the gate would refuse it, so it comes in before its organisation is known
        row = pd.DataFrame(
            [{"visit_id": "V1", "org_id": "ZZ", "manager_id": "M9", "visited_at": pd.Timestamp("2026-06-01", tz="UTC"), "outcome": "met"}]
        )
        write_rows(branch, me, "XX", table, row, as_of=None, now_us=NOW_US, file_name="", file_sha256="", mapping={}, source="")
    else:
        bring(branch, me, table, text)
    found = to_mend(look(branch, me))
    assert key in found
    assert found[key].branch_id == "XX"
    assert found[key].remedy


# a file that leaves something worth knowing
ODD = (
    ("org_id,name,lat,lon\nU1,无址店,,\n", "unplaced"),
    ("org_id,name,lat,lon\n" + "".join(f"S{n},叠店{n * 7919},22.700123,112.250123\n" for n in range(25)), "stacked"),
    ("org_id,name,lat,lon\n" + "".join(f"R{n},远店{n * 7919},22.7{n % 3},112.2{n % 5}\n" for n in range(9)), "coarse"),
)


@pytest.mark.parametrize(("text", "key"), ODD, ids=[key for _, key in ODD])
def test_data_worth_knowing(branch: Store, me: Scope, text: str, key: str) -> None:
    assert key not in {check.key for check in look(branch, me)}
    bring(branch, me, "organisations", text)
    assert key in {check.key for check in look(branch, me) if check.state == "notice"}


def test_health_on_either_database(store: Store, me: Scope) -> None:
    found = health(store, me)
    assert found.schema == found.newest_schema
    assert found.faults == ()
    assert found.missing_guards == ()
    assert found.database.startswith("SQLite" if store.is_sqlite else "PostgreSQL")


def test_the_command_says_it_and_gives_1(branch: Store, me: Scope, capsys: pytest.CaptureFixture[str]) -> None:
    location = branch.location.removeprefix("sqlite:///")
    assert main(["--store", location, "doctor", "--lang", "en"]) == 0
    assert "Nothing needs mending." in capsys.readouterr().out
    bring(branch, me, *WRONG[1][:2])
    assert main(["--store", location, "doctor", "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["mend"] == 1
    assert all(set(check) == {"area", "branch", "check", "state", "message", "remedy"} for check in told["checks"])
