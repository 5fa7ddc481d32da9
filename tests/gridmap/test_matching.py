"""Duplicates: what is one company is found, what is two is left alone."""

import random

import numpy as np
import pandas as pd
import pytest

from gridmap.matching import REASONS, find_duplicates
from gridmap.matching.names import plain_name, region

COLUMNS = ["org_id_a", "org_id_b", "score", "reason", "distance_m", "name_a", "name_b", "credit_code"]
FILLER = [
    "新兴县顺景不锈钢制品有限公司",
    "新兴县天堂镇陈永发副食商行",
    "新兴县六祖镇龙山温泉酒店",
    "新兴县簕竹镇温氏饲料厂",
    "新兴县惠能中学",
]


def companies(*rows, filler=True):
    """Build organisations of (id, name, code, lat, lon) among others that make common words common."""
    known = [(f"F{at}", name, None, 22.70 + at / 1000, 112.25 + at / 1000) for at, name in enumerate(FILLER * 6)] if filler else []
    known = [(key, f"{name}{at}" if at >= len(FILLER) else name, *rest) for at, (key, name, *rest) in enumerate(known)]
    return pd.DataFrame([*known, *rows], columns=["org_id", "name", "credit_code", "lat", "lon"])


def found(*rows, **options):
    table = find_duplicates(companies(*rows), **options)
    ids = {row[0] for row in rows}
    return {(a, b): reason for a, b, reason in zip(table["org_id_a"], table["org_id_b"], table["reason"], strict=True) if {a, b} <= ids}


def test_the_same_code_is_one_company_whatever_its_name_and_place():
    table = find_duplicates(
        companies(("b", "甲", "91440101698694672C", 22.7, 112.2), ("a", "乙", "91440101698694672c ", 23.9, 113.9), filler=False)
    )
    assert list(table.columns) == COLUMNS
    assert table[["org_id_a", "org_id_b", "score", "reason"]].to_numpy().tolist() == [["a", "b", 1.0, "same_code"]]
    assert table["distance_m"][0] > 100_000
    assert table["credit_code"][0].strip().upper() == "91440101698694672C"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("新兴县鸿达贸易有限公司", "新兴县鸿达贸易有限责任公司"),
        ("新兴县鸿达贸易有限公司", "鸿达贸易(新兴)有限公司"),
        ("新兴县鸿达贸易有限公司", "云浮市新兴县鸿达贸易有限公司"),
        ("新兴县鸿达贸易有限公司", "新兴县宏达贸易有限公司"),  # sounds alike
        ("新兴县鸿达贸易有限公司", "新興縣鴻達貿易有限公司"),  # the other script
        ("新兴县德隆五金店", "新兴县德隆五金商店"),
        ("Blue Mountain Coffee Roasters LLC", "BLUE MOUNTAIN COFFEE ROASTERS"),
    ],
)
def test_near_names_near_each_other_are_listed(one, other):
    pair = found(("a", one, None, 22.70, 112.20), ("b", other, None, 22.7005, 112.2))
    assert set(pair) == {("a", "b")}
    assert pair["a", "b"] in ("same_name", "near_name")


@pytest.mark.parametrize(
    ("one", "other", "far"),
    [
        ("新兴县鸿达贸易有限公司", "新兴县鸿达贸易有限公司", 0.1),  # eleven kilometres apart
        ("新兴县文秀士多", "新兴县文英士多", 0.0005),  # two people
        ("新兴县第一小学", "新兴县第二小学", 0.0005),
        ("新兴县顺景不锈钢制品有限公司", "新兴县康昌不锈钢制品有限公司", 0.0005),
    ],
)
def test_two_companies_are_left_alone(one, other, far):
    assert found(("a", one, None, 22.70, 112.20), ("b", other, None, 22.70 + far, 112.2)) == {}


def test_different_codes_are_different_companies():
    same = "新兴县鸿达贸易有限公司"
    assert found(("a", same, "91440101698694672C", 22.7, 112.2), ("b", same, "9144010669868321X4", 22.7, 112.2)) == {}


