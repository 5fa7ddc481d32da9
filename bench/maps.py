"""The map of 100,000 cells in Chromium: first picture against an empty map, pan, zoom, bytes; against a plain folium GeoJson and pydeck."""

import io
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import folium
import geopandas as gpd
import numpy as np
import pandas as pd
import pydeck
import xstatic.pkg.leaflet
from PIL import Image
from playwright.sync_api import Browser, Error

from bench.branches import BRANCH, CENTRE, make_store
from bench.browser import chromium, gesture, screen, serve, time_to_empty_map, time_to_last_pixel
from bench.figure import Figure
from bench.options import Options
from gridmap import grid
from gridmap.scope import operator
from gridmap.store import open_market

LAYER = "filing_rate_C"
ROUNDS = 5
FULL = 50_000  # fewer cells are for trying it out: one round
ZOOMS = (1, 1, -1, 1, 1)
CLOSER = -1
PANS = ((600, 0), (0, 400), (-1200, 0), (0, -800), (1800, 0))
PEER_WAIT_S = 240
LEAST_KB = 50
# How a drawing without a signal of its own is timed: the last moment at which the page stood still, once two seconds were smooth.
_STILL = """() => new Promise(done => { let last = performance.now(), busy = last; const look = now => {
  if (now - last > 100) busy = now; last = now;
  if (now - busy > 2000) done(busy); else requestAnimationFrame(look); }; requestAnimationFrame(look); })"""


def run(options: Options) -> list[Figure]:
    """Measure the map in Chromium; wall clock of the browser, so quiet machines give better figures."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name, chromium() as browser:
        folder = Path(name)
        store = make_store(folder, cells=options.size, organisations=options.size // 2, seed=options.seed)
        cells = open_market(store, operator("bench"), BRANCH).grid
        store.engine.dispose()
        ours = _ours(folder, browser, rounds=ROUNDS if options.size >= FULL else 1)
        peers = _peers(folder, browser, cells, seed=options.seed)
    first = ours["first"] / ours["empty"]
    count = len(cells.cells)
    return [
        Figure(
            f"map of {count:,} cells, open to last pixel, of an empty map",
            first,
            "x wall",
            limit=1.5,
            peers={"gridmap, s": ours["first"], "empty map, s": ours["empty"], **peers},
        ),
        Figure(
            "zoom, until the last tile is painted, no rerun",
            ours["zoom"],
            "ms",
            limit=200,
            peers={"the slowest of them": ours["worst zoom"]},
        ),
        Figure(
            "pan, until the last tile is painted, no rerun", ours["pan"], "ms", limit=200, peers={"the slowest of them": ours["worst pan"]}
        ),
        Figure("data on the wire for the first picture", ours["kb"], "kB", limit=LEAST_KB),
    ]


def _ours(folder: Path, browser: Browser, *, rounds: int) -> dict[str, float]:
    empty: list[float] = []
    first: list[float] = []
    with serve(str(folder / "gridmap.db"), folder, environment={"GRIDMAP_SNAPSHOTS": str(folder / "snapshots")}) as server:
        for _ in range(rounds + 1):  # in turns; the first round warms the server
            with screen(browser) as shown:
                empty.append(time_to_empty_map(shown, f"{server.url}/?show=empty"))
            with screen(browser) as shown:
                first.append(time_to_last_pixel(shown, f"{server.url}/?layers={LAYER}"))
                size_kb = shown.wire_bytes() / 1000
        with screen(browser) as shown:
            time_to_last_pixel(shown, f"{server.url}/?layers={LAYER}")
            frame = shown.map
            zooms = [gesture(frame, zoom=step)["ms"] for step in ZOOMS]
            gesture(frame, zoom=CLOSER)  # so that there are cells beyond the edges
            pans = [gesture(frame, pan=step)["ms"] for step in PANS]
    return {
        "empty": statistics.median(empty[1:]),
        "first": statistics.median(first[1:]),
        "zoom": statistics.median(zooms),
        "pan": statistics.median(pans),
        "worst zoom": max(zooms),
        "worst pan": max(pans),
        "kb": size_kb,
    }


def _peers(folder: Path, browser: Browser, cells: grid.Grid, *, seed: int) -> dict[str, float]:
    values = np.random.default_rng(seed).random(len(cells.cells)).round(3)
    drawings: tuple[tuple[str, Callable[[], str]], ...] = (
        ("plain folium GeoJson", lambda: _folium(cells, values)),
        ("pydeck H3HexagonLayer", lambda: _pydeck(cells, values)),
    )
    told: dict[str, float] = {}
    for name, draw in drawings:
        began = time.process_time()
        page = folder / "peer.html"
        page.write_text(draw(), "utf-8")
        made_s = time.process_time() - began
        told |= {f"{name}, {key}": value for key, value in _watched(browser, page).items()}
        told[f"{name}, making the page, cpu s"] = made_s
        told[f"{name}, kB"] = page.stat().st_size / 1000
    return told


def _folium(cells: grid.Grid, values: np.ndarray) -> str:
    outlines = gpd.GeoDataFrame({"value": values}, geometry=grid.outlines(cells, cells.cells).to_numpy(), crs=4326)
    picture = folium.Map(list(CENTRE), tiles=None, zoom_start=10)
    leaflet = Path(xstatic.pkg.leaflet.BASE_DIR)
    picture.default_js = [("leaflet_js", (leaflet / "leaflet.js").as_uri())]
    picture.default_css = [("leaflet_css", (leaflet / "leaflet.css").as_uri())]
    colours = ["#eef6dc", "#a6d8b8", "#41a7bf", "#2166ac", "#152a68"]
    folium.GeoJson(
        outlines,
        style_function=lambda feature: {"fillColor": colours[int(feature["properties"]["value"] * 4.99)], "weight": 0, "fillOpacity": 0.8},
    ).add_to(picture)
    return str(picture.get_root().render())


def _pydeck(cells: grid.Grid, values: np.ndarray) -> str:
    rows = pd.DataFrame({"hex": cells.cells, "value": values})
    layer = pydeck.Layer(
        "H3HexagonLayer", rows, get_hexagon="hex", get_fill_color="[255 * value, 120, 255 - 255 * value]", extruded=False, stroked=False
    )
    view = pydeck.ViewState(latitude=CENTRE[0], longitude=CENTRE[1], zoom=9)
    return str(pydeck.Deck(layers=[layer], initial_view_state=view, map_provider=None).to_html(as_string=True, offline=True))


def _watched(browser: Browser, page: Path) -> dict[str, float]:
    """Time a page from its address to its last picture; what draws nothing within minutes gets that as its time."""
    with screen(browser) as shown:
        shown.page.set_default_timeout(PEER_WAIT_S * 1000)
        try:
            shown.page.goto(page.as_uri(), wait_until="load")
            seconds = float(shown.page.evaluate(_STILL)) / 1000
            drawn = _colours(shown.page.screenshot(timeout=PEER_WAIT_S * 1000)) > 4
        except Error:
            return {"gave up after s": float(PEER_WAIT_S)}
    return {"s": seconds} if drawn else {"drew nothing after s": seconds}


def _colours(picture: bytes) -> int:
    found = Image.open(io.BytesIO(picture)).convert("RGB").getcolors(maxcolors=1 << 24)
    return len(found or [])
