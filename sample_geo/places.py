"""Where each organisation is, and how much of that its address tells."""

from dataclasses import dataclass

import numpy as np
import shapely

from sample_geo import words
from sample_geo.crowd import CENTRE, PARK, ROAD, VILLAGE, Crowd
from sample_geo.frames import chance, pick, pick_rows, text
from sample_geo.land import County, offset
from sample_geo.parks import Park
from sample_geo.ways import Ways

PRECISIONS = ("door", "building", "street", "village")
# By setting: centre, road, village, park. Together about a third of all addresses reach only to the village.
PRECISION_WEIGHTS = np.array([[0.50, 0.22, 0.28, 0.0], [0.30, 0.0, 0.35, 0.35], [0.10, 0.0, 0.0, 0.90], [0.60, 0.30, 0.10, 0.0]])
UNPLACED_SHARE = 0.01
SPREAD_M = (1150.0, 480.0)  # of the county town's centre, and of the others
VILLAGE_SPREAD_M = 210.0


@dataclass(frozen=True)
class Places:
    """True points, the points as registered (village centres where nothing finer is known), and the address in parts."""

    true_lat: np.ndarray
    true_lon: np.ndarray
    lat: np.ndarray
    lon: np.ndarray
    precision: np.ndarray
    address: np.ndarray
    street: np.ndarray
    building: np.ndarray
    floor: np.ndarray
    room: np.ndarray


def buildings_of(generator: np.random.Generator, county: County) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return latitude, longitude and floors of the county town's buildings, in the order of `words.BUILDINGS`."""
    count = len(words.BUILDINGS)
    seat = county.seats[words.SEAT]
    lat, lon = offset(np.full(count, seat[0]), np.full(count, seat[1]), generator.normal(0, 600, count), generator.normal(0, 600, count))
    return lat.round(6), lon.round(6), generator.integers(4, 23, count)


def build_places(seed: int, county: County, ways: Ways, parks: tuple[Park, ...], crowd: Crowd) -> Places:
    """Put every organisation somewhere that fits its setting, inside its own town."""
    generator = chance(seed, county.number, "places")
    count = len(crowd)
    lat, lon, road = _points(generator, county, ways, parks, crowd)
    nearest = _nearest_village(ways, crowd, lat, lon)
    street = _street_names(generator, county, ways, crowd, road)
    precision = pick_rows(generator, PRECISION_WEIGHTS[crowd.setting])
    b_lat, b_lon, floors = buildings_of(chance(seed, county.number, "buildings"), county)
    # Only the county town has named buildings; parks have numbered blocks, other towns have houses.
    elsewhere = (precision == 1) & (crowd.town != words.SEAT) & (crowd.setting != PARK)
    precision[elsewhere] = 0
    inside = (precision == 1) & (crowd.setting == CENTRE)
    house = pick(generator, floors, count)
    jitter = generator.normal(0, 12, (2, count))
    lat[inside], lon[inside] = (where[inside] for where in offset(b_lat[house], b_lon[house], *jitter))
    known_lat, known_lon = lat.copy(), lon.copy()
    blurred = precision == 2
    known_lat[blurred], known_lon[blurred] = (where[blurred] for where in offset(lat, lon, *generator.normal(0, 45, (2, count))))
    far = precision == 3
    known_lat[far], known_lon[far] = ways.villages[nearest[far], 0], ways.villages[nearest[far], 1]
    unplaced = (crowd.tier == "M") & (crowd.special == None) & (generator.random(count) < UNPLACED_SHARE)  # noqa: E711 - elementwise
    known_lat[unplaced] = known_lon[unplaced] = np.nan
    parts = _address(generator, county, ways, parks, crowd, precision, street, nearest, np.where(inside, house, -1), floors)
    kinds = text(np.array(PRECISIONS, object)[precision], ~unplaced)
    return Places(lat.round(6), lon.round(6), known_lat.round(6), known_lon.round(6), kinds, *parts)


