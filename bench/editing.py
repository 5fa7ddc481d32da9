"""Editing a plan of 10,000 cells and 100 managers on the Territories page in Chromium: from the end of a gesture to the last pixel."""

import math
import os
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import shapely
from playwright.sync_api import Frame

from bench.branches import BRANCH, CENTRE, NOW_US, TODAY, make_store
from bench.browser import ROOT, Screen, Server, chromium, screen, serve
from bench.figure import Figure
from bench.options import Options
from gridmap.scope import operator
from gridmap.store import create_plan, save_plan
from layers import shapes, territories
from layers.sight import Sight
from pages.shared import app, cached, pictures
from pages.shared.view import plan_text

MANAGERS, ORGANISATIONS_PER_CELL = 100, 2
SHARE = 0.1  # of the cells, in one lasso
ROUNDS, MAP_ROUNDS = 12, 6
FULL = 5_000  # fewer cells are for trying it out: one round
TAKER = "Manager 0"
WALL_S, SERVER_S = 1.5, 0.5
KM2_PER_CELL = 0.737  # H3 resolution 8
_TICKS = os.sysconf("SC_CLK_TCK")

# The moments are taken inside the map, by the clock that all frames of a page share, once the picture has been painted.
_NOW = "const now = () => performance.timeOrigin + performance.now();"
_LISTEN = f"() => {{ {_NOW} document.addEventListener('pointerup', () => {{ window.__up = now(); }}, true); }}"
_MARKED = f"""async before => {{ {_NOW} const here = map.gridmap;
  while (here.selection.text === before) await new Promise(requestAnimationFrame);
  await new Promise(requestAnimationFrame);
  return now() - window.__up; }}"""
_DRAWN = f"""async before => {{ {_NOW} const here = map.gridmap, G = gridmap;
  const wait = () => new Promise(done => setTimeout(done, 4));
  const address = () => G.keyOf(here.shown.main.values);
  while (address() === before) await wait();
  for (let still = 0, seen = -1; still < 15; still = G.status.pending || G.status.painted !== seen ? 0 : still + 1) {{
    seen = G.status.painted; await wait(); }}
  return performance.timeOrigin + G.status.at; }}"""

# Presses a button and says when, so that what Playwright does around a click is not measured.
_PRESS = "button => { const at = performance.timeOrigin + performance.now(); button.click(); return at; }"


