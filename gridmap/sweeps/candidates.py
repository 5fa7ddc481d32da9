"""Which doors may be visited: the organisations of the managers, what each is worth and why, and what keeps one out."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from gridmap.errors import N_, Message, say
from gridmap.facts.measure import counts_for
from gridmap.facts.stock import Standing, standing_of
from gridmap.facts.visits import first_known_on, read_visits
from gridmap.market import Market, live_at
from gridmap.market.columns import is_one_of
from gridmap.open_items import open_items
from gridmap.plan import Plan
from gridmap.settings import Settings, SweepRules
from gridmap.sweeps.contacts import CONTACT_DAYS, contacts_lately
from gridmap.sweeps.holders import holders_of
from gridmap.sweeps.in_shares import in_shares
from gridmap.sweeps.planned import Reason
from gridmap.sweeps.presence import last_shut
from gridmap.sweeps.priority import PARTS, Found, Ground, weigh
from gridmap.sweeps.request import DoorFilter, SweepRequest

Array = np.ndarray[Any, Any]
Row = Mapping[Any, Any]  # one candidate, by column, as `to_dict` gives it
# What of an organisation's row is carried along as it is.
CARRIED = ("name", "name_en", "trade", "lat", "lon", "cell", "town", "park", "street", "building", "floor", "room", "address")

# What keeps a door out, the first that holds; a door that must be visited is kept out by the first two alone.
BLOCKS: tuple[tuple[str, str], ...] = (
    ("no_place", N_("It has no place: place it on Data.")),
    ("locked", N_("It is in another published sweep.")),
    ("without", N_("It was left out of this sweep.")),
    ("contacts", N_("It was spoken to {contacts} times in the last {days} days.")),
    ("nothing_due", N_("Nothing is due there.")),
)
_COUNTED: tuple[tuple[str, str, str], ...] = (
    ("no_place", N_("1 door has no place: place it on Data."), N_("{count} doors have no place: place them on Data.")),
    ("locked", N_("1 door is in another published sweep."), N_("{count} doors are in other published sweeps.")),
    ("without", N_("1 door was left out."), N_("{count} doors were left out.")),
    (
        "contacts",
        N_("1 door was spoken to often enough in the last {days} days."),
        N_("{count} doors were spoken to often enough in the last {days} days."),
    ),
    ("nothing_due", N_("Nothing is due at 1 door."), N_("Nothing is due at {count} doors.")),
)
TIER_WORD = N_("{tier} tier")


def find_candidates(
    market: Market, plan: Plan, request: SweepRequest, *, as_of: date, settings: Settings, locked: frozenset[str] = frozenset()
) -> pd.DataFrame:
    """List the live organisations that the managers of a request hold, by name or as owners of the cell.

    Parameters
    ----------
    market, plan
        What is, and who has what.
    request
        Whose days, which doors are wanted, and which must or must not be visited. What must be visited is listed whatever the filter.
    as_of
        The day up to which things are known.
    settings
        Rules of the trade and of sweeps.
    locked
        Organisations that are doors of other published sweeps.

    Returns
    -------
    One row per organisation, index `org_id` in order: `CARRIED`; tier (missing: unknown), stage, opening_hours; holder (manager_id);
    in_share, service_min (minutes at the door where somebody is in); last_shut (position in `presence.HALVES`); contacts (days on
    which somebody was spoken to, of the last 30); a column per part of `PARTS` with what it adds, and its detail; prize, their sum;
    mandatory; blocked (a key of `BLOCKS`, empty where nothing keeps it out).
    """
    rules = settings.sweeps
    standing = standing_of(market, as_of=as_of, window_days=settings.rules.window_days, rules=settings.rules)
    holder = holders_of(standing.rows, plan)
    must = asked_for(request)
    found, worth = _priorities(market, standing, until=max(request.days, default=as_of), settings=settings)
    kept = standing.live & is_one_of(pd.Series(holder, dtype="str"), *request.managers)
    kept &= _wanted(standing, worth, request.wanted) | is_one_of(standing.rows["org_id"], *must)
    place = np.flatnonzero(kept)
    rows, ids = standing.rows.iloc[place], pd.Index(standing.rows["org_id"].iloc[place], dtype="str", name="org_id")
    table = rows[[*CARRIED, "opening_hours"]].set_axis(ids, axis=0)
    table = table.assign(tier=standing.tiers.iloc[place].to_numpy(), stage=standing.stage.iloc[place].to_numpy(), holder=holder[place])
    table = table.assign(**_at_the_door(market, table, as_of=as_of, rules=rules))
    for part in PARTS:
        table[part.key] = worth[part.key].to_numpy()[place]
        detail = found[part.key].detail[place]
        table[f"{part.key}_detail"] = detail if detail.ndim == 1 else pd.Series(list(detail), index=ids, dtype=object)
    more = dict(rules.more_min)
    for part in PARTS:  # what is to be done there takes its time
        table["service_min"] += np.where(table[part.key] > 0, more.get(part.key, 0), 0)
    table["prize"] = table[[part.key for part in PARTS]].sum(axis=1)
    table["mandatory"] = is_one_of(rows["org_id"], *must)
    table["blocked"] = _blocked(table, locked, request, rules)
    return table.sort_index()


def reasons_of(row: Row, settings: Settings) -> tuple[Reason, ...]:
    """Return why a door is worth a visit, what adds most first; its tier, and that it was asked for, are said at the end."""
    rules = settings.sweeps
    told = [Reason(part.key, float(row[part.key]), part.tell(row[f"{part.key}_detail"])) for part in PARTS if row[part.key] > 0]
    told.sort(key=lambda reason: -reason.worth)
    if isinstance(row["tier"], str) and row["tier"]:
        told.append(Reason("tier", 0.0, say(TIER_WORD, tier=row["tier"])))
    if row["mandatory"]:
        often = row["contacts"] >= rules.most_contacts_month
        asked = say(
            N_("asked for, though it was spoken to {contacts} times in {days} days"), contacts=int(row["contacts"]), days=CONTACT_DAYS
        )
        told.append(Reason("mandatory", 0.0, asked if often else say(N_("asked for"))))
    return tuple(told)


def blocked_said(row: Row) -> Message:
    """Return what keeps a blocked door out."""
    return say(dict(BLOCKS)[row["blocked"]], contacts=int(row["contacts"]), days=CONTACT_DAYS)


def blocks_counted(table: pd.DataFrame) -> tuple[Message, ...]:
    """Return how many doors are kept out by what, in the order of `BLOCKS`."""
    counts = table["blocked"].value_counts()
    return tuple(
        say(one if counts[key] == 1 else many, count=int(counts[key]), days=CONTACT_DAYS) for key, one, many in _COUNTED if counts.get(key)
    )


def without_place(market: Market, plan: Plan, as_of: date) -> int:
    """Count the live organisations without a cell that nobody holds by name: no manager's sweep can find them."""
    rows = market.at("organisations", as_of)
    homeless = live_at(rows, as_of).to_numpy(dtype=bool) & rows["cell"].isna().to_numpy()
    return int(np.count_nonzero(homeless & (holders_of(rows, plan) == "")))


