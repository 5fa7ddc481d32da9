"""Forty companies that are in the register twice: half under one credit code, half under names that differ a little."""

# ruff: noqa: RUF001, RUF002 - Chinese punctuation is meant

from typing import Any

import numpy as np
import pandas as pd

from sample_geo.crowd import DUPLICATES
from sample_geo.frames import choose_some
from sample_geo.land import County, offset

SAME_CODE, NEAR_NAME = "credit_code", "name"
NEAR_M = 120.0
SUFFIXES = (
    ("专业合作社", "农民专业合作社"),
    ("有限公司", "有限责任公司"),
    ("大药房", "药房"),
    ("店", "商店"),
    ("厂", "工厂"),
    ("馆", "馆子"),
)
# Characters that clerks confuse or write in the other script.
CHARACTERS = (("鸿", "宏"), ("利", "丽"), ("钜", "巨"), ("晟", "盛"), ("记", "纪"), ("华", "華"), ("万", "萬"), ("东", "東"), ("丰", "豐"),
              ("广", "廣"), ("兴", "興"), ("发", "發"), ("达", "達"), ("业", "業"), ("宝", "寶"), ("龙", "龍"))  # fmt: skip
KEPT = ("branch_id", "stage", "opened_on", "verified_on", "tier", "tier_reason", "trade", "precision", "address", "street", "core")


def plant_duplicates(
    generator: np.random.Generator, frame: pd.DataFrame, county: County, avoid: np.ndarray
) -> tuple[pd.DataFrame, np.ndarray, tuple[tuple[int, int, str], ...]]:
    """Add a second row for forty small living organisations.

    Parameters
    ----------
    frame
        Organisations without ids.
    avoid
        True for rows that stay out of it.

    Returns
    -------
    The frame with the copies appended, the row each copy is of, and (row, row of the copy, what gives it away).
    """
    living = (frame["stage"] == "prospect") & (frame["tier"] == "M") & frame["lat"].notna() & ~avoid
    traded = living & ~frame["name"].str.endswith(("委员会", "幼儿园"))
    coded = np.flatnonzero(traded & frame["credit_code"].notna())
    same = choose_some(generator, coded, DUPLICATES // 2)
    exact = np.flatnonzero(traded & (frame["precision"] != "village"))
    near = choose_some(generator, np.setdiff1d(exact, same), DUPLICATES - len(same))
    rows = np.concatenate([same, near])
    copies = frame.iloc[rows][list(KEPT)].reset_index(drop=True).reindex(columns=frame.columns).astype(frame.dtypes.to_dict())
    turn = generator.uniform(0, 2 * np.pi, len(rows))
    reach = generator.uniform(10, NEAR_M, len(rows))
    lat, lon = offset(frame["lat"].to_numpy()[rows], frame["lon"].to_numpy()[rows], reach * np.cos(turn), reach * np.sin(turn))
    variants = [_variant(name, number, county) for number, name in enumerate(frame["name"].iloc[rows])]
    renamed: dict[str, Any] = {
        "name": variants,
        "name_en": frame["name_en"].iloc[rows].str.replace(", ", " - ", regex=False).to_numpy(),
        "lat": lat.round(6),
        "lon": lon.round(6),
        "credit_code": pd.array([*frame["credit_code"].iloc[same], *[None] * len(near)], dtype="str"),
        "source": "register 2024",
    }
    kinds = [SAME_CODE] * len(same) + [NEAR_NAME] * len(near)
    pairs = tuple((int(row), len(frame) + number, kind) for number, (row, kind) in enumerate(zip(rows, kinds, strict=True)))
    # Stacking keeps the types of both; every column of the copies has that of the frame.
    return pd.concat([frame, copies.assign(**renamed).astype(frame.dtypes.to_dict())], ignore_index=True), rows, pairs


def _variant(name: str, number: int, county: County) -> str:
    """Write a name as another clerk would: ending, county in front, brackets, or one character."""
    ways = (_ending, _front, _brackets, _character)
    for turn in range(len(ways)):
        changed = ways[(number + turn) % len(ways)](name, county)
        if changed != name:
            return changed
    return f"{name}（个体）"


def _ending(name: str, _: County) -> str:
    for ending, other in SUFFIXES:
        if name.endswith(ending):
            return name.removesuffix(ending) + other
    return name


def _front(name: str, county: County) -> str:
    return f"云浮市{name}" if len(name) % 2 else name.removeprefix(county.name)


def _brackets(name: str, county: County) -> str:
    """Move the county into brackets behind the brand: 新兴县鸿达贸易有限公司 becomes 鸿达贸易（新兴）有限公司."""
    short = county.name.removesuffix("县")
    body = name.removeprefix(county.name)
    if body.endswith("有限公司"):
        return f"{body.removesuffix('有限公司')}（{short}）有限公司"
    return f"{body}（{short}）"


def _character(name: str, county: County) -> str:
    start = len(county.name) if name.startswith(county.name) else 0
    for one, other in CHARACTERS:
        if one in name[start:]:
            return name[:start] + name[start:].replace(one, other, 1)
    return name
