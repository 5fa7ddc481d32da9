"""The land: seats of towns and outlines that share their wobbly edges exactly, for one county or for a province of them."""

from dataclasses import dataclass, field
from math import ceil, cos, radians, sqrt

import numpy as np
import shapely
from shapely.geometry import MultiPoint, Polygon

from sample_geo import words
from sample_geo.frames import chance

M_PER_LAT = 110_750.0
# One county has one slot of the lattice; odd rows are shifted by half a slot, so that outlines are no rectangles.
CENTRE_LAT, CENTRE_LON, SLOT_LAT, SLOT_LON = 22.645, 112.228, 0.335, 0.405
STRETCH = cos(radians(CENTRE_LAT))
WOBBLE = 0.13


@dataclass(frozen=True)
class County:
    """One county branch: codes, names, seats and outlines of its towns (EPSG:4326)."""

    number: int
    branch_id: str
    prefix: str
    name: str
    name_en: str
    towns: tuple[words.Town, ...]
    outlines: tuple[Polygon, ...]
    boundary: Polygon = field(repr=False)

    @property
    def seats(self) -> np.ndarray:
        """(lat, lon) of the seat of each town, one row each."""
        return np.array([(town.lat, town.lon) for town in self.towns])


def metres_per_degree(lat: float) -> tuple[float, float]:
    """Return metres per degree of latitude and of longitude at that latitude."""
    return M_PER_LAT, 111_320.0 * cos(radians(lat))


