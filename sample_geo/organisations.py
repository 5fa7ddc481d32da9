"""The table of organisations: sizes, files and services put together, with the companies that are in it twice."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from sample_geo import words
from sample_geo.credit import credit_codes
from sample_geo.crowd import Crowd, build_crowd
from sample_geo.duplicates import plant_duplicates
from sample_geo.filing import COMPLETE, INCOMPLETE, LOST, NOTHING, TODAY_D, Files, build_files
from sample_geo.frames import NONE, chance, days_between, pick, text, typed
from sample_geo.land import County
from sample_geo.naming import build_names
from sample_geo.parks import Park
from sample_geo.places import Places, build_places
from sample_geo.staff import Staff
from sample_geo.territories import Territories
from sample_geo.ways import Ways

HOURS = {
    "government": "Mo-Fr 08:30-12:00,14:30-17:30", "education": "Mo-Fr 07:30-17:30", "health": "Mo-Su 08:00-18:00",
    "finance": "Mo-Fr 09:00-17:00", "retail": "Mo-Su 08:00-21:30", "catering": "Mo-Su 06:30-14:00,17:00-21:30", "hotel": "24/7",
    "wholesale": "Mo-Sa 07:00-18:00", "hardware": "Mo-Sa 08:00-18:00", "services": "Mo-Su 09:00-20:00",
}  # fmt: skip
FACTORY_HOURS = "Mo-Sa 08:00-12:00,13:30-17:30"


@dataclass(frozen=True)
class Roll:
    """Organisations as a typed frame sorted by id, and beside it what only the generator knows, row by row.

    `holder_now` is who holds each today (by name, else the owner of its cell), -1 for nobody; `pairs` are the planted
    duplicates as (kept row, copied row, kind).
    """

    frame: pd.DataFrame
    true_lat: np.ndarray
    true_lon: np.ndarray
    town: np.ndarray
    cell: np.ndarray
    named: np.ndarray
    holder_now: np.ndarray
    overloaded: int
    pairs: tuple[tuple[int, int, str], ...]


def build_roll(
    seed: int, county: County, *, ways: Ways, parks: tuple[Park, ...], territories: Territories, staff: Staff, live: int
) -> Roll:
    """Make the organisations of a county, `live` of them alive today."""
    crowd = build_crowd(chance(seed, county.number, "crowd"), county, ways, parks, live)
    places = build_places(seed, county, ways, parks, crowd)
    cell = territories.positions(places.lat, places.lon)
    owner = territories.owner_at(cell, np.full(len(crowd), TODAY_D))
    files = build_files(chance(seed, county.number, "files"), crowd, owner, staff)
    frame = _frame(chance(seed, county.number, "organisations"), county, crowd, places, files, staff)
    origin = np.arange(len(frame))
    frame, copies, pairs = plant_duplicates(chance(seed, county.number, "duplicates"), frame, county, np.isin(crowd.town, words.VACUUM))
    origin = np.concatenate([origin, copies])
    order = chance(seed, county.number, "ids").permutation(len(frame))
    frame, origin = frame.iloc[order].reset_index(drop=True), origin[order]
    frame["org_id"] = [f"{county.prefix}{number:06d}" for number in range(1, len(frame) + 1)]
    row_of = np.argsort(order)
    moved = tuple((int(row_of[kept]), int(row_of[copied]), kind) for kept, copied, kind in pairs)
    frame = _with_parents(frame, county)
    cell = territories.positions(frame["lat"].to_numpy(), frame["lon"].to_numpy())
    named = np.where(frame["holder_id"].notna(), files.holder[origin], -1)
    now = np.where(named >= 0, named, territories.owner_at(cell, np.full(len(frame), TODAY_D)))
    true_lat, true_lon = places.true_lat[origin], places.true_lon[origin]
    return Roll(frame, true_lat, true_lon, crowd.town[origin], cell, named, now, files.overloaded, tuple(sorted(moved)))


def _with_parents(frame: pd.DataFrame, county: County) -> pd.DataFrame:
    """Put public schools under the county's education bureau."""
    bureau = frame.loc[frame["name"] == f"{county.name}教育局", "org_id"].iloc[0]
    return frame.assign(parent_id=frame["parent_id"].mask(frame["trade"] == "education", bureau))


