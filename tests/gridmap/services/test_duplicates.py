"""Pairs that may be one, until somebody decides."""

import pandas as pd
import pytest

from bench.branches import NOW_US
from gridmap.errors import ScopeError
from gridmap.scope import Scope
from gridmap.services.duplicates import open_duplicates, side_by_side
from gridmap.store import ensure_branch, open_market, write_rows
from gridmap.store.duplicates import keep_apart, reopen
from tests import builders

CODE = "91445321MA4UNKT17D"


@pytest.fixture
def twins(sqlite_store, me):
    told = {"as_of": None, "now_us": NOW_US, "file_name": "x.csv", "file_sha256": "x", "mapping": {}, "source": ""}
    ensure_branch(sqlite_store, me, "xx", now_us=NOW_US - 10, name="xx", boundary=builders.boundary().wkt, grid_resolution=8)
    lat, lon = builders.spot("mid")
    rows = pd.DataFrame(
        {"org_id": ["a", "b", "c"], "name": ["Twin", "Twin Co", "Other"], "credit_code": [CODE, CODE, None], "lat": lat, "lon": lon}
    )
    write_rows(sqlite_store, me, "xx", "organisations", rows, **told)
    return sqlite_store


def test_a_pair_is_listed_until_it_is_decided(twins, me):
    market = open_market(twins, me, "xx")
    pairs = open_duplicates(twins, me, market, as_of=builders.AS_OF)
    assert list(zip(pairs["org_id_a"], pairs["org_id_b"], strict=True)) == [("a", "b")]
    keep_apart(twins, me, "xx", org_id_a="a", org_id_b="b", now_us=NOW_US + 10)
    assert open_duplicates(twins, me, market, as_of=builders.AS_OF).empty
    reopen(twins, me, "xx", org_id_a="a", org_id_b="b", now_us=NOW_US + 20)
    assert len(open_duplicates(twins, me, market, as_of=builders.AS_OF)) == 1


def test_evidence_stands_side_by_side(twins, me):
    table = side_by_side(open_market(twins, me, "xx"), "a", "b", as_of=builders.AS_OF)
    assert table.loc["credit_code"].to_dict() == {"a": CODE, "b": CODE, "same": True}
    assert not table.loc["name", "same"]
    assert not table.loc["address", "same"]  # two empty fields are no evidence
    assert table.loc["visits", "a"] == 0


def test_who_sees_no_names_sees_no_pairs(twins, me):
    market = open_market(twins, me, "xx")
    with pytest.raises(ScopeError):
        open_duplicates(twins, Scope("e", "e", "executive", frozenset({"xx"})), market, as_of=builders.AS_OF)
