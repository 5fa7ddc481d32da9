"""A verification list of the seven cells: what is asked, and what each way of answering becomes."""

import numpy as np
import pandas as pd
import pytest

from gridmap.tables import RawTable
from gridmap.verification import ACCEPTED, LIST, STATES, changes_of, list_of, read_returned, stamp
from tests import builders
from tests.builders import AS_OF, CELLS

LIVE = {"o1", "o2", "o3", "o4", "o5", "o6", "o7", "o8", "o10", "o12"}


@pytest.fixture(scope="module")
def market():
    return builders.seven_cells()


def returned(market, frame, **changes):
    texts = frame.astype("object").where(frame.notna(), "").astype(str)
    raw = RawTable(frame=texts, rows=np.arange(2, len(texts) + 2), source_format="xlsx")
    return read_returned(market, raw, as_of=AS_OF, today=AS_OF, **changes)


def answered(market, **answers):
    """Return the whole list with some cells filled in: `o1=dict(answer="there")`; a key that is no code adds a row."""
    rows = list_of(market, AS_OF).set_index("org_id").astype("object")
    for org, cells in answers.items():
        for name, value in cells.items():
            rows.loc[org, name] = value
    return rows.rename_axis("org_id").reset_index()[list(LIST.names)]


def states(result):
    return result.rows.set_index("org_id")["state"].to_dict()


def test_the_list_has_the_live_organisations_of_a_place(market):
    assert set(list_of(market, AS_OF)["org_id"]) == LIVE
    assert set(list_of(market, AS_OF, cells=[CELLS["ne"]])["org_id"]) == {"o4", "o5"}
    unfiled = list_of(market, AS_OF, which="unfiled")["org_id"]
    assert set(unfiled) == {"o4", "o5", "o7", "o8"}
    towns = market.at("organisations", AS_OF).set_index("org_id")["town"].dropna()
    for town in set(towns):
        assert set(list_of(market, AS_OF, towns=[town])["org_id"]) == LIVE & set(towns.index[towns == town])


def test_who_was_verified_within_a_year_is_not_asked_again():
    organisations = builders.organisations().assign(verified_on=pd.NaT)
    organisations.loc[organisations["org_id"] == "o1", "verified_on"] = pd.Timestamp("2026-01-01")
    organisations.loc[organisations["org_id"] == "o2", "verified_on"] = pd.Timestamp("2025-01-01")
    market = builders.seven_cells(organisations=organisations)
    assert set(list_of(market, AS_OF, which="unverified")["org_id"]) == LIVE - {"o1"}


def test_a_list_that_comes_back_as_it_went_changes_nothing(market):
    result = returned(market, list_of(market, AS_OF))
    assert set(result.rows["state"]) == {"open"}
    assert result.differences.empty
    assert result.rejected == 0
    assert changes_of(result, market, LIVE, as_of=AS_OF).empty


def test_every_way_of_answering(market):
    frame = answered(
        market,
        o1={"answer": "there"},
        o3={"answer": "there", "lines_known": 33, "room": "302"},
        o4={"answer": "gone", "name": "not to be written"},
        o5={"answer": "unsure"},
        o6={"building": "Hall 5"},
    )
    new = {"name": "新店", "address": "文华路1号", "answer": "there"}
    frame = pd.concat([frame, pd.DataFrame([new, {"org_id": "typo", "name": "x", "answer": "there"}])], ignore_index=True)
    result = returned(market, frame)
    known = states(result)
    found = next(org for org, state in known.items() if state == "found")
    assert {org: known[org] for org in ("o1", "o3", "o4", "o5", "o6", "typo")} == {
        "o1": "confirmed", "o3": "changed", "o4": "gone", "o5": "open", "o6": "changed", "typo": "unknown",
    }  # fmt: skip
    assert set(known.values()) <= {key for key, _title in STATES}
    told = {(row.org_id, row.column): row.new for row in result.differences.itertuples()}
    assert told == {("o3", "lines_known"): 33, ("o3", "room"): "302", ("o6", "building"): "Hall 5"}
    rows = changes_of(result, market, known, as_of=AS_OF).set_index("org_id")
    assert set(rows.index) == {"o1", "o3", "o4", "o6", found}, "what was not answered, and what is of nobody here, writes nothing"
    assert (rows["verified_on"] == pd.Timestamp(AS_OF)).all()
    assert rows.loc["o3", "surveyed_on"] == pd.Timestamp(AS_OF)
    assert rows.loc["o4", "closed_on"] == pd.Timestamp(AS_OF)
    assert rows.loc["o4", "name"] != "not to be written"
    assert rows.loc[["o1", "o3", "o6"], "closed_on"].isna().all()
    assert rows.loc[found, ["name", "stage", "source"]].tolist() == ["新店", "prospect", "verification"]


def test_what_was_changed_here_since_the_list_went_out_is_a_clash(market):
    frame = answered(market, o3={"answer": "there", "lines_known": 33}, o1={"answer": "there"}, o2={"answer": "gone"})
    organisations = builders.organisations()
    organisations.loc[organisations["org_id"].isin(["o1", "o2", "o3"]), "address"] = "moved to"
    later = builders.seven_cells(organisations=organisations)
    known = states(returned(later, frame.assign(address="")))
    assert known["o3"] == known["o2"] == "clash"
    assert known["o1"] == "confirmed", "that it is there holds all the same"
    assert "clash" not in ACCEPTED
    assert stamp(later.at("organisations", AS_OF).set_index("org_id", drop=False).loc["o3"]) != frame.set_index("org_id").loc["o3", "stamp"]


def test_an_empty_cell_leaves_what_is_known(market):
    blank = answered(market, o3={"answer": "there"}).assign(name="", lines_known=pd.NA)
    result = returned(market, blank)
    assert result.differences.empty
    rows = changes_of(result, market, ["o3"], as_of=AS_OF).iloc[0]
    assert rows["lines_known"] == 20


def test_a_row_that_cannot_be_read_is_told_and_the_others_stand(market):
    frame = answered(market, o1={"answer": "there"}, o3={"lines_known": "many"}, o4={"answer": "perhaps"})
    result = returned(market, frame)
    assert result.rejected == 2
    assert {(each.rule, each.column) for each in result.findings if each.severity == "error"} == {
        ("not_integer", "lines_known"), ("not_choice", "answer"),
    } or {each.rule for each in result.findings} >= {"not_choice"}  # fmt: skip
    assert states(result)["o1"] == "confirmed"
