"""One county, part by part: each table is made only when it is asked for, and is the same whatever else is asked for."""

from functools import cached_property

import numpy as np
import pandas as pd
import shapely

from sample_geo import words
from sample_geo.campaigns import campaigns_table
from sample_geo.field import surveys_table, tasks_table
from sample_geo.frames import chance, share_out, typed
from sample_geo.land import County
from sample_geo.money import bases_table, contacts_table, months_table
from sample_geo.organisations import Roll, build_roll
from sample_geo.parks import Park, build_parks, place_split
from sample_geo.places import buildings_of
from sample_geo.staff import Staff, build_staff, managers_table, people_table, targets_table
from sample_geo.territories import Territories, build_territories, ownership_table
from sample_geo.visits import visits_table
from sample_geo.ways import Way, Ways, build_ways
from sample_geo.wins import Wins, build_wins

RESOLUTION = 8
POPULATION = 430_000


class Parts:
    """The parts of one county, made on first use; `live` organisations are alive today."""

    def __init__(self, seed: int, county: County, live: int) -> None:
        self.seed, self.county, self.live = seed, county, live

    @cached_property
    def ways(self) -> Ways:
        """Roads, waters and villages."""
        return build_ways(self.seed, self.county)

    @cached_property
    def staff(self) -> Staff:
        """Managers and leaders."""
        return build_staff(self.seed, self.county)

    @cached_property
    def _ground(self) -> tuple[tuple[Park, ...], Territories]:
        parks = build_parks(self.seed, self.county)
        territories = build_territories(self.seed, self.county, self.staff, parks)
        return place_split(self.county, parks, territories.cells, territories.owner), territories

    @property
    def parks(self) -> tuple[Park, ...]:
        """Industrial parks."""
        return self._ground[0]

    @property
    def territories(self) -> Territories:
        """Cells and their owners."""
        return self._ground[1]

    @cached_property
    def roll(self) -> Roll:
        """Organisations."""
        return build_roll(
            self.seed,
            self.county,
            ways=self.ways,
            parks=self.parks,
            territories=self.territories,
            staff=self.staff,
            live=self.live,
        )

    @cached_property
    def wins(self) -> Wins:
        """What competitors did."""
        return build_wins(self.seed, self.county, self.roll)

    @cached_property
    def visits(self) -> pd.DataFrame:
        """Eighteen months of visits."""
        return visits_table(self.seed, self.county, roll=self.roll, territories=self.territories, staff=self.staff)

    def table(self, name: str) -> pd.DataFrame:
        """Return one table of the schema; KeyError where the generator does not know it."""
        makers = {
            "branches": lambda: branches_table(self.county),
            "areas": lambda: areas_table(self.seed, self.county),
            "parks": lambda: parks_table(self.county, self.parks),
            "buildings": lambda: buildings_table(self.seed, self.county),
            "roads": lambda: ways_table("roads", self.county, self.ways.roads),
            "waters": lambda: ways_table("waters", self.county, self.ways.waters),
            "managers": lambda: managers_table(self.seed, self.county, self.staff),
            "people": lambda: people_table(self.county, self.staff),
            "ownership": lambda: ownership_table(self.county, self.staff, self.territories),
            "targets": lambda: targets_table(self.county, self.staff),
            "organisations": lambda: self.roll.frame,
            "org_months": lambda: months_table(self.seed, self.county, self.roll, self.wins),
            "contacts": lambda: contacts_table(self.seed, self.county, self.roll),
            "bases": lambda: bases_table(self.seed, self.county, self.roll, self.wins),
            "visits": lambda: self.visits,
            "wins": lambda: self.wins.frame,
            "tasks": lambda: tasks_table(self.seed, self.county, roll=self.roll, staff=self.staff, visits=self.visits),
            "surveys": lambda: surveys_table(self.seed, self.county, roll=self.roll, staff=self.staff, land=self._ground),
            "campaigns": lambda: campaigns_table(self.seed, self.county, roll=self.roll, staff=self.staff),
        }
        return makers[name]()


def branches_table(county: County) -> pd.DataFrame:
    """Return the branch itself."""
    return typed(
        "branches",
        {
            "branch_id": county.branch_id,
            "name": f"{county.name}分公司",
            "name_en": f"{county.name_en} branch",
            "level": "county",
            "grid_kind": "h3",
            "grid_resolution": RESOLUTION,
            "time_zone": "Asia/Shanghai",
            "boundary": shapely.to_wkt(county.boundary, rounding_precision=6),
        },
        1,
    )


def areas_table(seed: int, county: County) -> pd.DataFrame:
    """Return the county and its towns."""
    generator = chance(seed, county.number, "areas")
    weights = np.array([town.weight for town in county.towns]) + 0.04
    people = share_out(round(POPULATION * generator.uniform(0.97, 1.03)), weights)
    towns = county.towns
    return typed(
        "areas",
        {
            "area_id": [county.branch_id, *[town.code for town in towns]],
            "name": [county.name, *[town.name + words.PINYIN_TOWN for town in towns]],
            "name_en": [f"{county.name_en} County", *[town.name_en for town in towns]],
            "branch_id": county.branch_id,
            "parent_id": [None, *[county.branch_id] * len(towns)],
            "level": ["county", *["town"] * len(towns)],
            "population": [int(people.sum()), *people.tolist()],
            "geometry": shapely.to_wkt(np.array([county.boundary, *county.outlines]), rounding_precision=6),
        },
        1 + len(towns),
    )


def parks_table(county: County, parks: tuple[Park, ...]) -> pd.DataFrame:
    """Return the parks."""
    columns = {name: [getattr(park, name) for park in parks] for name in ("name", "name_en", "kind", "status", "access")}
    outlines = shapely.to_wkt(np.array([park.outline for park in parks]), rounding_precision=6)
    ids = [f"{county.prefix}-PK{number + 1:02d}" for number in range(len(parks))]
    return typed("parks", {**columns, "park_id": ids, "branch_id": county.branch_id, "geometry": outlines}, len(parks))


def buildings_table(seed: int, county: County) -> pd.DataFrame:
    """Return the county town's buildings, where the organisations inside say they are."""
    lat, lon, floors = buildings_of(chance(seed, county.number, "buildings"), county)
    count = len(words.BUILDINGS)
    access = chance(seed, county.number, "access").choice(["covered", "extendable", "none"], count, p=[0.6, 0.3, 0.1])
    return typed(
        "buildings",
        {
            "building_id": [f"{county.prefix}-B{number + 1:02d}" for number in range(count)],
            "name": [name for name, _, _ in words.BUILDINGS],
            "name_en": [name for _, name, _ in words.BUILDINGS],
            "branch_id": county.branch_id,
            "kind": [kind for _, _, kind in words.BUILDINGS],
            "floors": floors,
            "status": "built",
            "access": access,
            "lat": lat,
            "lon": lon,
        },
        count,
    )


def ways_table(name: str, county: County, ways: tuple[Way, ...]) -> pd.DataFrame:
    """Return roads or waters."""
    sign, key = ("R", "road_id") if name == "roads" else ("T", "water_id")
    return typed(
        name,
        {
            key: [f"{county.prefix}-{sign}{number + 1:02d}" for number in range(len(ways))],
            "name": [way.name for way in ways],
            "name_en": [way.name_en for way in ways],
            "branch_id": county.branch_id,
            "kind": [way.kind for way in ways],
            "geometry": shapely.to_wkt(np.array([way.geometry for way in ways]), rounding_precision=6),
        },
        len(ways),
    )