def offset(lat: np.ndarray, lon: np.ndarray, north_m: np.ndarray, east_m: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Move points by metres to the north and to the east."""
    return lat + north_m / M_PER_LAT, lon + east_m / (111_320.0 * np.cos(np.radians(lat)))


def wobble(generator: np.random.Generator, starts: np.ndarray, ends: np.ndarray, *, rounds: int, amount: float) -> np.ndarray:
    """Bend straight edges by moving midpoints sideways again and again.

    Parameters
    ----------
    starts, ends
        (n, 2) end points, which stay where they are.
    rounds, amount
        Halvings, and the largest shift as a share of the piece halved.

    Returns
    -------
    (n, 2**rounds + 1, 2) points.
    """
    lines = np.stack([starts, ends], axis=1)
    for _ in range(rounds):
        along = lines[:, 1:] - lines[:, :-1]
        aside = np.stack([-along[..., 1], along[..., 0]], axis=-1)
        shift = generator.uniform(-amount, amount, along.shape[:2])[..., None]
        middles = (lines[:, 1:] + lines[:, :-1]) / 2 + aside * shift
        wider = np.empty((len(lines), lines.shape[1] * 2 - 1, 2))
        wider[:, ::2], wider[:, 1::2] = lines, middles
        lines = wider
    return lines


def build_counties(seed: int, branches: int) -> tuple[County, ...]:
    """Lay out as many counties side by side; the first is modelled on Xinxing.

    Returns
    -------
    Counties whose towns are an exact partition: neighbours share every vertex of their common edge.
    """
    wide = ceil(sqrt(branches))
    slots = [(number // wide, number % wide) for number in range(branches)]
    rows = slots[-1][0] + 1
    around = [(row, column) for row in range(-1, rows + 1) for column in range(-2, wide + 2) if (row, column) not in set(slots)]
    towns = [_towns_of_slot(seed, number, slot) for number, slot in enumerate(slots)]
    ghosts = [_towns_of_slot(seed, -1, slot) for slot in around]
    seats = np.array([(town.lon * STRETCH, town.lat) for group in (*towns, *ghosts) for town in group])
    outlines = _outlines(chance(seed, "outlines"), seats, sum(map(len, towns)))
    counties = []
    for number, group in enumerate(towns):
        own = tuple(outlines[number * len(group) : (number + 1) * len(group)])
        code = words.BRANCH_ID if number == 0 else f"449{number:03d}"
        name, name_en = (words.COUNTY, words.COUNTY_EN) if number == 0 else _county_name(number)
        prefix = "XX" if number == 0 else f"N{number:03d}"
        boundary = shapely.union_all(own)
        counties.append(County(number, code, prefix, name, name_en, group, own, boundary))
    return tuple(counties)


def _county_name(number: int) -> tuple[str, str]:
    first, second = words.FIRST[number % len(words.FIRST)], words.SECOND[(number * 5 + number // len(words.FIRST)) % len(words.SECOND)]
    return f"{first[0]}{second[0]}县", f"{first[1]}{second[1]}"


def _towns_of_slot(seed: int, number: int, slot: tuple[int, int]) -> tuple[words.Town, ...]:
    """Return the towns of a slot: the real seats in the first, the same pattern mirrored and shaken elsewhere."""
    if slot == (0, 0):
        return words.TOWNS
    row, column = slot
    generator = chance(seed, "slot", row, column)
    lat0, lon0 = CENTRE_LAT + SLOT_LAT * row, CENTRE_LON + SLOT_LON * (column + 0.5 * (row % 2))
    mirror = generator.choice([-1.0, 1.0], 2)
    shake = generator.normal(0, 0.008, (len(words.TOWNS), 2))
    names = generator.permutation(len(words.FIRST) * len(words.SECOND))
    towns = []
    for position, town in enumerate(words.TOWNS):
        first, second = words.FIRST[names[position] // len(words.SECOND)], words.SECOND[names[position] % len(words.SECOND)]
        lat = lat0 + mirror[0] * (town.lat - CENTRE_LAT) + shake[position, 0]
        lon = lon0 + mirror[1] * (town.lon - CENTRE_LON) + shake[position, 1]
        code = f"449{max(number, 0):03d}1{position:02d}"
        towns.append(
            town._replace(code=code, name=first[0] + second[0], name_en=first[1] + second[1], lat=round(lat, 6), lon=round(lon, 6))
        )
    return tuple(towns)


def _outlines(generator: np.random.Generator, seats: np.ndarray, count: int) -> list[Polygon]:
    """Return the outlines of the first `count` seats: cells of nearest seat with each shared edge bent once."""
    cells = shapely.get_parts(shapely.voronoi_polygons(MultiPoint(seats), ordered=True))[:count]
    segments = np.concatenate([np.hstack([ring[:-1], ring[1:]]) for ring in (shapely.get_coordinates(cell).round(6) for cell in cells)])
    backwards = (segments[:, 0] > segments[:, 2]) | ((segments[:, 0] == segments[:, 2]) & (segments[:, 1] > segments[:, 3]))
    segments[backwards] = segments[backwards][:, [2, 3, 0, 1]]
    edges = np.unique(segments, axis=0)
    edges = edges[(edges[:, :2] != edges[:, 2:]).any(axis=1)]
    lines = wobble(generator, edges[:, :2], edges[:, 2:], rounds=5, amount=WOBBLE).round(6)
    noded = shapely.union_all(shapely.linestrings(lines), grid_size=1e-6)
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(noded)))
    tree = shapely.STRtree(faces)
    homes = tree.query(shapely.points(seats[:count]), predicate="within")
    own = [face for _, face in sorted(zip(*homes.tolist(), strict=True))]
    return [_to_degrees(face) for face in _with_slivers([faces[face] for face in own], np.delete(faces, own))]


def _with_slivers(towns: list[Polygon], slivers: np.ndarray) -> list[Polygon]:
    """Give what two bent edges cut off where they cross to the town it has the longest border with."""
    waiting = list(slivers)
    while waiting:
        shared = [[shapely.length(shapely.intersection(town, sliver)) for town in towns] for sliver in waiting]
        next_one = int(np.argmax([max(lengths) for lengths in shared]))
        town = int(np.argmax(shared[next_one]))
        if shared[next_one][town] == 0:
            break  # what is left touches the towns in points only: it lies outside
        towns[town] = shapely.union_all([towns[town], waiting.pop(next_one)])
    return towns


def _to_degrees(face: Polygon) -> Polygon:
    return shapely.transform(face, lambda xy: np.column_stack([(xy[:, 0] / STRETCH).round(6), xy[:, 1].round(6)]))
