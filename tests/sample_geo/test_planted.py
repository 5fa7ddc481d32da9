"""What `truth.json` says is in the tables, found from the tables alone."""

import h3
import numpy as np
import pandas as pd
import pytest
import shapely

from gridmap.coordinates import detect_system, offset_m
from gridmap.market import complete_at, live_at
from sample_geo import TODAY, Sample
from sample_geo.wins import to_gcj02


def owners(sample: Sample) -> pd.Series:
    return sample.tables["ownership"].sort_values("valid_from").groupby("cell")["owner"].last()


def park(sample: Sample, park_id: str) -> shapely.Geometry:
    rows = sample.tables["parks"].set_index("park_id")
    return shapely.from_wkt(rows.loc[park_id, "geometry"])


def touched(outline: shapely.Geometry) -> set[str]:
    centre = h3.latlng_to_cell(outline.centroid.y, outline.centroid.x, 8)
    shapes = {cell: shapely.Polygon([(lon, lat) for lat, lon in h3.cell_to_boundary(cell)]) for cell in h3.grid_disk(centre, 5)}
    return {cell for cell, shape in shapes.items() if shape.intersects(outline)}


def within(sample: Sample, outline: shapely.Geometry) -> pd.DataFrame:
    frame = sample.tables["organisations"]
    return frame[shapely.contains_xy(outline, frame["lon"], frame["lat"])]


def test_the_uncovered_park_is_the_only_built_one_without_owner_and_visits(sample: Sample, county_truth: dict) -> None:
    told = county_truth["uncovered_park"]
    owner, visited = owners(sample), set(sample.tables["visits"]["org_id"])
    bare = [
        park_id
        for park_id, status in zip(sample.tables["parks"]["park_id"], sample.tables["parks"]["status"], strict=True)
        if status == "built" and all(pd.isna(owner.get(cell)) for cell in touched(park(sample, park_id)))
    ]
    assert bare == [told["park_id"]]
    inside = within(sample, park(sample, told["park_id"]))
    assert inside["org_id"].tolist() == told["organisations"]
    assert len(inside) >= 30
    assert not set(inside["org_id"]) & visited
    assert not complete_at(inside, TODAY).any()
    assert set(told["cells"]) == touched(park(sample, told["park_id"]))


def test_parks_are_smaller_than_a_cell_split_and_planned(sample: Sample, county_truth: dict) -> None:
    told, owner = county_truth["parks"], owners(sample)
    tiny = park(sample, told["smaller_than_a_cell"])
    assert len(touched(tiny)) == 1
    middle = h3.cell_to_latlng(next(iter(touched(tiny))))
    assert not tiny.contains(shapely.Point(middle[::-1]))
    assert len(within(sample, tiny)) >= 5
    split = told["split_between_owners"]
    assert {owner[cell] for cell in touched(park(sample, split["park_id"]))} == set(split["owners"])
    assert len(split["owners"]) == 2
    assert len(within(sample, park(sample, split["park_id"]))) >= 20
    planned = sample.tables["parks"].query("status == 'planned'")
    assert planned["park_id"].tolist() == [told["planned"]]
    assert set(sample.tables["parks"]["access"]) == {"covered", "extendable", "none"}


def test_the_cluster_is_nine_losses_and_no_other_place_has_as_many(sample: Sample, county_truth: dict) -> None:
    told = county_truth["competitor_cluster"]
    wins = sample.tables["wins"].query("lines_lost > 0").reset_index(drop=True)
    hit = wins[wins["win_id"].isin(told["win_ids"])]
    assert len(hit) == told["wins"] == 9
    assert set(hit["competitor"]) == {told["competitor"]}
    assert (hit["happened_on"].max() - hit["happened_on"].min()).days < 30
    lat, lon = wins["lat"].to_numpy(), wins["lon"].to_numpy()
    apart = offset_m(lat[:, None], lon[:, None], lat[None], lon[None])
    assert apart[np.ix_(hit.index, hit.index)].max() <= 500
    days = (wins["happened_on"].to_numpy()[None] - wins["happened_on"].to_numpy()[:, None]) / np.timedelta64(1, "D")
    beside = (apart <= 500) & (days >= 0) & (days < 30)
    counts = beside.sum(axis=1)
    assert counts.max() == 9
    assert wins["win_id"][counts.argmax()] in told["win_ids"]
    others = counts[~wins["win_id"].isin(told["win_ids"])]
    assert others.max() <= 5


