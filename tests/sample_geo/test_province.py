"""Several counties side by side: the same generator makes a province."""

import json
from pathlib import Path

import pytest
import shapely

from sample_geo import Sample, generate, write
from sample_geo.__main__ import main
from sample_geo.land import build_counties
from sample_geo.sample import counties


@pytest.fixture(scope="module")
def province() -> Sample:
    return generate(5, 4200, branches=3)


def test_counties_share_their_edges_and_overlap_nowhere() -> None:
    made = build_counties(5, 10)
    outlines = [outline for county in made for outline in county.outlines]
    assert all(each.is_valid and each.geom_type == "Polygon" for each in outlines)
    union = shapely.union_all(outlines)
    assert union.geom_type == "Polygon"
    assert not union.interiors
    assert sum(each.area for each in outlines) == pytest.approx(union.area, rel=1e-12)
    assert len({county.name for county in made}) == len({county.branch_id for county in made}) == 10


@pytest.mark.parametrize("seed", [2, 9, 17, 34])  # seeds whose bent edges cross somewhere
def test_edges_that_cross_leave_no_hole(seed: int) -> None:
    union = shapely.union_all([outline for county in build_counties(seed, 7) for outline in county.outlines])
    assert union.geom_type == "Polygon"
    assert not union.interiors


def test_each_county_has_its_own_truths_and_ids(province: Sample) -> None:
    assert len(province.truth["branches"]) == 3
    frame = province.tables["organisations"]
    assert not frame["org_id"].duplicated().any()
    assert not frame["credit_code"].dropna()[~frame["credit_code"].dropna().duplicated(keep=False)].duplicated().any()
    for branch_id, told in province.truth["branches"].items():
        own = frame[frame["branch_id"] == branch_id]
        assert len(own) == told["totals"]["organisations"]
        assert told["totals"]["live_by_tier"] == {"A": 24, "B": 118, "C": 331, "M": 1400 - 473}
        assert told["overloaded_manager"]["filed_abc"] == 83
        assert len(told["duplicates"]) == 40
        assert told["competitor_cluster"]["wins"] == 9
        assert told["uncovered_park"]["visits"] == 0


def test_writing_county_by_county_is_the_same_as_writing_at_once(province: Sample, tmp_path: Path) -> None:
    write(province, tmp_path / "at_once")
    main(["--seed", "5", "--organisations", "4200", "--branches", "3", "--out", str(tmp_path / "streamed")])
    at_once, streamed = ({path.name: path.read_bytes() for path in sorted((tmp_path / how).iterdir())} for how in ("at_once", "streamed"))
    assert at_once == streamed
    assert json.loads(streamed["truth.json"])["rows"]["branches"] == 3


def test_sizes_grow_with_the_organisations() -> None:
    small, large = (generate(1, size, branches=1, tables=["organisations"]).tables["organisations"] for size in (1500, 9000))
    assert ((small["stage"] != "closed").sum(), (large["stage"] != "closed").sum()) == (1500, 9000)


@pytest.mark.parametrize("seed", range(20, 26))
def test_other_seeds_plant_the_same_truths(seed: int) -> None:
    for parts in counties(seed, 3000, branches=1):
        assert len(parts.wins.cluster) == 9
        assert len(parts.roll.pairs) == 40
        assert parts.roll.frame["holder_id"].notna().sum() == 142
