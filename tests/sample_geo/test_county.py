"""The figures of the county, as they are agreed on; counted from the tables."""

from collections.abc import Iterator
from datetime import date
from zoneinfo import ZoneInfo

import h3
import numpy as np
import pandas as pd
import pytest
import shapely

from gridmap.market import complete_at, live_at, stage_at
from sample_geo import TODAY, Sample
from sample_geo.credit import is_valid

TOWNS = ["新城", "车岗", "水台", "稔村", "东成", "太平", "里洞", "大江", "天堂", "河头", "簕竹", "六祖"]


@pytest.fixture(scope="module")
def living(sample: Sample) -> pd.DataFrame:
    frame = sample.tables["organisations"]
    return frame[live_at(frame, TODAY)]


@pytest.fixture(scope="module")
def outlines(sample: Sample) -> dict[str, shapely.Geometry]:
    towns = sample.tables["areas"].query("level == 'town'")
    return dict(zip(towns["area_id"], shapely.from_wkt(towns["geometry"].to_numpy()), strict=True))


def test_twelve_towns_are_an_exact_partition_of_the_county(sample: Sample, outlines: dict[str, shapely.Geometry]) -> None:
    areas = sample.tables["areas"]
    assert areas.loc[areas["level"] == "town", "name"].str.removesuffix("镇").tolist() == TOWNS
    county = shapely.from_wkt(areas.loc[areas["level"] == "county", "geometry"].iloc[0])
    assert all(each.is_valid and each.geom_type == "Polygon" for each in outlines.values())
    union = shapely.union_all(list(outlines.values()))
    assert union.equals(county)
    assert sum(each.area for each in outlines.values()) == pytest.approx(county.area, rel=1e-12)
    square_km = county.area * 110.75 * 111.32 * np.cos(np.radians(22.65))
    assert 1300 < square_km < 1700
    # No straight walls: every outline has hundreds of corners.
    assert all(len(each.exterior.coords) > 100 for each in outlines.values())


def test_the_tiers_are_24_118_331_and_the_others_micro(living: pd.DataFrame) -> None:
    # notes: 473 = 24 / 118 / 331, M about 5,500
    assert living["tier"].value_counts().to_dict() == {"A": 24, "B": 118, "C": 331, "M": 5527}
    assert len(living) == 6000


def test_the_142_big_ones_are_held_by_name_and_sponsored(sample: Sample, living: pd.DataFrame) -> None:
    roles = sample.tables["managers"].set_index("manager_id")["role"]
    assert roles.value_counts().to_dict() == {"account": 10, "community": 7, "leader": 5}
    big = living[living["tier"].isin(("A", "B"))]
    assert len(big) == 142
    assert (big["holder_id"].map(roles) == "account").all()
    assert (big["sponsor_id"].map(roles) == "leader").all()
    assert big["sponsor_id"].nunique() == 5
    assert big["core"].all()
    assert sample.tables["organisations"].loc[lambda frame: ~frame["tier"].isin(("A", "B")), "holder_id"].isna().all()


def test_twelve_schools_have_13700_users(living: pd.DataFrame, county_truth: dict) -> None:
    schools = living[(living["trade"] == "education") & living["tier"].isin(("A", "B"))]
    assert sorted(schools["org_id"]) == sorted(county_truth["totals"]["schools"]["org_ids"])
    assert (len(schools), schools["lines_known"].sum()) == (12, 13_700)


def test_complete_files_have_the_shares_agreed_on(living: pd.DataFrame, county_truth: dict) -> None:
    done = complete_at(living, TODAY).groupby(living["tier"]).agg(["sum", "size"])
    assert done.loc["A", "sum"] + done.loc["B", "sum"] == 131  # 92 % of 142
    assert done.loc["C", "sum"] == 215  # 65 % of 331
    assert done.loc["M", "sum"] / done.loc["M", "size"] == pytest.approx(0.18, abs=0.0005)
    told = {tier: (each["complete"], each["live"]) for tier, each in county_truth["totals"]["filing"].items()}
    assert told == {tier: tuple(row) for tier, row in zip(done.index, done.to_numpy().tolist(), strict=True)}


@pytest.mark.parametrize("when", ["2025-05-31", "2025-12-31", "2026-06-30"])
def test_the_truth_about_past_days_is_what_the_market_says(sample: Sample, county_truth: dict, when: str) -> None:
    frame, day = sample.tables["organisations"], date.fromisoformat(when)
    done, alive = complete_at(frame, day), live_at(frame, day)
    for tier, told in county_truth["totals"]["filing_as_of"][when].items():
        own = frame["tier"] == tier
        assert ((done & alive & own).sum(), (alive & own).sum()) == (told["complete"], told["live"])


