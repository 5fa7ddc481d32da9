"""What was planted in a county, and what the figures must come to: for tests that compare, never for the product."""

from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import shapely

from sample_geo import words
from sample_geo.county import Parts
from sample_geo.frames import TODAY
from sample_geo.parks import overlapped
from sample_geo.staff import CAPACITY
from sample_geo.wins import CLUSTER_COMPETITOR, CLUSTER_DAYS, CLUSTER_M

TIERS = ("A", "B", "C", "M")


def planted(parts: Parts) -> dict[str, Any]:
    """Return the truths of the tables that every run makes: parks, vacuum, load, duplicates, wins, and the totals."""
    return {
        "branch_id": parts.county.branch_id,
        "name": parts.county.name,
        "name_en": parts.county.name_en,
        "uncovered_park": _uncovered(parts),
        "parks": _parks(parts),
        "competitor_cluster": _cluster(parts),
        "overloaded_manager": _overloaded(parts),
        "vacuum_towns": _vacuum(parts),
        "duplicates": _duplicates(parts),
        "wrong_coordinates": {"table": "wins", "system": "gcj02", "declared": False},
        "totals": _totals(parts),
    }


def complete(frame: pd.DataFrame, as_of: date = TODAY) -> np.ndarray:
    """Say whose file is complete: filed, licence valid, agreement in force, members on the roster, two people named."""
    when = pd.Timestamp(as_of)
    return (
        (frame["filed_on"] <= when)
        & ~(frame["closed_on"] <= when)
        & ~(frame["lost_on"] <= when)
        & (frame["licence_until"] >= when)
        & frame["agreement"].isin(("signed", "expiring"))
        & (frame["roster_members"].fillna(0) > 0)
        & frame["decision_maker"].fillna(value=False)
        & frame["key_contact"].fillna(value=False)
    ).to_numpy(bool)


def live(frame: pd.DataFrame, as_of: date = TODAY) -> np.ndarray:
    """Say who was live: opened and not closed at the end of that day."""
    when = pd.Timestamp(as_of)
    return ((frame["opened_on"] <= when) & ~(frame["closed_on"] <= when)).to_numpy(bool)


def _rates(frame: pd.DataFrame, as_of: date = TODAY) -> dict[str, dict[str, int]]:
    alive, done = live(frame, as_of), complete(frame, as_of)
    tier = frame["tier"].to_numpy(object)
    return {each: {"complete": int((done & alive & (tier == each)).sum()), "live": int((alive & (tier == each)).sum())} for each in TIERS}


def _park_id(parts: Parts, key: str) -> str:
    number = next(number for number, park in enumerate(parts.parks) if park.key == key)
    return f"{parts.county.prefix}-PK{number + 1:02d}"


def _inside(parts: Parts, key: str) -> list[str]:
    park = next(park for park in parts.parks if park.key == key)
    frame = parts.roll.frame
    hit = shapely.contains_xy(park.outline, frame["lon"].to_numpy(), frame["lat"].to_numpy())
    return frame["org_id"][hit].tolist()


def _uncovered(parts: Parts) -> dict[str, Any]:
    park = next(park for park in parts.parks if park.key == "uncovered")
    ids = _inside(parts, "uncovered")
    frame = parts.roll.frame.set_index("org_id").loc[ids].reset_index()
    return {
        "park_id": _park_id(parts, "uncovered"),
        "cells": overlapped(park.outline),
        "organisations": ids,
        "live": int(live(frame).sum()),
        "visits": int(parts.visits["org_id"].isin(ids).sum()),
        "complete": int(complete(frame).sum()),
    }


def _parks(parts: Parts) -> dict[str, Any]:
    owner_of = dict(zip(parts.territories.cells.tolist(), parts.territories.owner.tolist(), strict=True))
    known = {park.key: park for park in parts.parks}
    owners = sorted({owner_of[cell] for cell in overlapped(known["split"].outline)})
    return {
        "smaller_than_a_cell": _park_id(parts, "tiny"),
        "split_between_owners": {"park_id": _park_id(parts, "split"), "owners": [parts.staff.ids[owner] for owner in owners]},
        "planned": _park_id(parts, "planned"),
    }


