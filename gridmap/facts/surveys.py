"""Where somebody has walked, and how far its doors are done: without a survey an empty cell is unknown, not empty."""

from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from gridmap.facts.stock import Standing
from gridmap.grid import cells_in, centres, points_in_polygons
from gridmap.market import Market, local_days
from gridmap.market.columns import dates_in, is_one_of, numbers_in, rows_in

Array = np.ndarray[Any, Any]
# At a door everything but "nobody in" is an answer; nobody in is one when tried in two different half days.
NOT_IN = "not_in"
NOON_H = 12


def survey_places(market: Market, as_of: date) -> pd.DataFrame:
    """Return one row per surveyed cell or park up to the day: `cell`, `town`, `park`, `surveyed_on`, `doors`, `walked`.

    A surveyed park has surveyed the cells whose centre it holds; its doors stand in the first of them. A cell counts
    for the town its centre is in. `walked` is the cell that was really walked, one of an earlier grid where the branch was
    regridded since.
    """
    surveys = market.at("surveys", as_of)
    surveys = surveys[surveys["surveyed_on"] <= pd.Timestamp(as_of)]
    surveys = surveys.assign(walked=surveys["walked" if "walked" in surveys else "cell"].astype("str"))
    cells = surveys.loc[rows_in(surveys["cell"], market.grid.cells) >= 0, ["cell", "surveyed_on", "doors", "walked"]]
    parks = market.parks.geometry
    walked = surveys[surveys["cell"].isna() & surveys["park_id"].isin(parks.index)]
    inside = [
        pd.DataFrame({"cell": held, "park": park, "surveyed_on": day, "doors": [doors, *[pd.NA] * (len(held) - 1)], "walked": held})
        for park, day, doors in zip(walked["park_id"], walked["surveyed_on"], walked["doors"], strict=True)
        for held in [cells_in(market.grid, parks[park])]
    ]
    outside = cells.assign(park=pd.Series(index=cells.index, dtype="str"))
    places = pd.concat([outside, *inside], ignore_index=True).astype({"cell": "str", "park": "str", "doors": "Int64", "walked": "str"})
    lat, lon = centres(market.grid, places["cell"])
    return places.assign(town=pd.Series(points_in_polygons(np.asarray(lat), np.asarray(lon), market.towns.geometry), dtype="str"))


def survey_measures(surveys: pd.DataFrame, *, as_of: date, start: date) -> dict[str, Array]:
    """Return the measures of surveys, one value per row of `survey_places`: each counts, the latest of a place lists its doors.

    What was listed in cells of an earlier grid stands until the cell itself is walked.
    """
    places = ["cell", "park", "walked"]
    earlier = surveys.sort_values("surveyed_on", kind="stable").duplicated(places, keep="last").sort_index().to_numpy(dtype=bool)
    itself = surveys["walked"] == surveys["cell"]
    walked_on = surveys["surveyed_on"].where(itself).groupby(surveys["cell"]).transform("max")
    replaced = ~itself & (surveys["surveyed_on"] <= walked_on)
    counted = ~earlier & ~replaced.to_numpy(dtype=bool) & _in_window(surveys, as_of, start)
    doors = np.nan_to_num(numbers_in(surveys, "doors"))
    return {"surveys": np.ones(len(surveys)), "doors_listed": np.where(counted, doors, 0.0)}


def doors_measure(market: Market, standing: Standing, surveys: pd.DataFrame, row_of: Array) -> Array:
    """Say which organisations, as doors, have a final status from the sweeps of the window; in cells with doors listed."""
    listed = surveys.loc[_in_window(surveys, standing.as_of, standing.start) & (numbers_in(surveys, "doors") > 0), "cell"]
    done = np.zeros(len(standing.rows), dtype=bool)
    visits = market.tables["visits"]
    if not len(listed) or not len(visits):
        return done
    moments = visits["visited_at"].dt.tz_convert(market.branch.time_zone)
    days = local_days(visits["visited_at"], market.branch.time_zone).to_numpy(dtype="datetime64[D]")
    inside = (days >= np.datetime64(standing.start, "D")) & (days <= np.datetime64(standing.as_of, "D"))
    swept = np.flatnonzero(inside & is_one_of(visits["kind"], "sweep") & visits["outcome"].notna().to_numpy())
    place = rows_in(visits["org_id"].iloc[swept], standing.rows["org_id"])
    tries = pd.DataFrame(
        {"row": np.where(place >= 0, row_of[place] if len(row_of) else -1, -1), "not_in": is_one_of(visits["outcome"].iloc[swept], NOT_IN)}
    )
    tries["half_day"] = days[swept].astype(np.int64) * 2 + (moments.iloc[swept].dt.hour.to_numpy() >= NOON_H)
    tries = tries[tries["row"] >= 0]
    done[tries.loc[~tries["not_in"], "row"].unique()] = True
    halves = tries[tries["not_in"]].groupby("row")["half_day"].nunique()
    done[halves.index[halves >= 2]] = True
    return done & (rows_in(standing.rows["cell"], listed) >= 0)


def _in_window(surveys: pd.DataFrame, as_of: date, start: date) -> Array:
    days = dates_in(surveys, "surveyed_on")
    return (days >= np.datetime64(start, "D")) & (days <= np.datetime64(as_of, "D"))