def test_filing_grows_in_sprints(county_truth: dict) -> None:
    def done(day: str) -> int:
        return sum(county_truth["totals"]["filing_as_of"][day][tier]["complete"] for tier in "ABCM")

    june_2025, seven_months = done("2025-06-30") - done("2025-05-31"), done("2025-12-31") - done("2025-06-30")
    june_2026 = done("2026-06-30") - done("2026-05-31")
    assert june_2025 > 2 * seven_months / 6
    assert june_2026 > 2 * seven_months / 6


def test_dates_and_stage_agree(sample: Sample) -> None:
    frame = sample.tables["organisations"]
    assert (frame["stage"] == stage_at(frame, TODAY)).all()
    for first, second in (("opened_on", "joined_on"), ("joined_on", "filed_on"), ("filed_on", "lost_on"), ("opened_on", "closed_on")):
        assert not (frame[first] > frame[second]).any(), (first, second)
    days = frame.select_dtypes("datetime").drop(columns=["licence_until", "contract_end", "prepaid_until"])
    assert (days.max() <= pd.Timestamp(TODAY)).all()


def test_openings_and_closures_have_their_yearly_rates(sample: Sample) -> None:
    frame = sample.tables["organisations"]
    start = pd.Timestamp("2025-05-01")
    mean = (live_at(frame, date(2025, 4, 30)).sum() + live_at(frame, TODAY).sum()) / 2
    assert (frame["opened_on"] >= start).sum() / mean / 1.5 == pytest.approx(0.14, abs=0.003)
    assert (frame["closed_on"] >= start).sum() / mean / 1.5 == pytest.approx(0.11, abs=0.003)


def test_a_third_of_the_addresses_reach_only_to_the_village(sample: Sample) -> None:
    frame = sample.tables["organisations"]
    assert (frame["precision"] == "village").mean() == pytest.approx(1 / 3, abs=0.03)
    assert 30 < frame["lat"].isna().sum() < 110
    assert frame["lat"].isna().equals(frame["lon"].isna())


def test_points_lie_inside_the_county_and_in_the_town_of_the_address(sample: Sample, outlines: dict[str, shapely.Geometry]) -> None:
    frame = sample.tables["organisations"].dropna(subset=["lat"])
    towns = sample.tables["areas"].set_index("area_id")["name"]
    inside = pd.Series(False, index=frame.index)
    for code, outline in outlines.items():
        own = frame["address"].str.contains(f"新兴县{towns[code]}")
        assert shapely.contains_xy(outline, frame["lon"][own], frame["lat"][own]).mean() > 0.999, code
        inside |= own
    assert inside.all()


def test_credit_codes_are_valid_and_only_duplicates_share_one(sample: Sample, county_truth: dict) -> None:
    codes = sample.tables["organisations"]["credit_code"].dropna()
    assert all(is_valid(code) for code in codes)
    twice = sum(pair["by"] == "credit_code" for pair in county_truth["duplicates"])
    assert codes.duplicated().sum() == twice == 20


@pytest.mark.parametrize(("code", "valid"), [("91350100M000100Y43", True), ("91350100M000100Y44", False), ("91350100M000100Y4", False)])
def test_the_check_character_is_that_of_the_standard(code: str, valid: bool) -> None:  # noqa: FBT001
    # 91350100M000100Y43 is the example of GB 32100-2015.
    assert is_valid(code) is valid


def test_names_are_all_different_and_in_two_languages(sample: Sample) -> None:
    frame = sample.tables["organisations"]
    assert not frame["name"].duplicated().any()
    assert frame["name_en"].str.isascii().mean() > 0.97
    assert frame["name"].str.contains("有限公司").sum() > 500


def _pieces(cells: set[str]) -> Iterator[set[str]]:
    left = set(cells)
    while left:
        queue, piece = [left.pop()], set()
        while queue:
            cell = queue.pop()
            piece.add(cell)
            near = set(h3.grid_ring(cell, 1)) & left
            left -= near
            queue += sorted(near)
        yield piece


def test_territories_are_in_one_piece_each_and_cover_the_county(sample: Sample, county_truth: dict) -> None:
    rows = sample.tables["ownership"].sort_values("valid_from").groupby("cell").last()
    owned = rows["owner"].dropna()
    assert owned.nunique() == 17
    for owner, cells in owned.groupby(owned):
        assert len(list(_pieces(set(cells.index)))) == 1, owner
    vacuum = sum(town["cells"] - town["cells_owned"] for town in county_truth["vacuum_towns"])
    assert len(owned) > 1500
    assert vacuum > 300


def test_ownership_changed_on_five_days_with_a_reason(sample: Sample) -> None:
    rows = sample.tables["ownership"]
    assert rows["reason"].notna().all()
    assert sorted(rows["valid_from"].dt.strftime("%Y-%m-%d").unique()) == [
        "2025-01-01",
        "2025-09-01",
        "2026-01-01",
        "2026-04-01",
        "2026-07-01",
    ]
    assert rows["owner"].isna().sum() > 80  # deliberately released


