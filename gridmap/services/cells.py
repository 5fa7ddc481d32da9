"""The questions about cells: what is in this one, and how do they all compare."""

from dataclasses import dataclass, replace
from datetime import date

import pandas as pd

from gridmap import metrics
from gridmap.errors import N_, CellError, ScopeError, say
from gridmap.facts import Facts, roll_up
from gridmap.market import STAGES, Market, live_at, local_days, stage_at
from gridmap.market.places import towns_of
from gridmap.plan import Plan
from gridmap.schema.field import EFFECTIVE, FACE_TO_FACE
from gridmap.scope import Scope

# What the panel of a cell shows, in this order.
SHOWN = (
    "filing_rate",
    "filing_rate_A",
    "filing_rate_B",
    "filing_rate_C",
    "visit_coverage",
    "never_visited",
    "visits_owed",
    "wins_per_100",
    "line_loss",
    "prospect_density",
    "hours_asked",
    "white_space",
)
LAST_VISITS = 10


@dataclass(frozen=True)
class CellPanel:
    """Everything about one cell on one day; `organisations` and `visits` are None for who may not see names."""

    cell: str
    town: str
    owner: str
    parks: tuple[str, ...]
    figures: pd.DataFrame
    counts: pd.Series
    organisations: pd.DataFrame | None
    visits: pd.DataFrame | None
    wins: pd.DataFrame


def cell_panel(market: Market, plan: Plan, facts: Facts, cell: str, *, scope: Scope, seen: frozenset[str] | None) -> CellPanel:
    """Tell everything about one cell as of the day of the facts.

    Parameters
    ----------
    market, plan, facts
        What is, who owns it, and what was measured, as the person may see it.
    cell
        A cell of the grid.
    scope
        Who asks.
    seen
        Cells the person may see; all where None.

    Raises
    ------
    CellError
        When the cell is not one of the branch's.
    ScopeError
        When the person may not see it.
    """
    scope.require("see_map", market.branch.branch_id)
    if cell not in market.grid.cells:
        raise CellError(
            say(N_("There is no cell {cell} in this branch."), cell=cell), remedy=say(N_("Choose a cell on the map or in the table."))
        )
    if seen is not None and cell not in seen:
        raise ScopeError(
            say(N_("The cell {cell} is not one of yours."), cell=cell),
            remedy=say(N_("Choose one of your own cells, or ask your branch manager.")),
        )
    named = scope.allows("see_organisations", market.branch.branch_id)
    rolled = roll_up(replace(facts, atoms=facts.atoms[facts.atoms["cell"].eq(cell)]), "cell", market=market).loc[[cell]]
    organisations = organisations_in(market, plan, cell, as_of=facts.as_of)
    since = pd.Timestamp(facts.as_of) - pd.Timedelta(days=facts.window_days - 1)
    owner = plan.owners_now.get(cell)
    return CellPanel(
        cell=cell,
        town=town_of(market, cell),
        owner="" if owner is None or pd.isna(owner) else str(owner),
        parks=tuple(sorted(set(organisations["park"].dropna()) - {""})),
        figures=_figures(rolled),
        counts=organisations["stage"].value_counts().reindex(list(STAGES[:3]), fill_value=0),
        organisations=organisations if named else None,
        visits=visits_to(market, organisations["org_id"], as_of=facts.as_of).head(LAST_VISITS) if named else None,
        wins=wins_in(market, cell, since=since, as_of=facts.as_of),
    )


def organisations_in(market: Market, plan: Plan, cell: str, *, as_of: date) -> pd.DataFrame:
    """List the open organisations of a cell: what is not filed first, then the big ones, then who waited longest for a visit.

    Returns
    -------
    Columns org_id, name, name_en, tier, stage, trade, park, holder, our_lines, last_visit (day of the last effective face-to-face visit, or
    missing).
    """
    rows = market.at("organisations", as_of)
    rows = rows[rows["cell"].eq(cell)].copy()
    rows["stage"] = stage_at(rows, as_of)
    rows = rows[live_at(rows, as_of)]
    rows["last_visit"] = last_visits(market, rows["org_id"], as_of=as_of)
    owner = plan.owners_now.get(cell)
    named = plan.holders_now.reindex(rows["org_id"]).astype("str")
    rows["holder"] = named.fillna("" if owner is None or pd.isna(owner) else str(owner)).to_numpy()
    order = rows.assign(filed=rows["stage"].ne("prospect")).sort_values(
        ["filed", "tier", "last_visit", "org_id"], na_position="first", kind="stable"
    )
    columns = ["org_id", "name", "name_en", "tier", "stage", "trade", "park", "holder", "our_lines", "last_visit"]
    return order.loc[:, columns].reset_index(drop=True)