def test_one_account_manager_has_83_filed_accounts(sample: Sample, county_truth: dict) -> None:
    told = county_truth["overloaded_manager"]
    frame = sample.tables["organisations"]
    cells = [h3.latlng_to_cell(lat, lon, 8) if pd.notna(lat) else None for lat, lon in zip(frame["lat"], frame["lon"], strict=True)]
    holder = frame["holder_id"].where(frame["holder_id"].notna(), pd.Series(cells, index=frame.index).map(owners(sample)))
    filed = frame["stage"].eq("account") & frame["tier"].isin(("A", "B", "C")) & live_at(frame, TODAY)
    loads = holder[filed].value_counts()
    assert loads[told["manager_id"]] == told["filed_abc"] == 83
    accounts = sample.tables["managers"].query("role == 'account'")["manager_id"]
    assert {code: int(loads.get(code, 0)) for code in accounts} == told["filed_abc_by_manager"]
    assert all(load <= told["capacity"] for code, load in told["filed_abc_by_manager"].items() if code != told["manager_id"])


def test_two_towns_are_in_vacuum(sample: Sample, county_truth: dict) -> None:
    areas = sample.tables["areas"].set_index("area_id")
    frame, visited = sample.tables["organisations"], set(sample.tables["visits"]["org_id"])
    assert [town["name_en"] for town in county_truth["vacuum_towns"]] == ["Shuitai", "Dajiang"]
    done = live = 0
    for town in county_truth["vacuum_towns"]:
        own = frame[frame["address"].str.contains(f"新兴县{areas.loc[town['area_id'], 'name']}") & live_at(frame, TODAY)]
        c = own[own["tier"] == "C"]
        assert (len(c), complete_at(c, TODAY).sum()) == (town["filing"]["C"]["live"], town["filing"]["C"]["complete"])
        done, live = done + town["filing"]["C"]["complete"], live + town["filing"]["C"]["live"]
        assert (~own["org_id"].isin(visited)).sum() == town["never_visited"]
        assert town["cells_owned"] <= 4 < town["cells"]
    assert done / live == pytest.approx(0.25, abs=0.03)
    elsewhere = county_truth["totals"]["filing"]["C"]
    assert (elsewhere["complete"] - done) / (elsewhere["live"] - live) > 0.65


def test_forty_companies_are_there_twice(sample: Sample, county_truth: dict) -> None:
    pairs = county_truth["duplicates"]
    assert len(pairs) == 40
    assert len({pair[key] for pair in pairs for key in ("org_id", "duplicate_id")}) == 80
    frame = sample.tables["organisations"].set_index("org_id")
    for pair in pairs:
        one, other = frame.loc[pair["org_id"]], frame.loc[pair["duplicate_id"]]
        if pair["by"] == "credit_code":
            assert one["credit_code"] == other["credit_code"]
        else:
            assert pd.isna(other["credit_code"])
        assert one["name"] != other["name"]
        assert offset_m(one["lat"], one["lon"], other["lat"], other["lon"]) < 150
    assert sum(pair["by"] == "credit_code" for pair in pairs) == 20


def test_the_file_of_wins_gives_itself_away(sample: Sample, county_truth: dict) -> None:
    told = county_truth["wrong_coordinates"]
    wins, frame = sample.tables[told["table"]].dropna(subset=["org_id"]), sample.tables["organisations"].set_index("org_id")
    anchors = frame.loc[wins["org_id"], "lat"].to_numpy(), frame.loc[wins["org_id"], "lon"].to_numpy()
    lat, lon = to_gcj02(wins["lat"].to_numpy(), wins["lon"].to_numpy())
    assert detect_system(lat, lon, anchors=anchors).system == told["system"]
    assert detect_system(wins["lat"].to_numpy(), wins["lon"].to_numpy(), anchors=anchors).system == "wgs84"
