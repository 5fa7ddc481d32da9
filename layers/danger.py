"""Accounts by the danger they are in, one point each."""

from typing import Any

from gridmap.danger import LEVELS, danger_reasons, factor_states, score_danger
from gridmap.errors import N_
from gridmap.market import live_at, stage_at
from gridmap.texts import said
from layers.layer import Layer
from layers.shapes import point_items
from layers.sight import Sight


def items(sight: Sight) -> list[dict[str, Any]]:
    """Return the files of the day that are in danger, the least first so that the worst lies on top; unscored ones are no danger."""
    rows = sight.market.at("organisations", sight.as_of)
    stage = stage_at(rows, sight.as_of)
    file = live_at(rows, sight.as_of, stage=stage).to_numpy(bool) & stage.eq("account").to_numpy(bool, na_value=False)
    rows = rows[file].reset_index(drop=True)
    states = factor_states(rows, as_of=sight.as_of, rules=sight.danger)
    level = score_danger(states, sight.danger)["level"]
    rank = {key: place for place, (key, _title) in enumerate(LEVELS)}
    shown = level.map(rank).fillna(0).astype(int)
    order = shown[shown > 0].sort_values(kind="stable").index
    kept, names = rows.loc[order], sight.called(rows.loc[order])
    reasons = [danger_reasons(row, sight.danger) for row in states.loc[order].astype(object).to_dict("records")]  # type: ignore[arg-type]
    details = [
        " \N{MIDDLE DOT} ".join(said(each, sight.language) for each in told) if name else ""
        for told, name in zip(reasons, names, strict=True)
    ]
    kinds = [f"danger_{level[at]}" for at in order]
    return point_items(kept["lat"], kept["lon"], kinds, names=names, details=details, shift=sight.shift)


LAYER = Layer(
    "danger_accounts",
    N_("Accounts in danger"),
    "competition",
    "points",
    help=N_("Files in blue, yellow, orange or red danger."),
    items=items,
)
