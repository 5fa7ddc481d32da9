"""What a plan changes for one manager: what they gain and lose, from whom and to whom, and what is open in it."""

from dataclasses import dataclass
from typing import Any

import pandas as pd

from gridmap.facts import UNASSIGNED, Facts, measure_each, roll_up
from gridmap.facts.facts import TIERS
from gridmap.market import Market
from gridmap.market.places import towns_of
from gridmap.open_items import open_items
from gridmap.plan import Plan
from gridmap.reallocation.loads import FILED
from gridmap.reallocation.organisations import held_organisations
from gridmap.settings import Rules

# What is counted of each cell and of each organisation beside what it is.
OF_CELLS = ("organisations", "prospects", "visits_owed", "hours_asked", "revenue", "white_space")
OF_ORGANISATIONS = ("visits_owed", "revenue", "white_space", "own_lines")
_SHOWN = ("name", "name_en", "tier", "stage", "trade", "cell", "town", "filed", "counted", "hours_asked")


@dataclass(frozen=True, eq=False)
class ManagerChanges:
    """What a plan changes for one manager; `other` is who gives or takes, `UNASSIGNED` for nobody.

    `cells_gained`, `cells_lost`: index `cell`: other, town (area_id, empty for none), accounts and `OF_CELLS` of everything that lies
    in the cell, named (how many live organisations of it somebody holds by name, which do not move with it).
    `organisations_gained`, `organisations_lost`: index `org_id`, best tier first: name, name_en, tier, stage, trade, cell, town, other,
    by ("name": held by name before or after; "cell": with its cell), filed, counted (as capacity counts), hours_asked and
    `OF_ORGANISATIONS`.
    `accounts`: index tier (A, B, C, M, U): filed organisations before, gained, lost, after.
    `tasks`, `promises`: what is open of these organisations, as `open_items` lists it, with name, side ("gained" or "lost"), other.
    `sponsorships`: org_id, name, name_en, side, other.
    `staying`: index `org_id`: name, name_en, tier, cell, holder, side: organisations in cells gained or lost that stay with who holds
    them by name.
    """

    manager_id: str
    cells_gained: pd.DataFrame
    cells_lost: pd.DataFrame
    organisations_gained: pd.DataFrame
    organisations_lost: pd.DataFrame
    accounts: pd.DataFrame
    tasks: pd.DataFrame
    promises: pd.DataFrame
    sponsorships: pd.DataFrame
    staying: pd.DataFrame

    @property
    def white_space(self) -> tuple[float, float]:
        """White space gained and lost with the organisations, money a month."""
        return self._sums("white_space")

    @property
    def revenue(self) -> tuple[float, float]:
        """Revenue gained and lost with the organisations, money a month."""
        return self._sums("revenue")

    @property
    def nothing(self) -> bool:
        """Whether the plan changes nothing for the manager."""
        parts = (self.cells_gained, self.cells_lost, self.organisations_gained, self.organisations_lost, self.sponsorships)
        return not any(len(part) for part in parts)

    def _sums(self, name: str) -> tuple[float, float]:
        return float(self.organisations_gained[name].sum()), float(self.organisations_lost[name].sum())


def changes_for(market: Market, plan: Plan, facts: Facts, manager_id: str, *, rules: Rules) -> ManagerChanges:
    """Say what a plan changes for one manager, or for nobody (`UNASSIGNED`).

    Parameters
    ----------
    market, plan, facts
        What is, the plan, and the facts of the day, measured with the plan's base holders.
    manager_id
        Whoever they are; who gains and loses nothing gets empty tables.
    rules
        As the facts were measured with.
    """
    held = held_organisations(market, plan, as_of=facts.as_of, rules=rules)
    rows = market.at("organisations", facts.as_of).drop_duplicates("org_id").set_index("org_id")
    held = held.assign(trade=rows["trade"].reindex(held.index))
    before, after = (held[when].eq(manager_id).to_numpy(dtype=bool) for when in ("before", "after"))
    gained, lost = held[after & ~before], held[before & ~after]
    worth = measure_each(market, facts, gained.index.append(lost.index), rules=rules)[list(OF_ORGANISATIONS)]
    organisations = {"gained": _organisations(gained, "before", worth), "lost": _organisations(lost, "after", worth)}
    cells = _cells(market, plan, facts, manager_id, held)
    items = _items(market, facts, organisations)
    return ManagerChanges(
        manager_id,
        cells["gained"],
        cells["lost"],
        organisations["gained"],
        organisations["lost"],
        _accounts(held, before, after),
        items[items["item"].eq("task").to_numpy()].reset_index(drop=True),
        items[items["item"].eq("promise").to_numpy()].reset_index(drop=True),
        _sponsorships(plan, manager_id, rows),
        _staying(held, cells),
    )


