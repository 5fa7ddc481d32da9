"""Addresses taken apart and placed by what is placed already; the flag says how exact, and what matches nothing is refused."""

import numpy as np
import pandas as pd
import pytest

from gridmap.gazetteer import Address, gazetteer_from, locate, metres, proposals_of, read_address
from tests import builders

TOWNS = ("新城镇", "东成镇")


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("广东省云浮市新兴县新城镇文华路129号教育大厦2楼203室", Address("新城镇", "文华路", 129, building="教育大厦")),
        ("新兴县东成镇新城至东成公路113号", Address("东成镇", "新城至东成公路", 113)),
        ("新兴县新城镇圩镇大街", Address("新城镇", "圩镇大街")),
        ("新兴县新城镇都边村", Address("新城镇", village="都边村")),
        ("新兴县新城镇新城电商小微园6栋3楼", Address("新城镇", building="6栋", park="新城电商小微园")),
        ("", Address()),
    ],
)
def test_an_address_is_taken_apart(text, address):
    assert read_address(text, TOWNS) == address


def street(numbers, *, shuffled=False):
    """Organisations along a street that runs north, 10 m from number to number."""
    place = np.random.default_rng(1).permutation(numbers) if shuffled else np.array(numbers)
    return pd.DataFrame(
        {"address": [f"新城镇文华路{n}号" for n in numbers], "lat": 22.7 + place / 11_119.5, "lon": 112.2, "precision": "door"}
    )


def test_a_number_is_placed_at_its_door_or_between_its_neighbours():
    known = gazetteer_from(street(range(2, 60, 2)), towns=TOWNS)
    door, between = (locate(known, read_address(f"新城镇文华路{n}号", TOWNS)) for n in (20, 21))
    assert (door.precision, between.precision) == ("door", "street")
    assert door.lat == pytest.approx(22.7 + 20 / 11_119.5)
    assert between.lat == pytest.approx(22.7 + 21 / 11_119.5)
    assert str(between.evidence) == "Between numbers of 文华路 already placed: 2."


def test_numbers_without_order_are_not_believed():
    known = gazetteer_from(street(range(2, 60, 2), shuffled=True), towns=TOWNS)
    assert locate(known, read_address("新城镇文华路20号", TOWNS)).precision == "street"


def test_the_same_street_of_another_town_says_nothing():
    known = gazetteer_from(street(range(2, 60, 2)), towns=TOWNS, fixed=[(("town", "", "东成镇"), 22.9, 112.4)])
    assert locate(known, read_address("东成镇文华路20号", TOWNS)).precision == "town"
    assert locate(known, read_address("某地某处", TOWNS)) is None


def test_what_is_proposed_lies_in_the_branch_and_says_why():
    rows = builders.organisations()
    near = rows.index[rows["org_id"] == "o1"]
    lost = rows.index[rows["org_id"] == "o10"]
    rows["address"] = pd.Series(pd.NA, index=rows.index, dtype="str")
    rows.loc[near.append(lost), "address"] = "文华路9号"
    market = builders.seven_cells(organisations=rows)
    found = proposals_of(market, builders.AS_OF).loc["o10"]
    assert (found["precision"], found["cell"]) == ("street", builders.CELLS["mid"])
    assert "文华路" in str(found["evidence"])
    rows.loc[lost, "address"] = pd.NA
    refused = proposals_of(builders.seven_cells(organisations=rows), builders.AS_OF).loc["o10"]
    assert (refused["precision"], str(refused["evidence"])) == ("", "There is no address.")
    rows.loc[near.append(lost), "address"] = "文华路9号"
    rows.loc[near, ["lat", "lon"]] = 30.0, 120.0
    outside = proposals_of(builders.seven_cells(organisations=rows), builders.AS_OF).loc["o10"]
    assert (outside["precision"], np.isnan(outside["lat"])) == ("", True)


def test_metres_are_metres():
    assert metres(np.array([22.7]), np.array([112.2]), 22.701, 112.2)[0] == pytest.approx(111.2, abs=0.1)