def test_without_a_place_only_the_same_name_in_the_same_region_counts():
    rows = [
        ("a", "新兴县鸿达贸易有限公司", None, np.nan, np.nan),
        ("b", "鸿达贸易有限公司", None, 22.7, 112.2),
        ("c", "东源县鸿达贸易有限公司", None, np.nan, np.nan),
    ]
    assert found(*rows) == {("a", "b"): "same_name_unplaced", ("b", "c"): "same_name_unplaced"}


@pytest.mark.parametrize("rows", [0, 1])
def test_nobody_and_one_alone_have_no_duplicate(rows):
    table = find_duplicates(companies(filler=True).iloc[:rows])
    assert list(table.columns) == COLUMNS
    assert table.empty


def test_missing_names_and_odd_ones_do_no_harm():
    table = companies(
        ("a", None, None, 22.7, 112.2),
        ("b", "", None, 22.7, 112.2),
        ("c", "😀", None, 22.7, 112.2),
        ("d", "12", None, 22.7, 112.2),
        filler=False,
    )
    assert find_duplicates(table).empty
    assert find_duplicates(table.drop(columns=["lat", "lon", "credit_code"])).empty


def test_the_order_of_rows_does_not_matter():
    table = companies(("a", "新兴县鸿达贸易有限公司", None, 22.7, 112.2), ("b", "新兴县宏达贸易有限公司", None, 22.7, 112.2))
    pd.testing.assert_frame_equal(find_duplicates(table), find_duplicates(table.sample(frac=1, random_state=1)))


def test_names_are_made_comparable():
    assert plain_name("新兴县新城镇鸿达（新兴）贸易有限责任公司") == plain_name("鴻達貿易有限公司")  # noqa: RUF001 - full-width brackets
    assert plain_name("惠民超市") == plain_name("惠民超市 ")
    assert "超市" in plain_name("惠民超市")
    assert region("广东省云浮市新兴县鸿达") == "广东省云浮市新兴县"
    assert len({key for key, _ in REASONS}) == 4


@pytest.fixture(scope="module")
def register(shared):
    frame = pd.read_csv(shared / "data/registry/guangdong_2010.csv", dtype=str)
    generator = np.random.default_rng(0)
    return pd.DataFrame(
        {
            "org_id": [f"g{at:05d}" for at in range(len(frame))],
            "name": frame.iloc[:, 0],
            "lat": generator.uniform(22.5, 22.8, len(frame)),
            "lon": generator.uniform(112.1, 112.4, len(frame)),
        }
    )


@pytest.mark.shared
def test_of_ten_thousand_real_names_none_twice_hardly_any_pair_is_listed(register):
    assert len(find_duplicates(register)) <= 3
    assert len(find_duplicates(register.drop(columns=["lat", "lon"]))) <= 3


def corrupted(name, way, generator):
    at = generator.randrange(3, max(4, len(name) - 4))
    return (
        name.replace("有限公司", "有限责任公司"),
        name[3:] if name[2:3] == "市" else f"广东省{name}",
        name.replace("(", "").replace(")", ""),
        name[:at] + generator.choice("华盛达") + name[at + 1 :],
        f"{name}分公司",
    )[way]


@pytest.mark.shared
def test_corrupted_copies_of_real_names_are_found_and_little_else(register):
    generator, places = random.Random(0), np.random.default_rng(1)  # noqa: S311 - a fixed seed
    copies = register.sample(2000, random_state=0)
    names = [corrupted(name, at % 5, generator) for at, name in enumerate(copies["name"])]
    copies = copies.assign(name=names, org_id="c" + copies["org_id"], lat=copies["lat"] + places.normal(0, 0.0005, 2000))
    pairs = find_duplicates(pd.concat([register, copies], ignore_index=True))
    truth = set(zip(copies["org_id"], copies["org_id"].str[1:], strict=True))
    listed = set(zip(pairs["org_id_a"], pairs["org_id_b"], strict=True))
    assert len(truth & listed) / len(truth) > 0.94
    assert len(truth & listed) / len(listed) > 0.995