def _organisations(moved: pd.DataFrame, side: str, worth: pd.DataFrame) -> pd.DataFrame:
    rank = moved["tier"].map({tier: place for place, tier in enumerate(TIERS)})
    by = (moved["named_before"] | moved["named_after"]).map({True: "name", False: "cell"}).astype("str")
    table = moved[list(_SHOWN)].assign(other=moved[side].replace("", UNASSIGNED), by=by)
    table = table.join(worth[~worth.index.duplicated()]).assign(_rank=rank, _org=table.index)
    return table.sort_values(["_rank", "name", "_org"], kind="stable").drop(columns=["_rank", "_org"])


def _cells(market: Market, plan: Plan, facts: Facts, manager_id: str, held: pd.DataFrame) -> dict[str, pd.DataFrame]:
    cells = market.grid.cells
    before, after = (each.reindex(cells).fillna(UNASSIGNED) for each in (plan.owners, plan.owners_now))
    in_cells = roll_up(facts, "cell", market=market)
    named = held[held["named_before"] & held["named_after"]].groupby("cell").size()
    sides = {"gained": (after, before), "lost": (before, after)}
    found = {}
    for side, (mine, others) in sides.items():
        moved = cells[(mine.eq(manager_id) & others.ne(manager_id)).to_numpy(dtype=bool)]
        inside = in_cells.reindex(moved)
        found[side] = pd.DataFrame(
            {
                "other": others.reindex(moved),
                "town": towns_of(market, moved),
                "accounts": inside[list(FILED)].sum(axis=1),
                **{name: inside[name] for name in OF_CELLS},
                "named": named.reindex(moved).fillna(0).astype("int64"),
            },
            index=moved,
        ).rename_axis("cell")
    return found


def _items(market: Market, facts: Facts, organisations: dict[str, pd.DataFrame]) -> pd.DataFrame:
    moved = pd.concat([table[["name", "name_en", "other"]].assign(side=side) for side, table in organisations.items()])
    return open_items(market, facts.as_of).join(moved, on="org_id", how="inner").reset_index(drop=True)


def _accounts(held: pd.DataFrame, before: Any, after: Any) -> pd.DataFrame:
    filed, tier = held["filed"].to_numpy(dtype=bool), held["tier"]
    parts = {"before": before, "gained": after & ~before, "lost": before & ~after, "after": after}
    counted = {name: tier[filed & part].value_counts().reindex(list(TIERS)).fillna(0).astype("int64") for name, part in parts.items()}
    return pd.DataFrame(counted).rename_axis("tier")


def _sponsorships(plan: Plan, manager_id: str, rows: pd.DataFrame) -> pd.DataFrame:
    moves = [move for move in plan.moves if move.layer == "sponsor" and manager_id in (move.giver or UNASSIGNED, move.taker or UNASSIGNED)]
    sides = ["gained" if (move.taker or UNASSIGNED) == manager_id else "lost" for move in moves]
    others = [(move.giver if side == "gained" else move.taker) or UNASSIGNED for move, side in zip(moves, sides, strict=True)]
    table = pd.DataFrame({"org_id": [move.subject for move in moves], "side": sides, "other": others}, dtype="str")
    return table.join(rows[["name", "name_en"]], on="org_id")[["org_id", "name", "name_en", "side", "other"]]


def _staying(held: pd.DataFrame, cells: dict[str, pd.DataFrame]) -> pd.DataFrame:
    side = pd.Series({cell: name for name, table in cells.items() for cell in table.index}, dtype="str")
    found = held.assign(side=held["cell"].map(side), holder=held["after"])
    stays = found["side"].notna() & found["named_before"] & found["named_after"] & found["before"].eq(found["after"])
    return found.loc[stays.to_numpy(dtype=bool), ["name", "name_en", "tier", "cell", "holder", "side"]]
