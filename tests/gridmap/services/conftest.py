"""A small branch in a store: two towns, eight organisations, two managers, one of whom owns every cell of the west."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from gridmap import grid
from gridmap.scope import Scope, operator
from gridmap.services.importing import import_file
from gridmap.settings import Settings
from gridmap.store import Store, open_market, open_store
from tests.conftest import NOW_US

WEST = "POLYGON ((112.20 22.68, 112.24 22.68, 112.24 22.74, 112.20 22.74, 112.20 22.68))"
EAST = "POLYGON ((112.24 22.68, 112.28 22.68, 112.28 22.74, 112.24 22.74, 112.24 22.68))"
FILES = (
    ("areas", f'area_id,name,name_en,level,geometry\nT1,西镇,West,town,"{WEST}"\nT2,东镇,East,town,"{EAST}"\n'),
    ("managers", "manager_id,name,role\nM1,李明,community\nM2,王芳,community\n"),
    (
        "organisations",
        "org_id,name,tier,trade,lat,lon,opened_on,address\n"
        + "".join(f"W{n},西一{n}厂,C,retail,{22.7003 + n / 200:.4f},112.2204,2020-01-01,西街{n}号\n" for n in range(4))
        + "".join(f"E{n},=1+东{n}店,C,retail,{22.7003 + n / 200:.4f},112.2604,2020-01-01,东街{n}号\n" for n in range(4)),
    ),
)


def bring(store: Store, who: Scope, table: str, text: str) -> None:
    report = import_file(
        store, who, name=f"{table}.csv", data=text.encode(), table=table, branch_id="XX", now_us=NOW_US, settings=Settings()
    )
    assert report.written, [str(each.message) for each in report.findings]


@pytest.fixture(scope="session")
def branch_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a store of that branch, to be copied."""
    path = tmp_path_factory.mktemp("branch") / "store.db"
    store, who = open_store(str(path), settings=Settings(), clock=lambda: NOW_US), operator("tester")
    for table, text in FILES:
        bring(store, who, table, text)
    market = open_market(store, who, "XX")
    _, lon = grid.centres(market.grid, market.grid.cells)
    owned = pd.DataFrame(
        {"cell": market.grid.cells, "owner": ["M1" if each < 112.24 else "M2" for each in lon], "valid_from": "2026-01-01"}
    )
    bring(store, who, "ownership", owned.to_csv(index=False))
    store.engine.dispose()
    return path


@pytest.fixture
def branch(branch_template: Path, tmp_path: Path) -> Iterator[Store]:
    """Give a store of that branch."""
    path = tmp_path / "branch.db"
    for ending in ("", ".key", ".audit"):
        shutil.copy(f"{branch_template}{ending}", f"{path}{ending}")
    store = open_store(str(path), settings=Settings(snapshots=str(tmp_path / "snapshots")), clock=lambda: NOW_US)
    yield store
    store.engine.dispose()
