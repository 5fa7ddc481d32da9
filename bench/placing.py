"""How far addresses are placed from where they are: a fifth of what is placed at a time is hidden, and placed by the rest."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from bench.figure import Figure
from bench.options import Options
from gridmap.gazetteer import PRECISIONS, addresses_of, gazetteer_from, locate, metres
from sample_geo import generate

FOLDS = 5
REAL = "shanghai_food.csv"


def run(options: Options) -> list[Figure]:
    """Measure on a sample branch, and on the named places of Shanghai where `--data` has them; beside it the middle of the town."""
    sample = generate(options.seed, options.size)
    organisations = sample.tables["organisations"]
    rows = organisations[organisations["lat"].notna()].drop_duplicates("org_id", keep="last")
    areas = sample.tables["areas"]
    towns = list(areas.loc[areas["level"].eq("town"), "name"])
    figures = _figures("sample", errors_of(rows, towns, seed=options.seed))
    if (options.data / REAL).is_file():
        places = pd.read_csv(options.data / REAL)
        places["address"] = places["adname"].fillna("") + places["address"].fillna("")
        figures += _figures("Shanghai", errors_of(places, sorted(set(places["adname"].dropna())), seed=options.seed))
    return figures


def errors_of(rows: pd.DataFrame, towns: Sequence[str], *, seed: int) -> pd.DataFrame:
    """Place every row by the address alone, with a gazetteer that does not know it: precision (empty: refused), error_m, and town_m.

    `town_m` is how far the row lies from the middle of what is known in its town: what placing by the town's name alone comes to.
    """
    fold = np.random.default_rng(seed).integers(0, FOLDS, len(rows))
    found: list[tuple[str, float, float]] = []
    for number in range(FOLDS):
        hidden = rows[fold == number]
        known = gazetteer_from(rows[fold != number], towns=towns)
        middles = _middles(rows[fold != number], known.towns)
        for address, lat, lon in zip(addresses_of(hidden, known.towns), hidden["lat"], hidden["lon"], strict=True):
            place = locate(known, address)
            error = np.nan if place is None else _apart(place.lat, place.lon, lat, lon)
            beside = _apart(*middles[address.town], lat, lon) if address.town in middles else np.nan
            found.append((place.precision if place else "", error, beside))
    return pd.DataFrame(found, columns=["precision", "error_m", "town_m"])


def _middles(rows: pd.DataFrame, towns: Sequence[str]) -> dict[str, tuple[float, float]]:
    named = rows[["lat", "lon"]].groupby([address.town for address in addresses_of(rows, towns)]).median()
    return {str(town): (float(lat), float(lon)) for town, lat, lon in named.itertuples()}


def _apart(lat: float, lon: float, to_lat: float, to_lon: float) -> float:
    return float(metres(np.array([lat]), np.array([lon]), to_lat, to_lon)[0])


def _figures(name: str, errors: pd.DataFrame) -> list[Figure]:
    told = [
        Figure(
            f"{name}: median error", float(errors["error_m"].median()), "m", peers={"middle of the town": float(errors["town_m"].median())}
        ),
        Figure(f"{name}: rows refused", 100 * float(errors["precision"].eq("").mean()), "%"),
    ]
    for precision in PRECISIONS:
        of = errors.loc[errors["precision"] == precision, "error_m"]
        if len(of):
            told.append(Figure(f"{name}: placed to the {precision}", 100 * len(of) / len(errors), "%"))
            told.append(Figure(f"{name}: median error of these", float(of.median()), "m"))
    return told
