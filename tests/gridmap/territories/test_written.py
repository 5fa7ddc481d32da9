"""Requests as JSON and back, and answers as JSON: whole, finite, and in the language asked for."""

import json
from dataclasses import replace

import pytest

from gridmap.errors import PlanError
from gridmap.territories import written
from gridmap.territories.engine.effort import Effort
from gridmap.territories.request import CAPACITY, Allowance, Budget, Limit, Request, Weights
from tests.gridmap.territories.test_designing import LOPSIDED, QUICK, designed
from tests.gridmap.territories.test_relaxing import CAPPED

FULL = Request(
    managers=("m1",),
    bases=(("m1", "v00"),),
    new_managers=1,
    limits=(Limit("accounts", most=CAPACITY), Limit("hours", tolerance=0.1), Limit("cells", least=2, most=9.5)),
    allowances=(Allowance("m1", "accounts", most=61),),
    leaving=("m2",),
    fair="alike",
    locked_cells=("v01",),
    locked_owners=("m3",),
    together=(("v10", "v11"),),
    apart=(("v00", "v41"),),
    barriers=(("waters", ""), ("roads", "primary")),
    islands="apart",
    nobodys="assign",
    least_cells=1,
    most_cells=9,
    weights=Weights(1, 2, 3),
    budget=Budget(12, 0.03, 0.5),
    effort=Effort(1000, 2, 3, exact=False),
)


@pytest.mark.parametrize("request_", [Request(), FULL])
def test_a_request_reads_back(request_):
    assert written.read_request(written.request_text(request_)) == request_


def test_what_is_left_out_takes_its_default():
    assert written.read_request('{"budget": {"cells": 12}}') == Request(budget=Budget(cells=12))


@pytest.mark.parametrize("text", ["{", '{"budgets": {}}', '{"fair": "mine"}'])
def test_what_is_no_request_is_refused_with_an_example(text):
    with pytest.raises(PlanError, match="cannot be read") as refused:
        written.read_request(text)
    assert '{"budget": {"cells": 12}}' in str(refused.value)


def test_an_answer_is_json_without_anything_that_json_has_not():
    found = designed(LOPSIDED, CAPPED)
    told = json.loads(json.dumps(written.result_json(found, language="zh_CN"), allow_nan=False))
    assert told["state"] == "impossible"
    assert told["bound"] is None
    assert told["gap"] is None
    assert len(told["moves"]) == told["changed"]["cells"]
    assert told["managers"][0]["manager_id"] == "m1"
    assert told["managers"][0]["accounts_least"] is None  # no limit below
    assert "需要" in told["relaxations"][0]["said"]
    kept = written.result_json(designed(LOPSIDED, replace(CAPPED, limits=(Limit("accounts", most=10),), effort=QUICK)))
    assert kept["gap"] == pytest.approx(0, abs=1e-9)
    assert kept["violation"] == 0