def _frame(generator: np.random.Generator, county: County, crowd: Crowd, places: Places, files: Files, staff: Staff) -> pd.DataFrame:
    count = len(crowd)
    name, name_en = build_names(generator, county, crowd)
    start = int(generator.integers(1, 10**7))
    codes = credit_codes(
        crowd.form, np.arange(count), files.opened_on < np.datetime64("2015-10-01"), area=f"{county.branch_id:0>6}", start=start
    )
    stage = np.select([crowd.closed, files.state == LOST, files.state != NOTHING], ["closed", "lost", "account"], "prospect")
    verified = days_between(generator, np.maximum(TODAY_D - 420, files.opened_on), np.where(crowd.closed, files.closed_on, TODAY_D))
    hours = np.array([HOURS.get(trade, FACTORY_HOURS) for trade in crowd.trade], object)
    ids, leaders = np.append(staff.ids, None), np.append(staff.leaders, None)
    named = np.isin(crowd.tier, ("A", "B"))
    filed = np.isin(files.state, (INCOMPLETE, COMPLETE))
    no_code = (crowd.tier == "M") & ~filed & (crowd.special == None) & (generator.random(count) < 0.15)  # noqa: E711 - elementwise
    source = np.where(filed, "crm", np.where(files.opened_on > np.datetime64("2025-06-01"), "sweep", "register"))
    lines = _lines(generator, crowd, files)
    return typed(
        "organisations",
        {
            "name": name, "name_en": name_en, "credit_code": text(codes, ~no_code), "branch_id": county.branch_id, "stage": stage,
            "opened_on": files.opened_on, "joined_on": _joined(generator, files, lines["our_lines"]), "filed_on": files.filed_on,
            "lost_on": files.lost_on, "closed_on": files.closed_on, "verified_on": np.where(np.isnat(verified), files.opened_on, verified),
            "tier": crowd.tier, "tier_reason": crowd.reason, "trade": crowd.trade, "lat": places.lat, "lon": places.lon,
            "precision": places.precision, "address": places.address, "street": places.street, "building": places.building,
            "floor": places.floor, "room": places.room, "opening_hours": text(hours, generator.random(count) < 0.6),
            **lines, **_checks(generator, crowd, files, lines["our_lines"]), **_ties(generator, crowd, filed),
            "holder_id": ids[files.holder], "sponsor_id": leaders[files.sponsor], "core": named, "source": source,
        },
        count,
    )  # fmt: skip


def _lines(generator: np.random.Generator, crowd: Crowd, files: Files) -> dict[str, Any]:
    """Return lines of all operators and ours; many small prospects were never asked."""
    count = len(crowd)
    filed = np.isin(files.state, (INCOMPLETE, COMPLETE))
    members = generator.random(count) < np.where(crowd.tier == "C", 0.5, 0.3)
    share = np.where(filed, generator.beta(6, 3.5, count), np.where(members, generator.beta(2, 6, count), 0.0))
    ours = np.where(filed, np.maximum(1, np.rint(share * crowd.lines)), np.rint(share * crowd.lines)).astype(int)
    ours[files.state == LOST] = 0
    known = filed | (files.state == LOST) | (crowd.special != None) | (generator.random(count) < np.where(crowd.tier == "C", 0.85, 0.55))  # noqa: E711 - elementwise
    surveyed = days_between(generator, np.maximum(TODAY_D - 480, files.opened_on), np.where(crowd.closed, files.closed_on, TODAY_D))
    return {
        "employees": np.maximum(1, np.rint(crowd.lines * generator.uniform(0.8, 1.6, count))).astype(int),
        "lines_known": np.where(known, crowd.lines.astype(object), None),
        "surveyed_on": np.where(known, surveyed, NONE),
        "our_lines": np.where(known, ours.astype(object), None),
    }


