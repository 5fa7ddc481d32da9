"""What is nobody's: parks by how far they are worked, cells in a vacuum, ground nobody has walked, and organisations without a place."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from gridmap.errors import N_
from gridmap.facts import Facts, roll_up
from gridmap.grid import positions_of
from gridmap.market import Market
from gridmap.market.columns import numbers_in
from gridmap.market.places import park_cells, towns_of
from gridmap.market.standing import live_at
from gridmap.parks import park_status
from gridmap.plan import Plan

Array = np.ndarray[Any, Any]
QUIET_DAYS = 90  # without an effective visit by anybody: the cycle of tier C

# What to do about each status of a park, and about each kind of vacuum; keys are those of `parks.PARK_STATUSES` and `vacuum`.
TO_DO: tuple[tuple[str, str], ...] = (
    ("unowned", N_("Give its cells to a manager")),
    ("split", N_("Give it to one of its owners")),
    ("never_visited", N_("Plan a sweep through it")),
    ("not_filed", N_("File what was visited")),
    ("partly_covered", N_("File the rest")),
    ("covered", N_("Keep visiting on time")),
    ("nobody", N_("Give it to a manager")),
    ("quiet", N_("Plan a sweep: nobody has been there")),
)
# Ground by what is known of it: a cell without organisations is empty only where somebody has walked it.
GROUND: tuple[tuple[str, str], ...] = (
    ("worked", N_("With organisations")),
    ("empty", N_("Walked and empty")),
    ("unknown", N_("Not surveyed")),
)
# What a town may have no data of, by what is counted; where nothing is counted nobody knows, and that is a finding.
DATA: tuple[tuple[str, str], ...] = (
    ("organisations", N_("no organisations")),
    ("surveys", N_("no surveys")),
    ("attempts", N_("no visits")),
    ("surveyed_lines", N_("no survey of lines")),
)


@dataclass(frozen=True, eq=False)
class WhiteSpace:
    """A branch's white space on a day.

    parks: index park_id; name, name_en, planned (or built), access, status (a key of `PARK_STATUSES`), owners (ids, sorted), cells (those
    it lies in, sorted), organisations, never, files, complete, surveyed, white_space (money a month), area_km2, last_effective_on.
    cells: index cell; town, owner (empty for nobody), ground (a key of `GROUND`), vacuum ("nobody", "quiet", or empty), organisations,
    prospects, white_space, last_effective_on, quiet_days (since the last effective visit; missing: never).
    unplaced: index org_id; name, name_en, tier, address, street: live organisations without a place.
    """

    parks: pd.DataFrame
    cells: pd.DataFrame
    unplaced: pd.DataFrame


def white_space_of(market: Market, plan: Plan, facts: Facts, *, filed_target: float, quiet_days: int = QUIET_DAYS) -> WhiteSpace:
    """Look for what is nobody's.

    Parameters
    ----------
    filed_target
        Share of complete files at which a park counts as covered.
    quiet_days
        Days without an effective visit after which a cell with organisations is in a vacuum although it has an owner.
    """
    return WhiteSpace(
        parks_worked(market, plan, facts, filed_target=filed_target),
        cells_worked(market, plan, facts, quiet_days=quiet_days),
        unplaced(market, facts),
    )


def parks_worked(market: Market, plan: Plan, facts: Facts, *, filed_target: float) -> pd.DataFrame:
    """List all parks with how far each is worked, however small; see `WhiteSpace.parks`.

    A park's owners are those of the cells it lies in; one smaller than a cell lies in the cell around its middle.
    """
    parks = market.parks
    within = _cells_of(market)
    owners = plan.owners.reindex(pd.Index(within["cell"])).fillna("").to_numpy(dtype=object)
    owned = within.assign(owner=owners)
    theirs = {park: tuple(sorted(set(rows["owner"]) - {""})) for park, rows in owned.groupby("park")}
    cells = {park: tuple(sorted(set(rows["cell"]))) for park, rows in owned.groupby("park")}
    sums = roll_up(facts, "park", market=market).reindex(parks.index)
    counted = {name: sums[name].fillna(0.0) for name in ("organisations", "files", "complete", "white_space")}
    table = pd.DataFrame(
        {
            "name": parks["name"],
            "name_en": parks["name_en"],
            "planned": parks["status"].eq("planned"),
            "access": parks["access"].fillna(""),
            **counted,
            "never": sums["visit_never"].fillna(0.0),
            "surveyed": sums["surveys"].fillna(0.0),
            "area_km2": sums["area_km2"].fillna(0.0),
            "last_effective_on": sums["last_effective_on"],
        },
        index=parks.index,
    )
    owners_of = [theirs.get(park, ()) for park in parks.index]
    table["owners"] = pd.Series(owners_of, index=parks.index, dtype=object)
    table["cells"] = pd.Series([cells.get(park, ()) for park in parks.index], index=parks.index, dtype=object)
    table["status"] = park_status(table.assign(owners=[len(each) for each in owners_of]), filed_target=filed_target)
    return table.rename_axis("park_id")


def _cells_of(market: Market) -> pd.DataFrame:
    """Return park and cell of every cell that a park lies in; one without area lies where its middle is."""
    within = park_cells(market)[["park", "cell"]]
    lost = market.parks[~market.parks.index.isin(within["park"]) & ~(market.parks.geometry.isna() | market.parks.geometry.is_empty)]
    if not len(lost):
        return within
    middle = lost.geometry.representative_point()
    place = positions_of(market.grid, middle.y.to_numpy(), middle.x.to_numpy())
    found = pd.DataFrame({"park": lost.index[place >= 0].astype(str), "cell": market.grid.cells[place[place >= 0]]})
    return pd.concat([within, found], ignore_index=True)


def cells_worked(market: Market, plan: Plan, facts: Facts, *, quiet_days: int = QUIET_DAYS) -> pd.DataFrame:
    """List all cells of the grid by what is known of them and whether they are in a vacuum; see `WhiteSpace.cells`."""
    cells = market.grid.cells
    sums = roll_up(facts, "cell", market=market).reindex(cells)
    owner = plan.owners.reindex(cells).fillna("").astype("str")
    organisations = sums["organisations"].fillna(0.0)
    last = pd.to_datetime(sums["last_effective_on"])
    since = (pd.Timestamp(facts.as_of) - last).dt.days.astype("Int64")
    ground = np.select([organisations > 0, sums["surveys"].fillna(0.0) > 0], ["worked", "empty"], default="unknown")
    quiet = (organisations > 0) & (since.isna() | (since > quiet_days)).to_numpy(dtype=bool)
    vacuum = np.select([(organisations > 0) & owner.eq("").to_numpy(), quiet], ["nobody", "quiet"], default="")
    return pd.DataFrame(
        {
            "town": towns_of(market, cells).to_numpy(dtype=object),
            "owner": owner.to_numpy(dtype=object),
            "ground": ground,
            "vacuum": vacuum,
            "organisations": organisations.to_numpy(),
            "prospects": sums["prospects"].fillna(0.0).to_numpy(),
            "white_space": sums["white_space"].fillna(0.0).to_numpy(),
            "last_effective_on": last.to_numpy(),
            "quiet_days": since.to_numpy(dtype=object),
        },
        index=pd.Index(cells, name="cell"),
    )


def data_by_town(market: Market, facts: Facts) -> pd.DataFrame:
    """Count what is known of each town, so that a town of which nothing is known stands out.

    Returns
    -------
    Index town (area_id), all towns of the branch: organisations (live), surveys (up to the day), attempts (visits in the window),
    surveyed_lines (in files, of the last 12 months), each a count; gaps: the keys of `DATA` that are 0, in order, as a tuple.
    """
    towns = market.towns.index.astype("str")
    counted = roll_up(facts, "town", market=market).reindex(towns)[[key for key, _title in DATA]].fillna(0.0)
    gaps = [tuple(key for key, _title in DATA if row[key] == 0) for _town, row in counted.iterrows()]
    return counted.assign(gaps=pd.Series(gaps, index=counted.index, dtype=object)).rename_axis("town")


def unplaced(market: Market, facts: Facts) -> pd.DataFrame:
    """List live organisations without a usable place; see `WhiteSpace.unplaced`."""
    rows = market.at("organisations", facts.as_of).drop_duplicates("org_id", keep="last")
    lost = np.isnan(numbers_in(rows, "lat")) | np.isnan(numbers_in(rows, "lon"))
    kept = rows.loc[lost & live_at(rows, facts.as_of).to_numpy(dtype=bool), ["org_id", "name", "name_en", "tier", "address", "street"]]
    return pd.DataFrame(kept.set_index("org_id"))