def asked_for(request: SweepRequest) -> tuple[str, ...]:
    """Return the organisations that must be visited, in order: named ones, appointments, and doors pinned to a day."""
    promised, pinned = ({each.org_id for each in request.appointments}, {each.org_id for each in request.pins})
    return tuple(sorted({*request.mandatory, *promised, *pinned}))


def _priorities(market: Market, standing: Standing, *, until: date, settings: Settings) -> tuple[dict[str, Found], pd.DataFrame]:
    rows = standing.rows
    ground = Ground(
        market=market,
        standing=standing,
        seen=read_visits(market, standing, counts_for(rows), rows["org_id"]),
        first_known=first_known_on(market, rows),
        open=open_items(market, standing.as_of),
        until=until,
        rules=settings.rules,
        sweep_rules=settings.sweeps,
    )
    found = {part.key: part.find(ground) for part in PARTS}
    return found, weigh(found, standing.tier, settings.sweeps)


def _wanted(standing: Standing, worth: pd.DataFrame, wanted: DoorFilter) -> Array:
    rows = standing.rows
    kept = np.ones(len(rows), dtype=bool)
    columns = (
        (standing.tiers, wanted.tiers),
        (rows["trade"], wanted.trades),
        (rows["town"], wanted.towns),
        (rows["park"], wanted.parks),
        (rows["street"], wanted.streets),
        (rows["cell"], wanted.cells),
    )
    for values, among in columns:
        if among:
            kept &= is_one_of(values, *among)
    if wanted.parts:
        kept &= (worth[[part for part in wanted.parts if part in worth]] > 0).any(axis=1).to_numpy()
    return kept


def _at_the_door(market: Market, table: pd.DataFrame, *, as_of: date, rules: SweepRules) -> dict[str, Array]:
    shares = in_shares(market, as_of=as_of, rules=rules).groupby("tier")["share"].mean()
    minutes = dict(rules.door_min)
    return {
        "in_share": table["tier"].map(shares).astype(float).fillna(shares.min() if len(shares) else 1.0).to_numpy(),
        "service_min": table["tier"].map(minutes).astype(float).fillna(min(minutes.values(), default=0)).to_numpy().astype(int),
        "last_shut": last_shut(market, table.index, as_of=as_of),
        "contacts": contacts_lately(market, as_of).reindex(table.index, fill_value=0).to_numpy(dtype=np.int64),
    }


def _blocked(table: pd.DataFrame, locked: frozenset[str], request: SweepRequest, rules: SweepRules) -> Array:
    free = ~table["mandatory"].to_numpy(dtype=bool)
    ids = pd.Series(table.index, dtype="str")
    holds = {
        "no_place": ~np.isfinite((table["lat"] + table["lon"]).to_numpy(dtype=float)) | table["cell"].isna().to_numpy(),
        "locked": is_one_of(ids, *sorted(locked)),
        "without": is_one_of(ids, *request.without) & free,
        "contacts": (table["contacts"] >= rules.most_contacts_month).to_numpy() & free,
        "nothing_due": (table["prize"] <= 0).to_numpy() & free,
    }
    return np.select([holds[key] for key, _ in BLOCKS], [key for key, _ in BLOCKS], default="").astype(object)