def last_visits(market: Market, org_ids: pd.Series, *, as_of: date) -> pd.Series:
    """Return the day of the last effective face-to-face visit of each organisation, on the index of `org_ids`; missing where none."""
    visits = visits_to(market, org_ids, as_of=as_of)
    effective = visits[visits["outcome"].isin(EFFECTIVE) & visits["kind"].isin(FACE_TO_FACE)]
    days = pd.to_datetime(effective.groupby("org_id")["day"].max())
    return days.reindex(org_ids).set_axis(org_ids.index, axis=0)


def visits_to(market: Market, org_ids: pd.Series, *, as_of: date) -> pd.DataFrame:
    """List the visits to some organisations up to a day, the last first: visit_id, org_id, manager_id, day, kind, outcome, note."""
    visits = market.at("visits", as_of)
    visits = visits[visits["org_id"].isin(org_ids)]
    visits = visits.assign(day=local_days(visits["visited_at"], market.branch.time_zone))
    visits = visits.sort_values(["visited_at", "visit_id"], ascending=False)
    return visits.loc[:, ["visit_id", "org_id", "manager_id", "day", "kind", "outcome", "note"]].reset_index(drop=True)


def wins_in(market: Market, cell: str, *, since: pd.Timestamp, as_of: date) -> pd.DataFrame:
    """List the competitors' wins and attacks in a cell within a window, the last first."""
    wins = market.at("wins", as_of)
    inside = wins["cell"].eq(cell) & wins["happened_on"].ge(since)
    columns = ["win_id", "org_id", "happened_on", "competitor", "lines_lost", "our_number", "step", "reason", "verified"]
    return wins.loc[inside, columns].sort_values(["happened_on", "win_id"], ascending=False).reset_index(drop=True)


def town_of(market: Market, cell: str) -> str:
    """Return the town that the middle of a cell lies in; empty where none does."""
    return str(towns_of(market, pd.Index([cell])).iloc[0])


def cells_table(market: Market, plan: Plan, facts: Facts, *, keys: tuple[str, ...], seen: frozenset[str] | None = None) -> pd.DataFrame:
    """Write the table that stands beside the map: every cell with its owner and its metrics.

    Parameters
    ----------
    facts
        Of what the person may see.
    keys
        Keys of metrics.
    seen
        Cells the person may see; all where None.

    Returns
    -------
    One row per cell, index `cell`, what the first key finds worst first: town, owner, and for each key `key`, `key_numerator`,
    `key_denominator`, `key_state`.
    """
    rolled = roll_up(facts, "cell", market=market)
    shown = market.grid.cells if seen is None else market.grid.cells[market.grid.cells.isin(seen)]
    rolled = rolled.reindex(shown)
    table = pd.DataFrame({"town": towns_of(market, shown), "owner": plan.owners_now.reindex(shown).fillna("")}, index=shown)
    for key in keys:
        evaluated = metrics.evaluate(metrics.metric(key), rolled)
        table[key] = evaluated["value"]
        for part in ("numerator", "denominator", "state"):
            table[f"{key}_{part}"] = evaluated[part]
    return table.loc[_worst_first(metrics.metric(keys[0]), table)].rename_axis("cell")


def _worst_first(metric: metrics.Metric, table: pd.DataFrame) -> pd.Index:
    """Order cells by what needs looking at: the worst by its bound, or the most where neither end is bad; without a value last."""
    parts = {name: table[f"{metric.key}_{name}"] for name in ("numerator", "denominator", "state")}
    ranked = metrics.rank(metric, pd.DataFrame({**parts, "value": table[metric.key]}))
    if metric.better:
        return ranked.index
    return ranked.sort_values("value", ascending=False, kind="stable", na_position="last").index


def _figures(rolled: pd.DataFrame) -> pd.DataFrame:
    rows = {key: metrics.evaluate(metrics.metric(key), rolled).iloc[0] for key in SHOWN}
    return pd.DataFrame(rows).T.rename_axis("metric")
