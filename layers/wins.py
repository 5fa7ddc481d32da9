"""Competitor wins and approaches, case by case."""

from datetime import timedelta
from typing import Any

import numpy as np
import pandas as pd

from gridmap.errors import N_, say
from gridmap.texts import said
from layers.layer import Layer
from layers.shapes import point_items
from layers.sight import Sight


def items(sight: Sight) -> list[dict[str, Any]]:
    """Return the cases of the window that ends on the day, with what the sight has of the organisations' names."""
    rows = sight.market.at("wins", sight.as_of)
    begin = pd.Timestamp(sight.as_of - timedelta(days=sight.window_days - 1))
    rows = rows[(rows["happened_on"] >= begin).to_numpy(bool)]
    organisations = sight.market.at("organisations", sight.as_of).drop_duplicates("org_id", keep="last").set_index("org_id")
    names = rows["org_id"].map(pd.Series(sight.called(organisations), index=organisations.index, dtype="str")).fillna("")
    lat, lon = (rows[side].fillna(rows["org_id"].map(organisations[side])) for side in ("lat", "lon"))
    lost = rows["lines_lost"].fillna(0).to_numpy("i8")
    details = [
        said(say(N_("{day}: {competitor}, {lines} lines lost"), day=day.date().isoformat(), competitor=who, lines=count), sight.language)
        for day, who, count in zip(rows["happened_on"], rows["competitor"], lost, strict=True)
    ]
    kinds = np.where(lost > 0, "loss", "attack").tolist()
    return point_items(lat, lon, kinds, names=[str(name) for name in names], details=details, shift=sight.shift)


LAYER = Layer(
    "win_cases", N_("Cases of competitors"), "competition", "points", help=N_("Where competitors won lines or tried to."), items=items
)
