"""Places given to organisations: all or nothing, only where there is none, only within the branch, only by who may; and taken back."""

import numpy as np
import pandas as pd
import pytest

from bench.branches import BRANCH, NOW_US, TODAY, make_store
from gridmap.errors import Conflict, PlanError, ScopeError
from gridmap.scope import Scope, operator
from gridmap.services.placing import BY_HAND, place, take_back
from gridmap.store import open_market, read_table, write_rows

ME = operator("test")


@pytest.fixture
def opened(tmp_path):
    """A branch with two organisations that nobody placed."""
    store = make_store(tmp_path, cells=20, organisations=30)
    rows = pd.DataFrame({"org_id": ["x1", "x2"], "name": ["甲", "乙"], "source": "register"})
    told = {"as_of": None, "file_name": "x.csv", "file_sha256": "x", "mapping": {}, "source": ""}
    write_rows(store, ME, BRANCH, "organisations", rows, now_us=NOW_US + 10**9, **told)
    return store, open_market(store, ME, BRANCH)


def chosen(*org_ids, lat=22.7, lon=112.23):
    return pd.DataFrame({"org_id": list(org_ids), "lat": lat, "lon": lon, "precision": "street"})


def given(opened, rows, scope=ME):
    return place(opened[0], scope, opened[1], rows, source=BY_HAND, as_of=TODAY, now_us=NOW_US + 2 * 10**9)


def stored(opened):
    rows = read_table(opened[0], ME, BRANCH, "organisations", valid_us=NOW_US).set_index("org_id")
    return rows.loc[["x1", "x2"], ["lat", "source"]]


def test_places_are_given_once_and_taken_back(opened):
    made = given(opened, chosen("x1", "x2"))
    assert stored(opened).to_numpy().tolist() == [[22.7, "map"], [22.7, "map"]]
    assert open_market(opened[0], ME, BRANCH).at("organisations", TODAY).set_index("org_id").loc["x1", "cell"]
    with pytest.raises(Conflict, match="Somebody else changed"):
        given(opened, chosen("x1", lat=22.701))
    take_back(opened[0], ME, opened[1], made, now_us=NOW_US + 3 * 10**9)
    assert np.isnan(stored(opened)["lat"].to_numpy(dtype=float)).all()
    assert stored(opened)["source"].tolist() == ["register", "register"]
    with pytest.raises(Conflict, match="Somebody else changed"):
        take_back(opened[0], ME, opened[1], made, now_us=NOW_US + 4 * 10**9)


def test_nothing_is_written_where_one_of_them_cannot_be(opened):
    with pytest.raises(PlanError, match="outside the branch: x2"):
        given(opened, chosen("x1", "x2", lat=[22.7, 40.0]))
    with pytest.raises(Conflict):
        given(opened, chosen("x1", "unknown"))
    with pytest.raises(PlanError, match="No organisation"):
        given(opened, chosen("x1")[:0])
    with pytest.raises(ScopeError):
        given(opened, chosen("x1"), scope=Scope("e", "e", "executive", frozenset({BRANCH})))
    assert stored(opened)["lat"].isna().all()