def _cluster(parts: Parts) -> dict[str, Any]:
    wins = parts.wins.frame.iloc[parts.wins.cluster]
    return {
        "win_ids": wins["win_id"].tolist(),
        "org_ids": wins["org_id"].tolist(),
        "wins": len(wins),
        "competitor": CLUSTER_COMPETITOR,
        "lat": parts.wins.centre[0],
        "lon": parts.wins.centre[1],
        "within_m": CLUSTER_M,
        "within_days": CLUSTER_DAYS,
        "first": str(wins["happened_on"].min().date()),
        "last": str(wins["happened_on"].max().date()),
    }


def filed_per_manager(parts: Parts) -> dict[str, int]:
    """Return live filed A, B and C organisations by account manager, holders as of today."""
    frame = parts.roll.frame
    counted = live(frame) & (frame["stage"] == "account").to_numpy() & frame["tier"].isin(("A", "B", "C")).to_numpy()
    held = np.bincount(parts.roll.holder_now[counted & (parts.roll.holder_now >= 0)], minlength=len(parts.staff.ids))
    return {parts.staff.ids[number]: int(held[number]) for number in parts.staff.account}


def _overloaded(parts: Parts) -> dict[str, Any]:
    filed = filed_per_manager(parts)
    name = parts.staff.ids[parts.roll.overloaded]
    return {"manager_id": name, "filed_abc": filed[name], "capacity": CAPACITY, "filed_abc_by_manager": filed}


def _vacuum(parts: Parts) -> list[dict[str, Any]]:
    frame, territories = parts.roll.frame, parts.territories
    towns = []
    for number in words.VACUUM:
        own = frame[parts.roll.town == number]
        cells = territories.town == number
        # Counted as the product sees it: by the registered point inside the town's outline.
        owned = int((territories.owner[cells] >= 0).sum())
        unvisited = ~own["org_id"].isin(parts.visits["org_id"]).to_numpy() & live(own)
        towns.append(
            {
                "area_id": parts.county.towns[number].code,
                "name_en": parts.county.towns[number].name_en,
                "cells": int(cells.sum()),
                "cells_owned": owned,
                "filing": _rates(own),
                "never_visited": int(unvisited.sum()),
            }
        )
    return towns


def _duplicates(parts: Parts) -> list[dict[str, str]]:
    ids = parts.roll.frame["org_id"].to_numpy(object)
    return [{"org_id": ids[kept], "duplicate_id": ids[copied], "by": kind} for kept, copied, kind in parts.roll.pairs]


def _totals(parts: Parts) -> dict[str, Any]:
    frame, visits, wins = parts.roll.frame, parts.visits, parts.wins.frame
    alive = live(frame)
    schools = frame[(frame["trade"] == "education") & (parts.roll.town == words.SEAT) & alive]
    verified = wins[(wins["lines_lost"] > 0) & wins["verified"].fillna(value=False)]
    door = visits[visits["kind"].isin(("visit", "sweep"))]
    session = visits[visits["kind"] == "on_site"]
    months = ("2025-05-31", "2025-06-30", "2025-12-31", "2026-05-31", "2026-06-30")
    return {
        "organisations": len(frame),
        "live": int(alive.sum()),
        "live_by_tier": {tier: int((alive & (frame["tier"] == tier)).sum()) for tier in TIERS},
        "filing": _rates(frame),
        "filing_as_of": {each: _rates(frame, date.fromisoformat(each)) for each in months},
        "not_placed": int((alive & frame["lat"].isna()).sum()),
        "held_by_name": int(frame["holder_id"].notna().sum()),
        "sponsored": int(frame["sponsor_id"].notna().sum()),
        "schools": {
            "org_ids": schools["org_id"].tolist(),
            "schools": len(schools),
            "users": int(schools["lines_known"].sum()),
            "with_service": int((schools["services"].fillna(0) >= 1).sum()),
        },
        "on_site": {"sessions": len(session), "organisations": session["org_id"].nunique()},
        "outcomes_at_the_door": {name: int(count) for name, count in door["outcome"].value_counts().sort_index().items()},
        "wins": {"cases": len(wins), "losses": int((wins["lines_lost"] > 0).sum()), "lines_lost": int(wins["lines_lost"].sum())},
        "our_number_kept": {"kept": int((verified["our_number"] == "second_kept").sum()), "verified": len(verified)},
        "village_precision": int((frame["precision"] == "village").sum()),
    }