def _joined(generator: np.random.Generator, files: Files, our_lines: np.ndarray) -> np.ndarray:
    """Return the day of the first number: some time before the file, for those who have or had one."""
    latest = np.where(np.isnat(files.filed_on), TODAY_D, files.filed_on)
    latest = np.where(np.isnat(files.closed_on), latest, np.minimum(latest, files.closed_on))
    drawn = days_between(generator, np.maximum(files.opened_on, latest - 1500), latest)
    has = np.array([value is not None and value > 0 for value in our_lines]) | (files.state != NOTHING)
    return np.where(has, drawn, NONE)


def _checks(generator: np.random.Generator, crowd: Crowd, files: Files, our_lines: np.ndarray) -> dict[str, Any]:
    """Return what is checked in a file; an incomplete one fails one check, a complete one none."""
    count = len(crowd)
    filed = files.state != NOTHING
    fault = np.where(files.state == INCOMPLETE, pick(generator, [0.4, 0.3, 0.15, 0.15], count), -1)
    good_until = TODAY_D + generator.integers(60, 3650, count)
    licence = np.where(fault == 0, TODAY_D - generator.integers(5, 300, count), good_until)
    agreement = np.where(generator.random(count) < 0.12, "expiring", "signed").astype(object)
    agreement[(fault == 1) | (files.state == LOST)] = "expired"
    agreement[~filed] = "none"
    end = np.select(
        [agreement == "expiring", agreement == "signed", agreement == "expired"],
        [
            TODAY_D + generator.integers(1, 60, count),
            TODAY_D + generator.integers(61, 800, count),
            TODAY_D - generator.integers(10, 300, count),
        ],
        NONE,
    )
    ours = np.array([value or 0 for value in our_lines])
    # Members that a lost or closed organisation had are on the roster still.
    had = np.where(files.state == LOST, np.maximum(1, crowd.lines // 2), ours)
    roster = np.where(fault == 2, 0, np.maximum(1, np.rint(had * generator.uniform(0.8, 1.0, count)))).astype(int)
    checked = np.minimum(roster, np.rint(roster * generator.choice([0.0, 0.1, 0.3], count, p=[0.25, 0.35, 0.4]) + 0.4)).astype(int)
    passed = generator.binomial(checked, 0.965)
    two = filed & (fault != 3)
    return {
        "licence_until": np.where(filed, licence, NONE),
        "agreement": agreement,
        "contract_end": end,
        "roster_members": np.where(filed, roster.astype(object), None),
        "roster_checked": np.where(filed, checked.astype(object), None),
        "roster_passed": np.where(filed, passed.astype(object), None),
        "decision_maker": np.where(two, True, np.where(filed, False, None)),
        "key_contact": np.where(filed, True, np.where(generator.random(count) < 0.3, False, None)),
    }


def _ties(generator: np.random.Generator, crowd: Crowd, filed: np.ndarray) -> dict[str, Any]:
    """Return what ties an organisation to us: services, payment for its members, prepayment, relationship."""
    count = len(crowd)
    usual = np.select([crowd.tier == "A", crowd.tier == "B", crowd.tier == "C"], [4.5, 3.0, 1.6], 0.5)
    services = np.where(filed, generator.poisson(usual), 0)
    unified = filed & (
        generator.random(count) < np.select([crowd.tier == "A", crowd.tier == "B", crowd.tier == "C"], [0.5, 0.3, 0.12], 0.02)
    )
    prepaid = filed & (
        generator.random(count) < np.select([crowd.tier == "A", crowd.tier == "B", crowd.tier == "C"], [0.7, 0.55, 0.35], 0.1)
    )
    # Prepayments are sold in December: most run out a year or two later.
    runs_out = generator.choice(np.array(["2026-12-31", "2027-12-31", "2026-11-30", "2027-06-30", "2026-09-30"], "datetime64[D]"), count)
    relation = pick(generator, [0.08, 0.27, 0.42, 0.23], count)
    asked = filed | (generator.random(count) < 0.35)
    return {
        "services": np.where(filed, services.astype(object), None),
        "unified_payment": np.where(filed, unified, None),
        "prepaid_until": np.where(prepaid, runs_out, NONE),
        "relationship": np.where(asked, relation.astype(object), None),
    }
