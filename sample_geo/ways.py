"""Roads, rivers, a reservoir and villages of one county: what people find their way by, and what organisations lie along."""

import heapq
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import shapely
from shapely.geometry import LineString, Point, Polygon
from shapely.geometry.base import BaseGeometry

from sample_geo import words
from sample_geo.frames import chance
from sample_geo.land import M_PER_LAT, STRETCH, County, offset, wobble

MOTORWAY_SOUTH_M = 2300.0
STREET_GAP_M = 430.0
VILLAGE_GAP_DEG = 0.0085


@dataclass(frozen=True)
class Way:
    """One road or water: names, kind and course; `town` is the town of a street, else -1."""

    name: str
    name_en: str
    kind: str
    geometry: BaseGeometry
    town: int = -1


@dataclass(frozen=True)
class Ways:
    """Roads, waters and villages of one county; `villages` has (lat, lon) rows beside `village_town`."""

    roads: tuple[Way, ...]
    waters: tuple[Way, ...]
    villages: np.ndarray
    village_town: np.ndarray
    village_names: tuple[tuple[str, str], ...]

    def streets_of(self, town: int) -> list[Way]:
        """Return the streets of a town."""
        return [road for road in self.roads if road.town == town]


def build_ways(seed: int, county: County) -> Ways:
    """Draw roads, waters and villages; the same seed gives the same county."""
    generator = chance(seed, county.number, "ways")
    links = _links(county.seats)
    spine = _spine(county.seats, links)
    roads = [*_roads(generator, county, links, spine), *_motorway(generator, county), *_streets(generator, county)]
    lat, lon, town = _villages(generator, county)
    return Ways(
        tuple(roads), tuple(_waters(generator, county, spine)), np.column_stack([lat, lon]), town, _village_names(generator, len(town))
    )


def _links(seats: np.ndarray) -> list[tuple[int, int]]:
    """Return pairs of seats with no third seat inside the circle between them (Gabriel graph: connected, no crossings)."""
    flat = seats * (1.0, STRETCH)
    links = []
    for one in range(len(flat)):
        for other in range(one + 1, len(flat)):
            middle, reach = (flat[one] + flat[other]) / 2, np.linalg.norm(flat[one] - flat[other]) / 2
            apart = np.linalg.norm(flat - middle, axis=1)
            apart[[one, other]] = np.inf
            if apart.min() >= reach:
                links.append((one, other))
    return links


def _spine(seats: np.ndarray, links: list[tuple[int, int]]) -> list[int]:
    """Return the towns along the trunk road: from the southernmost seat by the county town to the northernmost."""
    south, north = int(np.argmin(seats[:, 0])), int(np.argmax(seats[:, 0]))
    return [*_shortest(seats, links, south, words.SEAT), *_shortest(seats, links, words.SEAT, north)[1:]]


def _shortest(seats: np.ndarray, links: list[tuple[int, int]], start: int, end: int) -> list[int]:
    queue: list[tuple[float, list[int]]] = [(0.0, [start])]
    seen: set[int] = set()
    while queue:
        length, path = heapq.heappop(queue)
        here = path[-1]
        if here == end:
            return path
        if here in seen:
            continue
        seen.add(here)
        for pair in links:
            if here in pair:
                there = pair[0] + pair[1] - here
                heapq.heappush(queue, (length + float(np.linalg.norm((seats[here] - seats[there]) * (1, STRETCH))), [*path, there]))
    raise ValueError("the roads do not connect the seats")


def _bend(generator: np.random.Generator, lat_lon: np.ndarray, rounds: int, amount: float) -> np.ndarray:
    """Bend a course through points given as (lat, lon); returns (lon, lat) for geometries."""
    pieces = wobble(generator, lat_lon[:-1], lat_lon[1:], rounds=rounds, amount=amount)
    return np.vstack([pieces[0][:1], *(piece[1:] for piece in pieces)])[:, ::-1].round(6)


def _roads(generator: np.random.Generator, county: County, links: list[tuple[int, int]], spine: list[int]) -> list[Way]:
    trunk = {frozenset(pair) for pair in pairwise(spine)}
    roads = []
    for one, other in links:
        kind = "trunk" if frozenset((one, other)) in trunk else "primary" if words.SEAT in (one, other) else "secondary"
        a, b = county.towns[one], county.towns[other]
        name = "G359国道" if kind == "trunk" else f"{a.name}至{b.name}公路"
        name_en = f"Highway G359 ({a.name_en} - {b.name_en})" if kind == "trunk" else f"{a.name_en} - {b.name_en} Road"
        roads.append(Way(name, name_en, kind, LineString(_bend(generator, county.seats[[one, other]], 4, 0.08))))
    return roads


def _motorway(generator: np.random.Generator, county: County) -> list[Way]:
    west, _, east, _ = county.boundary.bounds
    lat, lon = county.seats[words.SEAT]
    south = lat - MOTORWAY_SOUTH_M / M_PER_LAT
    course = np.array([(south + 0.02, west), (south, lon), (south - 0.03, east)])
    inside = shapely.intersection(LineString(_bend(generator, course, 5, 0.05)), county.boundary)
    longest = max(shapely.get_parts(inside), key=lambda part: part.length)
    return [Way("汕湛高速", "Shantou - Zhanjiang Motorway", "motorway", longest)]


