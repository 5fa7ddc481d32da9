"""What changes hands under a plan: each organisation once, with what is promised, due and in danger, and the totals per pair."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from gridmap.danger import HIGH, danger_reasons, factor_states, score_danger
from gridmap.errors import Message
from gridmap.facts.facts import TIERS
from gridmap.facts.measure import counts_for
from gridmap.grid import centres, polygon_positions
from gridmap.market import Market, local_days
from gridmap.market.columns import is_true, rows_in
from gridmap.open_items import open_items
from gridmap.plan import UNASSIGNED, Plan
from gridmap.reallocation.moved_targets import moved_targets
from gridmap.reallocation.organisations import held_organisations
from gridmap.reallocation.resignation import resignation, resigned
from gridmap.reallocation.sharing_out import Visits, share_out
from gridmap.settings import DangerRules, Rules

__all__ = ["Handover", "handed_over", "moved_targets", "resignation", "resigned"]
# What is counted for each pair of giver and taker; the first four are what the effect of the plan counts too.
COUNTED = ("organisations", "accounts", "prospects", "hours_asked", "files", "promises", "tasks", "in_danger", "cells")


@dataclass(frozen=True, eq=False)
class Handover:
    """What changes hands, as tables; `UNASSIGNED` stands for nobody among givers and takers.

    `organisations`: index `org_id`, in order of giver, taker, tier and name; what `held_organisations` says of each, `giver`,
    `taker`, `sponsor` (after the moves, empty for none), last_on, last_by, last_outcome (of the latest visit, missing where there
    was none), wins and lines_lost (verified wins of competitors in the year up to the day), danger (level; missing: no file or
    unscored) and reasons (messages). `items`: open promises and tasks as `share_out` gives them. `sponsorships`: org_id, name,
    giver, taker of sponsors that change. `cells`: cell, town (of its centre, empty for none), giver, taker.
    `pairs`: index (giver, taker), `COUNTED` summed.
    """

    organisations: pd.DataFrame
    items: pd.DataFrame
    sponsorships: pd.DataFrame
    cells: pd.DataFrame
    pairs: pd.DataFrame
    as_of: date
    effective_on: date
    visits: Visits
    stay_until: date | None

    @property
    def managers(self) -> tuple[str, ...]:
        """Everybody who gives or takes anything, sorted."""
        sides = [frame[side] for frame in (self.organisations, self.sponsorships, self.cells) for side in ("giver", "taker")]
        return tuple(sorted(set(pd.concat(sides)) - {UNASSIGNED}))


def handed_over(
    market: Market,
    plan: Plan,
    *,
    as_of: date,
    effective_on: date,
    rules: Rules,
    visits: Visits = "go",
    stay_until: date | None = None,
) -> Handover:
    """Work out what changes hands under a plan.

    Parameters
    ----------
    market, plan
        What is, and the moves; organisations held by name move by moves of their holder, the others with their cell.
    as_of
        The day whose organisations, visits and tasks count, inclusive.
    effective_on
        First day on which the moves hold.
    rules
        Tiers, danger.
    visits, stay_until
        Whether open promises and tasks `go` with the organisation or `stay` with the giver, and up to which day.

    Returns
    -------
    Every live organisation whose holder changes, once; an organisation whose cell moves while somebody holds it by name is not
    among them.
    """
    held = held_organisations(market, plan, as_of=as_of, rules=rules)
    moved = held[held["before"].ne(held["after"]).to_numpy()]
    moved = moved.assign(giver=moved["before"].replace("", UNASSIGNED), taker=moved["after"].replace("", UNASSIGNED))
    moved = moved[moved["giver"].ne(moved["taker"]).to_numpy()]  # from no place to a cell that nobody owns is no handover
    moved = moved.assign(sponsor=plan.sponsors_now.reindex(moved.index).fillna(""))
    moved = moved.join(_last_visits(market, moved.index, as_of)).join(_wins(market, moved.index, as_of)).join(_dangers(moved, as_of, rules))
    moved = _ordered(moved)
    managers = market.at("managers", as_of)
    items = share_out(open_items(market, as_of), moved, managers, effective_on=effective_on, visits=visits, stay_until=stay_until)
    cells = _with_town(market, _changed(plan.owners, plan.owners_now, "cell"))
    sponsorships = _changed(plan.sponsors, plan.sponsors_now, "org_id")
    names = market.at("organisations", as_of).drop_duplicates("org_id").set_index("org_id")[["name", "name_en"]]
    sponsorships = sponsorships.join(names, on="org_id")
    return Handover(moved, items, sponsorships, cells, _pairs(moved, items, cells), as_of, effective_on, visits, stay_until)


def _ordered(moved: pd.DataFrame) -> pd.DataFrame:
    rank = moved["tier"].map({tier: place for place, tier in enumerate(TIERS)})
    keyed = moved.assign(_rank=rank, _org=moved.index)
    return keyed.sort_values(["giver", "taker", "_rank", "name", "_org"], kind="stable").drop(columns=["_rank", "_org"])


def _last_visits(market: Market, org_ids: pd.Index, as_of: date) -> pd.DataFrame:
    visits = _of_survivors(market, market.at("visits", as_of), as_of)
    visits = visits[visits["org_id"].isin(org_ids)].sort_values(["visited_at", "visit_id"], kind="stable")
    latest = visits.drop_duplicates("org_id", keep="last").set_index("org_id").reindex(org_ids)
    days = local_days(latest["visited_at"], market.branch.time_zone)
    return pd.DataFrame({"last_on": days, "last_by": latest["manager_id"], "last_outcome": latest["outcome"]})


def _wins(market: Market, org_ids: pd.Index, as_of: date) -> pd.DataFrame:
    wins = _of_survivors(market, market.at("wins", as_of), as_of)
    recent = wins["happened_on"] > pd.Timestamp(as_of) - pd.DateOffset(years=1)
    lost = wins[recent.to_numpy() & is_true(wins["verified"]) & (wins["lines_lost"] > 0).fillna(value=False).to_numpy(dtype=bool)]
    found = lost.groupby("org_id")["lines_lost"].agg(["size", "sum"]).reindex(org_ids).fillna(0)
    return pd.DataFrame({"wins": found["size"].astype("int64"), "lines_lost": found["sum"].astype("int64")})


def _of_survivors(market: Market, frame: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """Count what happened to organisations merged away for those they were merged into."""
    organisations = market.at("organisations", as_of)
    place = rows_in(frame["org_id"], organisations["org_id"])
    known, place = frame[place >= 0], place[place >= 0]
    return known.assign(org_id=organisations["org_id"].to_numpy(dtype=object)[counts_for(organisations)[place]])


def _dangers(moved: pd.DataFrame, as_of: date, rules: Rules) -> pd.DataFrame:
    files = moved[moved["filed"]]
    states = factor_states(files, as_of=as_of, rules=rules.danger)
    levels = score_danger(states, rules.danger)["level"]
    rows = zip(files.index, levels, states.to_dict("records"), strict=True)
    reasons: dict[Any, Any] = {org_id: _reasons(level, row, rules.danger) for org_id, level, row in rows}
    found = pd.DataFrame({"danger": levels.reindex(moved.index)})
    found["reasons"] = [reasons.get(org_id, ()) for org_id in moved.index]
    return found


def _reasons(level: Any, states: dict[Any, Any], rules: DangerRules) -> tuple[Message, ...]:
    return danger_reasons(states, rules) if isinstance(level, str) and level != "none" else ()


def _changed(before: pd.Series, after: pd.Series, key: str) -> pd.DataFrame:
    both = pd.concat({"giver": before, "taker": after}, axis=1).fillna(UNASSIGNED)
    return both[both["giver"].ne(both["taker"]).to_numpy()].sort_index().rename_axis(key).reset_index().astype("str")


def _with_town(market: Market, cells: pd.DataFrame) -> pd.DataFrame:
    known = cells["cell"].isin(market.grid.cells).to_numpy(dtype=bool)
    lat, lon = centres(market.grid, cells["cell"][known])
    towns = market.towns.geometry
    place = polygon_positions(lat, lon, towns.to_numpy())
    found = np.full(len(cells), "", dtype=object)
    found[known] = np.append(np.asarray(towns.index, dtype=object), np.array([""], dtype=object))[place]
    return cells.assign(town=pd.Series(found, index=cells.index, dtype="str"))


def _pairs(moved: pd.DataFrame, items: pd.DataFrame, cells: pd.DataFrame) -> pd.DataFrame:
    sides = ["giver", "taker"]
    of_items = items["item"].to_numpy(dtype=object)
    parts: Sequence[pd.DataFrame] = (
        moved[sides].assign(
            organisations=1,
            accounts=moved["counted"],
            prospects=moved["stage"].eq("prospect"),
            hours_asked=moved["hours_asked"],
            files=moved["filed"],
            in_danger=moved["danger"].isin(HIGH),
        ),
        items[sides].assign(promises=of_items == "promise", tasks=of_items == "task"),
        cells[sides].assign(cells=1),
    )
    summed = pd.concat([part.astype(dict.fromkeys(part.columns[2:], float)) for part in parts], ignore_index=True).fillna(0.0)
    totals = summed.groupby(sides, sort=True)[list(COUNTED)].sum()
    whole = [name for name in COUNTED if name != "hours_asked"]
    return totals.astype(dict.fromkeys(whole, "int64"))
