"""What is planted in the sample stands on the pages by name, in both languages; the truth file is only compared with."""

import json
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest

from gridmap.market import day_end_us
from gridmap.scope import operator
from gridmap.services.demo import build_demo
from gridmap.settings import Settings
from sample_geo import TODAY
from tests.pages.conftest import page_opener
from tests.pages.test_plans import texts

NOW_US = day_end_us(TODAY, "Asia/Shanghai") - 1
NAME = {"en": "name_en", "zh_CN": "name"}
pytestmark = pytest.mark.parametrize("language", NAME)


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sample")
    return build_demo(folder, seed=11, organisations=6000, scope=operator("tester"), settings=Settings(), now_us=NOW_US)


@pytest.fixture(scope="module")
def truth(demo):
    return json.loads((Path(demo.files) / "truth.json").read_text("utf-8"))["branches"][demo.branch_id]


@pytest.fixture
def page(demo, serve, language):
    serve(str(demo.store))

    def opened(name, **address):
        test = page_opener(language=language, who="")(name, **address)
        assert not test.exception
        return test

    return opened


@pytest.fixture
def name_of(demo, language):
    """Return what something is called, by the files that were imported."""

    def called(table, key, code):
        path = next(Path(demo.files).glob(f"{table}.*"))
        rows = gpd.read_file(path) if path.suffix == ".geojson" else pd.read_csv(path, dtype=str)
        return str(rows.set_index(key).loc[code, NAME[language]])

    return called


def table(test, *columns):
    return next(frame.value for frame in test.dataframe if set(columns) <= set(frame.value.columns))


def test_parks(page, name_of, truth):
    parks = table(page("white_space.py", part="parks"), "status", "do").set_index("name")
    bare = name_of("parks", "park_id", truth["uncovered_park"]["park_id"])
    assert parks.index[0] == bare
    assert parks.loc[bare, "organisations"] == parks.loc[bare, "never"] == truth["uncovered_park"]["live"]
    split = truth["parks"]["split_between_owners"]
    owners = parks.loc[name_of("parks", "park_id", split["park_id"]), "owners"]
    assert all(name_of("managers", "manager_id", owner) in owners for owner in split["owners"])
    assert name_of("parks", "park_id", truth["parks"]["smaller_than_a_cell"]) in parks.index
    assert "(" in parks.loc[name_of("parks", "park_id", truth["parks"]["planned"]), "status"]


def test_cells_of_nobody_lie_in_the_vacuum_towns(page, name_of, truth):
    cells = table(page("white_space.py", part="cells"), "cell", "organisations")
    towns = {name_of("areas", "area_id", town["area_id"]) for town in truth["vacuum_towns"]}
    assert towns <= set(cells["town"])
    assert cells["town"].isin(towns).mean() > 0.5


def test_the_cluster_of_wins(page, truth):
    found = table(page("white_space.py", part="attacked"), "wins", "expected", "who")
    assert found["who"].iloc[0] == truth["competitor_cluster"]["competitor"]
    assert len(found) == 1
    assert found["wins"].iloc[0] >= truth["competitor_cluster"]["wins"] - 2


def test_the_overloaded_manager_comes_first(page, name_of, truth):
    told = truth["overloaded_manager"]
    assert any(
        name_of("managers", "manager_id", told["manager_id"]) in line and str(told["filed_abc"]) in line
        for line in texts(page("overview.py")).splitlines()
    )


def test_towns_in_a_vacuum_are_the_worst(page, name_of, truth):
    ranked = table(page("overview.py"), "town", "target")
    worst = set(ranked["town"].head(4))
    assert {name_of("areas", "area_id", town["area_id"]) for town in truth["vacuum_towns"]} <= worst