def _points(
    generator: np.random.Generator, county: County, ways: Ways, parks: tuple[Park, ...], crowd: Crowd
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    count = len(crowd)
    spread = np.where(crowd.town == words.SEAT, *SPREAD_M)
    # Long tails: most stand close to the market, some well out.
    spread = spread * np.exp(generator.normal(-0.25, 0.5, count))
    seats = county.seats[crowd.town]
    lat, lon = offset(seats[:, 0], seats[:, 1], *(generator.normal(0, 1, (2, count)) * spread))
    road = np.full(count, -1)
    for town, outline in enumerate(county.outlines):
        own = np.flatnonzero((crowd.setting == ROAD) & (crowd.town == town))
        lat[own], lon[own], road[own] = _along_roads(generator, ways, outline, len(own))
    own = crowd.setting == VILLAGE
    villages = ways.villages[crowd.village[own]]
    lat[own], lon[own] = offset(villages[:, 0], villages[:, 1], *generator.normal(0, VILLAGE_SPREAD_M, (2, int(own.sum()))))
    for number, park in enumerate(parks):
        own = np.flatnonzero(crowd.park == number)
        if len(own) and park.outline is not None:
            lat[own], lon[own] = _inside(generator, park.outline, len(own))
    lat, lon = _kept_at_home(generator, county, ways, crowd, lat, lon)
    return lat, lon, road


def _along_roads(
    generator: np.random.Generator, ways: Ways, outline: shapely.Polygon, count: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return points beside the roads of a town, on either side, and which road each is on."""
    kinds = {"trunk": 1.6, "primary": 1.3, "secondary": 1.0, "street": 2.0}
    numbers = [number for number, road in enumerate(ways.roads) if road.kind in kinds and road.geometry.intersects(outline)]
    pieces = [shapely.intersection(ways.roads[number].geometry, outline) for number in numbers]
    chosen = pick(generator, [piece.length * kinds[ways.roads[number].kind] for number, piece in zip(numbers, pieces, strict=True)], count)
    along = generator.random(count)
    spots = shapely.get_coordinates(shapely.line_interpolate_point(_lines(pieces)[chosen], along, normalized=True))
    aside = generator.uniform(15, 110, (2, count)) * generator.choice([-1.0, 1.0], (2, count))
    lat, lon = offset(spots[:, 1], spots[:, 0], *aside)
    return lat, lon, np.array(numbers)[chosen]


def _lines(pieces: list[shapely.Geometry]) -> np.ndarray:
    """Return one line for each piece: the longest, where a road crosses the town's edge more than once."""
    return np.array([max(shapely.get_parts(piece), key=lambda part: part.length) for piece in pieces], object)


def _inside(generator: np.random.Generator, outline: shapely.Polygon, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Return points inside a park, a few metres off its fence."""
    fenced = outline.buffer(-0.0002)
    west, south, east, north = fenced.bounds
    lat, lon = np.empty(0), np.empty(0)
    while len(lat) < count:
        y, x = generator.uniform(south, north, count * 3), generator.uniform(west, east, count * 3)
        hit = shapely.contains_xy(fenced, x, y)
        lat, lon = np.append(lat, y[hit]), np.append(lon, x[hit])
    return lat[:count], lon[:count]


def _kept_at_home(
    generator: np.random.Generator, county: County, ways: Ways, crowd: Crowd, lat: np.ndarray, lon: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Bring points that fell outside their town back to one of its villages."""
    lat, lon = lat.copy(), lon.copy()
    for town, outline in enumerate(county.outlines):
        own = np.flatnonzero(crowd.town == town)
        inner = outline.buffer(-0.0012)
        shapely.prepare(inner)
        out = own[~shapely.contains_xy(inner, lon[own], lat[own])]
        villages = ways.villages[generator.choice(np.flatnonzero(ways.village_town == town), len(out))]
        lat[out], lon[out] = offset(villages[:, 0], villages[:, 1], *generator.uniform(-120, 120, (2, len(out))))
    return lat, lon


def _nearest_village(ways: Ways, crowd: Crowd, lat: np.ndarray, lon: np.ndarray) -> np.ndarray:
    """Return the nearest village of the own town, or the own village."""
    nearest = crowd.village.copy()
    for town in np.unique(crowd.town):
        own = np.flatnonzero((crowd.town == town) & (crowd.village < 0))
        candidates = np.flatnonzero(ways.village_town == town)
        tree = shapely.STRtree(shapely.points(ways.villages[candidates][:, ::-1]))
        nearest[own] = candidates[tree.nearest(shapely.points(lon[own], lat[own]))]
    return nearest


def _street_names(generator: np.random.Generator, county: County, ways: Ways, crowd: Crowd, road: np.ndarray) -> np.ndarray:
    names = np.array([way.name for way in ways.roads], object)
    street = np.full(len(crowd), None, object)
    for town in range(len(county.towns)):
        own = np.flatnonzero((crowd.town == town) & (crowd.setting == CENTRE))
        street[own] = generator.choice([way.name for way in ways.streets_of(town)], len(own))
    street[road >= 0] = names[road[road >= 0]]
    return street


def _address(  # noqa: PLR0913, PLR0917 - the parts of an address
    generator: np.random.Generator,
    county: County,
    ways: Ways,
    parks: tuple[Park, ...],
    crowd: Crowd,
    precision: np.ndarray,
    street: np.ndarray,
    village: np.ndarray,
    house: np.ndarray,
    floors: np.ndarray,
) -> tuple[np.ndarray, ...]:
    count = len(crowd)
    number = generator.integers(1, 260, count)
    level = generator.integers(1, np.where(house >= 0, floors[house], 5) + 1)
    door = level * 100 + generator.integers(1, 17, count)
    starts = np.where(generator.random(count) < 0.5, f"广东省云浮市{county.name}", county.name)
    towns = [town.name + words.PINYIN_TOWN for town in county.towns]
    names = [name for name, _ in ways.village_names]
    address, block = [], np.full(count, None, object)
    rows = zip(starts, crowd.town, crowd.park, precision, street, village, house, number, level, door, strict=True)
    for row, (start, town, park, how, road, near, in_house, no, high, room) in enumerate(rows):
        base = f"{start}{towns[town]}"
        if park >= 0:
            block[row] = f"{no % 12 + 1}栋" if how == 1 else None
            address.append(f"{base}{parks[park].name}" + (f"{no % 12 + 1}栋{high}楼" if how == 1 else f"{no}号" if how == 0 else ""))
        elif how == 3 or road is None:
            address.append(f"{base}{names[near]}村" if how == 3 else f"{base}{names[near]}村{no}号")
        elif in_house >= 0:
            block[row] = words.BUILDINGS[in_house][0]
            address.append(f"{base}{road}{no}号{block[row]}{high}楼{room}室")
        else:
            address.append(f"{base}{road}{no}号" if how == 0 else f"{base}{road}")
    in_block = block != None  # noqa: E711 - elementwise
    known_street = text(street, precision < 3)
    return np.array(address, object), known_street, block, text(level.astype(str), in_block), text(door.astype(str), house >= 0)
