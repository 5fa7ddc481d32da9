"""Who stands beside a cluster of competitors' wins, and why each is at risk: no file, a visit that is owed, lines already lost."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from gridmap.errors import N_, Message, say
from gridmap.facts import Facts
from gridmap.facts.measure import counts_for
from gridmap.facts.stock import standing_of
from gridmap.facts.visits import first_known_on, read_visits, visit_measures
from gridmap.market import Market
from gridmap.market.columns import NEVER, is_true, rows_in
from gridmap.pressure import Cluster
from gridmap.settings import Rules
from gridmap.texts import Day

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Risk:
    """What was counted of the neighbours of a cluster: all, without a file, with an incomplete one, owed a visit, hit themselves."""

    organisations: int
    unfiled: int
    incomplete: int
    owed: int
    hit: int


def neighbours_of(market: Market, facts: Facts, cluster: Cluster, *, rules: Rules) -> pd.DataFrame:
    """List the live organisations beside the wins of a cluster, those most at risk first.

    A visit is owed as in the metric "visits owed": since the last effective visit, or since it was discovered, a whole cycle of its tier
    has gone.

    Parameters
    ----------
    market, facts
        What is, and whose day and window count.
    cluster
        As `pressure.clusters_of` finds it.
    rules
        Cycles and what is owed at most.

    Returns
    -------
    One row per organisation: org_id, name, name_en, tier (missing where unknown), filed, complete, owed (visits), last_on (day of the last
    effective visit; missing: never), hit (verified wins at it in the window), reasons (a tuple of messages, none where nothing is wrong).
    """
    standing = standing_of(market, as_of=facts.as_of, window_days=facts.window_days, rules=rules)
    rows = standing.rows
    seen = read_visits(market, standing, counts_for(rows), rows["org_id"])
    visited = visit_measures(standing, seen, rules, first_known=first_known_on(market, rows))
    wanted = pd.Series([*cluster.unfiled, *cluster.filed], dtype="str")
    place = rows_in(wanted, rows["org_id"])
    place = place[place >= 0]
    place = place[standing.live[place]]
    hits = _hits(market, facts)
    last = np.where(seen.last[place] == NEVER, np.iinfo(np.int64).min, seen.last[place])
    listed = pd.DataFrame(
        {
            "org_id": rows["org_id"].to_numpy(dtype=object)[place],
            "name": rows["name"].to_numpy(dtype=object)[place],
            "name_en": rows["name_en"].to_numpy(dtype=object)[place],
            "tier": standing.tiers.to_numpy(dtype=object)[place],
            "filed": standing.stage.eq("account").to_numpy(dtype=bool)[place],
            "complete": standing.complete[place],
            "owed": visited["visits_owed"][place].astype(np.int64),
            "last_on": pd.Series(last.astype("datetime64[D]").astype("datetime64[s]")),
        }
    )
    listed["hit"] = hits.reindex(listed["org_id"]).fillna(0).to_numpy(dtype=np.int64)
    listed["reasons"] = pd.Series([_reasons(row) for row in listed.itertuples()], index=listed.index, dtype=object)
    order = listed.assign(weight=listed["hit"] + listed["owed"] + 2 * ~listed["filed"] + (listed["filed"] & ~listed["complete"]))
    sorted_ = order.sort_values(["weight", "tier", "org_id"], ascending=[False, True, True], kind="stable", na_position="last")
    return sorted_.drop(columns="weight").reset_index(drop=True)


def risk_of(listed: pd.DataFrame) -> Risk:
    """Count what `neighbours_of` lists."""
    filed = listed["filed"].to_numpy(dtype=bool)
    return Risk(
        organisations=len(listed),
        unfiled=int((~filed).sum()),
        incomplete=int((filed & ~listed["complete"].to_numpy(dtype=bool)).sum()),
        owed=int((listed["owed"] > 0).sum()),
        hit=int((listed["hit"] > 0).sum()),
    )


def _hits(market: Market, facts: Facts) -> pd.Series:
    wins = market.at("wins", facts.as_of)
    since = pd.Timestamp(facts.as_of) - pd.Timedelta(days=facts.window_days - 1)
    return wins.loc[is_true(wins["verified"]) & (wins["happened_on"] >= since).to_numpy(dtype=bool), "org_id"].value_counts()


def _reasons(row: Any) -> tuple[Message, ...]:
    found = []
    if row.hit:
        found.append(say(N_("a competitor won here already")))
    if not row.filed:
        found.append(say(N_("no file")))
    elif not row.complete:
        found.append(say(N_("the file is not complete")))
    if row.owed:
        never = pd.isna(row.last_on)
        found.append(say(N_("never visited")) if never else say(N_("visit overdue, the last was on {day}"), day=Day(row.last_on.date())))
    return tuple(found)