def run(options: Options) -> list[Figure]:
    """Measure wall clock in the browser, and processor seconds of the server, of selecting a tenth of the cells and of giving them away."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name, chromium() as browser:
        folder = Path(name)
        store = make_store(
            folder, cells=options.size, organisations=ORGANISATIONS_PER_CELL * options.size, managers=MANAGERS, seed=options.seed
        )
        plan = create_plan(store, operator("bench"), BRANCH, title="bench", effective_on=date(2026, 8, 1), now_us=NOW_US + 1)
        store.engine.dispose()
        environment = {"GRIDMAP_SNAPSHOTS": str(folder / "snapshots")}
        at = str(folder / "gridmap.db")
        with serve(at, folder, launcher=ROOT / "streamlit_app.py", environment=environment) as server, screen(browser) as shown:
            frame = _open(shown, f"{server.url}/territories?branch={BRANCH}&plan={plan.plan_id}")
            rounds = ROUNDS if options.size >= FULL else 1
            told = [_gesture(shown, frame, server, number, options.size) for number in range(rounds + 1)][1:]
        os.environ |= {"GRIDMAP_DATABASE_URL": at, **environment}
        drawn, afresh = _map_part(plan.plan_id)
    return [
        _figure(f"lasso of {SHARE:.0%} of {options.size:,} cells, until they are outlined", told, "select"),
        _figure("the same, processor time of the server", told, "select server", limit=SERVER_S),
        _figure("giving them to a manager, until the last pixel", told, "give"),
        _figure("the same, processor time of the server", told, "give server", limit=SERVER_S),
        Figure(
            "of that the map: owners, legend, outlines, selection", drawn, "cpu s", peers={"outlines of all owners, drawn afresh": afresh}
        ),
    ]


def _map_part(plan_id: int) -> tuple[float, float]:
    """Return the processor seconds of what the map asks for after a move, the median of several, and of all outlines drawn afresh."""
    who, times = operator("bench"), []
    market = cached.market(who, BRANCH)
    share = round(len(market.grid.cells) * SHARE)
    parts = [market.grid.cells[start * share : (start + 1) * share] for start in range(MAP_ROUNDS)]
    for part in parts:
        record, plan = cached.draft(who, BRANCH, plan_id)
        moves = plan.reassigned("cell", list(part), "m01").moves
        save_plan(app.store(), who, BRANCH, plan_id, expected=record.version, now_us=NOW_US + 2, moves=moves)
        began = time.thread_time()
        record, plan = cached.draft(who, BRANCH, plan_id)
        seen = cached.view(who, BRANCH, "territories", as_of=TODAY, window_days=365, plan=plan_text(plan_id, record.version))
        pictures.cell_values(seen, market.grid.resolution)
        pictures.described(seen, None, market.grid.resolution, language="en", dark=False)
        for layer in ("territory_outlines", "plan_moves"):
            pictures.items(replace(seen, layer=layer), "en")
        place = market.grid.cells.get_indexer(part)
        shapes.rings_text(shapely.coverage_union_all(shapes.cell_polygons(market.grid, place)))
        times.append(time.thread_time() - began)
    began = time.thread_time()
    territories.outlines(Sight(market, plan, TODAY, 365))
    return statistics.median(times[1:]), time.thread_time() - began


def _open(shown: Screen, url: str) -> Frame:
    shown.page.set_default_timeout(60_000)
    shown.page.goto(url)
    frame = shown.settle()
    frame.wait_for_selector(".gm-tool")
    frame.evaluate(_LISTEN)
    frame.locator(".gm-tool").nth(2).click()  # the lasso
    shown.page.get_by_role("combobox", name="Give to").click()
    shown.page.keyboard.type(TAKER)
    shown.page.get_by_role("option").first.click()
    return frame


def _gesture(shown: Screen, frame: Frame, server: Server, number: int, cells: int) -> dict[str, float]:
    """Lasso a tenth of the cells around another place than before and give them away; milliseconds of wall and server."""
    _quiet(server)
    told: dict[str, float] = {}
    before = frame.evaluate("map.gridmap.selection.text")
    _draw(shown, frame, number, cells)
    with _server_time(server, told, "select server"):
        shown.page.mouse.up()
        told["select"] = frame.evaluate(_MARKED, before) / 1000
    before = frame.evaluate("gridmap.keyOf(map.gridmap.shown.main.values)")
    button = shown.page.get_by_role("button", name="Assign")
    pressed = button.evaluate(_PRESS)
    with _server_time(server, told, "give server"):
        told["give"] = (frame.evaluate(_DRAWN, before) - pressed) / 1000
    return told


def _draw(shown: Screen, frame: Frame, number: int, cells: int) -> None:
    """Draw a ring around a place and keep the button down."""
    radius = math.sqrt(cells * SHARE * KM2_PER_CELL / math.pi) / 111.32
    turn = 2 * math.pi * number / (ROUNDS + 1)
    middle = CENTRE[0] + 1.5 * radius * math.sin(turn), CENTRE[1] + 1.5 * radius * math.cos(turn)
    stretch = math.cos(math.radians(CENTRE[0]))
    ring = [
        [middle[0] + radius * math.sin(each), middle[1] + radius / stretch * math.cos(each)]
        for each in (2 * math.pi * step / 60 for step in range(60))
    ]
    at = frame.evaluate("ring => ring.map(each => { const p = map.latLngToContainerPoint(each); return [p.x, p.y]; })", ring)
    box: Any = frame.frame_element().bounding_box()
    shown.page.mouse.move(box["x"] + at[0][0], box["y"] + at[0][1])
    shown.page.mouse.down()
    for x, y in at[1:]:
        shown.page.mouse.move(box["x"] + x, box["y"] + y)


@contextmanager
def _server_time(server: Server, told: dict[str, float], name: str) -> Iterator[None]:
    before = _cpu_s(server)
    yield
    _quiet(server)
    told[name] = _cpu_s(server) - before


def _quiet(server: Server) -> None:
    """Wait until the server has done nothing for a third of a second: what it does after an answer is its work too."""
    seen, still = _cpu_s(server), 0
    while still < 3:
        time.sleep(0.1)
        now = _cpu_s(server)
        still, seen = (still + 1 if now - seen <= 1 / _TICKS else 0), now


def _cpu_s(server: Server) -> float:
    """Return the processor seconds of the server so far, user and system."""
    fields = Path(f"/proc/{server.process.pid}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def _figure(figure: str, told: list[dict[str, float]], name: str, *, limit: float = WALL_S) -> Figure:
    times = sorted(each[name] for each in told)
    p95 = times[math.ceil(0.95 * len(times)) - 1]
    peers = {"p50": statistics.median(times), "fastest": times[0], "load of the machine": os.getloadavg()[0]}
    return Figure(f"{figure}, p95", p95, "s", limit=limit, peers=peers)