def test_visits_follow_the_owner_of_the_day(sample: Sample) -> None:
    visits = sample.tables["visits"]
    frame = sample.tables["organisations"].set_index("org_id")
    rows = sample.tables["ownership"].sort_values("valid_from")
    local = visits["visited_at"].dt.tz_convert(ZoneInfo("Asia/Shanghai")).dt.tz_localize(None)
    one = visits.assign(day=local.dt.normalize(), named=visits["org_id"].map(frame["holder_id"]))
    assert (one["manager_id"] == one["named"])[one["named"].notna()].all()
    small = one[one["named"].isna()].copy()
    points = frame.loc[small["org_id"], ["lat", "lon"]]
    small["cell"] = [h3.latlng_to_cell(lat, lon, 8) for lat, lon in points.itertuples(index=False)]
    told = pd.merge_asof(small.sort_values("day"), rows.sort_values("valid_from"), left_on="day", right_on="valid_from", by="cell")
    owned = told["owner"].notna()
    assert (told["manager_id"] == told["owner"])[owned].all()
    assert 0 < (~owned).sum() < 0.01 * len(told)  # the few calls paid in the vacuum
    assert (local.dt.hour.between(9, 17)).all()
    assert local.max() < pd.Timestamp(TODAY) + pd.Timedelta(days=1)


def test_doors_have_the_outcomes_agreed_on(sample: Sample) -> None:
    visits = sample.tables["visits"]
    share = visits.loc[visits["kind"].isin(("visit", "sweep")), "outcome"].value_counts(normalize=True)
    assert share["met"] + share["filed"] == pytest.approx(0.38, abs=0.005)
    assert share["staff_only"] == pytest.approx(0.22, abs=0.005)
    assert share["not_in"] == pytest.approx(0.27, abs=0.005)
    assert share["refused"] == pytest.approx(0.08, abs=0.005)
    assert share["moved"] + share["closed"] == pytest.approx(0.05, abs=0.005)


def test_the_seasons_are_there(sample: Sample) -> None:
    visits = sample.tables["visits"]
    days = visits["visited_at"].dt.tz_convert(ZoneInfo("Asia/Shanghai")).dt.strftime("%Y-%m-%d")
    count = days.value_counts()
    festival = sum(count.get(f"2026-02-{day:02d}", 0) for day in range(9, 14))  # Monday to Friday, before the holiday
    january = sum(count.get(f"2026-01-{day:02d}", 0) for day in range(12, 17))
    assert festival / january == pytest.approx(0.3, abs=0.12)  # -70 %
    month = days.str[:7].value_counts()
    assert month["2026-06"] > 1.3 * month["2026-05"]
    assert count.get("2025-09-24", 0) < 0.2 * count["2025-09-17"]  # a typhoon and the same weekday before


def test_there_are_110_sessions_at_60_organisations(sample: Sample) -> None:
    sessions = sample.tables["visits"].query("kind == 'on_site'")
    assert (len(sessions), sessions["org_id"].nunique()) == (110, 60)
    figures = sessions["note"].str.extract(r"cards (\d+), conversions (\d+)").astype(int)
    assert figures.sum().tolist() == [953, 296]


def test_our_number_is_kept_in_more_than_seven_cases_of_ten(sample: Sample) -> None:
    wins = sample.tables["wins"]
    checked = wins[(wins["lines_lost"] > 0) & wins["verified"]]
    assert 0.70 < (checked["our_number"] == "second_kept").mean() < 0.76
    assert (wins["lines_lost"] == 0).sum() > 80  # attacks without loss
    assert set(wins["competitor"]) == {"A", "B", "C"}


def test_months_and_bases_fit_the_accounts(sample: Sample) -> None:
    months, base = sample.tables["org_months"], sample.tables["bases"]
    assert sorted(months["month"].unique()) == [
        f"{year}-{month:02d}" for year, month in [*((2025, m) for m in range(4, 13)), *((2026, m) for m in range(1, 10))]
    ]
    frame = sample.tables["organisations"].set_index("org_id")
    accounts = frame.index[frame["stage"] == "account"]
    assert accounts.isin(months.loc[months["month"] == "2026-09", "org_id"]).mean() > 0.95
    assert (months["information_revenue"] <= months["revenue"]).all()
    assert (frame.loc[base["org_id"], "filed_on"] <= pd.Timestamp("2025-12-31")).all()


def test_phones_ring_nowhere(sample: Sample) -> None:
    assert sample.tables["contacts"]["phone"].str.fullmatch(r"120\d{8}").all()