def _streets(generator: np.random.Generator, county: County) -> list[Way]:
    """Return a small net of streets in the county town and a cross of two in each other town."""
    streets = []
    for town, (lat, lon) in enumerate(county.seats):
        names = words.STREETS if town == words.SEAT else words.TOWN_STREETS
        half = len(names) // 2
        reach = 1500.0 if town == words.SEAT else 600.0
        for number, (name, name_en) in enumerate(names):
            across = (number % half - (half - 1) / 2) * STREET_GAP_M
            ends = np.array([[-reach, reach], [across, across]] if number < half else [[across, across], [-reach, reach]])
            points = np.column_stack(offset(np.array([lat, lat]), np.array([lon, lon]), ends[0], ends[1]))
            streets.append(Way(name, name_en, "street", LineString(_bend(generator, points, 3, 0.02)), town))
    return streets


def _waters(generator: np.random.Generator, county: County, spine: list[int]) -> list[Way]:
    """Return the main river along the trunk road, two streams that run into it, and one reservoir in the hills."""
    seats = county.seats
    _, south, _, north = county.boundary.bounds
    beside = seats[spine] + (0.0, 0.0065)
    main = np.vstack([(south, beside[0, 1] + 0.01), beside, (north, beside[-1, 1] - 0.01)])
    river = _inside(LineString(_bend(generator, main, 4, 0.10)), county.boundary)
    waters = [Way("新兴江" if county.number == 0 else f"{county.name[:-1]}江", f"{county.name_en} River", "river", river)]
    far = np.argsort([-Point(lon, lat).distance(river) for lat, lon in seats], kind="stable")[:2]
    for town in far:
        lat, lon = seats[town] + (0.004, -0.004)
        mouth = shapely.get_coordinates(shapely.shortest_line(river, Point(lon, lat)))[0]
        stream = _inside(LineString(_bend(generator, np.array([(lat, lon), mouth[::-1]]), 5, 0.10)), county.boundary)
        named = county.towns[town]
        waters.append(Way(f"{named.name}河", f"{named.name_en} Stream", "river", stream))
    return [*waters, Way("合河水库", "Hehe Reservoir", "reservoir", _reservoir(generator, county))]


def _inside(line: LineString, boundary: Polygon) -> LineString:
    parts = [part for part in shapely.get_parts(shapely.intersection(line, boundary)) if part.geom_type == "LineString"]
    return max(parts, key=lambda part: part.length)


def _reservoir(generator: np.random.Generator, county: County) -> Polygon:
    """Return a lake with arms, as far from every seat as the county allows."""
    tries = _points_inside(generator, county.boundary.buffer(-0.02), 200)
    apart = np.linalg.norm((tries[:, None, :] - county.seats[None]) * (1, STRETCH), axis=2).min(axis=1)
    lat, lon = tries[np.argmax(apart)]
    angles = np.linspace(0, 2 * np.pi, 60, endpoint=False)
    radius = 900 * (1 + 0.35 * np.sin(3 * angles + generator.uniform(0, 6)) + 0.2 * np.sin(7 * angles + generator.uniform(0, 6)))
    shore = offset(np.full(60, lat), np.full(60, lon), radius * np.sin(angles), radius * np.cos(angles))
    return Polygon(np.column_stack(shore[::-1]).round(6))


def _points_inside(generator: np.random.Generator, polygon: BaseGeometry, count: int) -> np.ndarray:
    """Return `count` random (lat, lon) inside a polygon."""
    west, south, east, north = polygon.bounds
    found = np.empty((0, 2))
    while len(found) < count:
        tries = np.column_stack([generator.uniform(south, north, count * 3), generator.uniform(west, east, count * 3)])
        found = np.vstack([found, tries[shapely.contains_xy(polygon, tries[:, 1], tries[:, 0])]])
    return found[:count].round(6)


def _villages(generator: np.random.Generator, county: County) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return 8 to 14 villages of each town, not on top of each other and off the town's edge."""
    kept: list[tuple[float, float, int]] = []
    for town, outline in enumerate(county.outlines):
        wanted = int(generator.integers(9, 15))
        own: list[np.ndarray] = []
        for point in _points_inside(generator, outline.buffer(-0.006), 120):
            if len(own) < wanted and all(np.linalg.norm(point - other) > VILLAGE_GAP_DEG for other in own):
                own.append(point)
        kept += [(float(lat), float(lon), town) for lat, lon in own]
    table = np.array(kept)
    return table[:, 0], table[:, 1], table[:, 2].astype(int)


def _village_names(generator: np.random.Generator, count: int) -> tuple[tuple[str, str], ...]:
    """Return different names for that many villages."""
    chosen = generator.permutation(len(words.FIRST) * len(words.SECOND))[:count]
    pairs = ((words.FIRST[number // len(words.SECOND)], words.SECOND[number % len(words.SECOND)]) for number in chosen)
    return tuple((first[0] + second[0], first[1] + second[1]) for first, second in pairs)
