"""What a person does on the map, in Chromium."""

import re

import h3
import numpy as np
import pytest

import bench.branches
from bench.branches import BRANCH, TODAY, TRIPWIRES, make_store
from bench.browser import gesture, serve
from gridmap.facts import measure, roll_up
from gridmap.market import day_end_us
from gridmap.metrics import evaluate, metric
from gridmap.scope import operator
from gridmap.settings import Rules, Settings
from gridmap.store import open_market, open_store, plan_as_of

MIDDLE = h3.latlng_to_cell(*bench.branches.CENTRE, 8)
CENTRE = h3.cell_to_latlng(MIDDLE)


@pytest.fixture(scope="module")
def truth(branch_store):
    """Figures per cell as the domain has them, past every tile and cache."""
    store, who = open_store(branch_store, settings=Settings()), operator("truth")
    market = open_market(store, who, BRANCH)
    plan = plan_as_of(store, who, BRANCH, valid_us=day_end_us(TODAY, "Asia/Shanghai") - 1)
    facts = measure(market, plan.holders_now, as_of=TODAY, window_days=365, rules=Rules())
    store.engine.dispose()
    return roll_up(facts, "cell", market=market)


def pixel_of(frame, lat, lon):
    """Where a place is on the page: inside the map's frame, and that frame on the page."""
    at = frame.evaluate("([lat, lon]) => { const p = map.latLngToContainerPoint([lat, lon]); return [p.x, p.y]; }", [lat, lon])
    box = frame.frame_element().bounding_box()
    return box["x"] + at[0], box["y"] + at[1]


def hover(shown, frame, lat, lon):
    shown.page.mouse.move(*pixel_of(frame, lat, lon))
    frame.wait_for_selector(".gm-hover:not(.gm-hidden)")
    return frame.inner_text(".gm-hover")


def colour_at(frame, lat, lon, pane="gm-cells"):
    """The colour painted at a place, from the tile's own canvas."""
    return frame.evaluate(_PIXEL, [lat, lon, pane])


_PIXEL = """([lat, lon, pane]) => {
  const p = map.latLngToContainerPoint([lat, lon]), box = map.getContainer().getBoundingClientRect();
  for (const c of map.getPane(pane).querySelectorAll('canvas')) {
    const r = c.getBoundingClientRect(), x = p.x + box.left - r.left, y = p.y + box.top - r.top, k = c.width / r.width;
    if (x >= 0 && y >= 0 && x < r.width && y < r.height) return [...c.getContext('2d').getImageData(x * k, y * k, 1, 1).data];
  }
  return null; }"""


def text_of(shown, pattern):
    return shown.page.get_by_text(re.compile(pattern)).first.inner_text()


def test_the_value_under_the_pointer_is_the_domains_own(look, server, truth):
    told = evaluate(metric("prospect_density"), truth)
    busy = told[(told["state"] == 0) & (told["value"] > 0)].index[:2]
    with look() as shown:
        shown.page.goto(server.url)
        frame = shown.settle()
        frame.evaluate("map.setZoom(12, { animate: false })")
        shown.settle()
        for cell in busy:
            frame.evaluate("([lat, lon]) => map.setView([lat, lon], 12, { animate: false })", list(h3.cell_to_latlng(cell)))
            shown.settle()
            text = hover(shown, frame, *h3.cell_to_latlng(cell))
            number = float(re.search(r"([\d.,]+) per km²", text).group(1).replace(",", ""))
            assert number == pytest.approx(told.loc[cell, "value"], abs=0.06)
            assert "Prospect density" in text


def test_a_click_marks_the_cell_at_once_and_reruns_the_fragment_only(look, server):
    with look() as shown:
        shown.page.goto(server.url)
        frame = shown.settle()
        shown.page.mouse.click(*pixel_of(frame, *CENTRE))
        assert frame.evaluate("map.hasLayer(map.gridmap.mark)"), "before the server has said anything"
        shown.page.get_by_text(f"clicked 1 {MIDDLE}").wait_for()
        assert text_of(shown, "page runs") == "page runs 1"
        assert frame.evaluate("gridmap.rings(map.gridmap.shown.selected)[0].length") == 7, "the server's outline of the cell, closed"
        assert frame.evaluate("map.hasLayer(map.gridmap.mark)")
        shown.page.mouse.move(5, 5)
        shown.page.get_by_text("filing_rate_C").click()
        shown.page.get_by_text("page runs 2").wait_for()
        assert text_of(shown, "clicked") == f"clicked 1 {MIDDLE}", "a click counts once"


def test_enter_chooses_the_cell_in_the_middle(look, server):
    with look() as shown:
        shown.page.goto(server.url)
        frame = shown.settle()
        frame.evaluate("([lat, lon]) => map.setView([lat, lon], 12, { animate: false })", list(CENTRE))
        frame.focus(".leaflet-container")
        shown.page.keyboard.press("Enter")
        shown.page.get_by_text(f"clicked 1 {MIDDLE}").wait_for()
        assert "Enter" in frame.get_attribute(".leaflet-container", "aria-label")


def test_panning_and_zooming_never_ask_python(look, server):
    with look() as shown:
        shown.page.goto(server.url)
        frame = shown.settle()
        for move in ({"zoom": 1}, {"pan": (300, 150)}, {"zoom": 1}, {"pan": (-200, -250)}, {"zoom": -2}):
            assert gesture(frame, **move)["ms"] < 3000
        shown.settle()
        shown.page.wait_for_timeout(400)
        assert text_of(shown, "fragment runs") == "fragment runs 1"
        assert text_of(shown, "page runs") == "page runs 1"


def test_another_layer_repaints_the_same_map_without_new_geometry(look, server):
    with look() as shown:
        shown.page.goto(server.url)
        frame = shown.settle()
        frame.evaluate("window.__same = map")
        fetched = sum("gm-geometry" in url for url in shown.requests)
        title = frame.inner_text(".gm-legend summary")
        before = colour_at(frame, *CENTRE)
        for choice, says in (("territories", "Territories"), ("visit_history", "Visit history")):
            shown.page.get_by_text(choice).click()
            frame.wait_for_function(f"document.querySelector('.gm-legend summary').textContent === '{says}'")
            shown.settle()
        assert title == "Prospect density"
        assert colour_at(frame, *CENTRE) != before
        assert frame.evaluate("window.__same === map"), "the component was made anew"
        assert sum("gm-geometry" in url for url in shown.requests) == fetched
        assert frame.evaluate("document.querySelectorAll('.gm-legend').length") == 1


def test_opacity_fetches_nothing(look, server):
    with look() as shown:
        shown.page.goto(server.url)
        frame = shown.settle()
        asked = sum("gm-values" in url for url in shown.requests)
        shown.page.get_by_role("slider").first.focus()
        shown.page.keyboard.press("Home")
        frame.wait_for_function("map.getPane('gm-cells').style.opacity === '0.1'")
        assert sum("gm-values" in url for url in shown.requests) == asked


def test_two_days_side_by_side_share_their_classes_and_the_line_moves(look, server):
    with look() as shown:
        shown.page.goto(f"{server.url}?layers=visits_owed&beside=visits_owed&beside_day=2025-12-31")
        frame = shown.settle()
        frame.wait_for_function("document.querySelectorAll('.gm-legend').length === 2")
        one, two = (frame.locator(".gm-legend").nth(number) for number in (0, 1))
        labels = [table.locator("td:nth-child(2)").all_inner_texts() for table in (one, two)]
        assert labels[0][:4] == labels[1][:4]
        assert "2025-12-31" in one.inner_text() + two.inner_text()
        start = frame.evaluate("map.getPane('gm-beside').style.clipPath")
        frame.focus(".gm-swipe")
        for _press in range(30):
            shown.page.keyboard.press("ArrowRight")
        assert frame.evaluate("map.getPane('gm-beside').style.clipPath") != start
        frame.evaluate("map.panBy([120, 0], { animate: false })")
        clip = frame.evaluate("map.getPane('gm-cells').style.clipPath")
        right = max(float(number) for number in re.findall(r"([-\d.]+)px [-\d.]+px", clip))
        assert right == pytest.approx(frame.evaluate("map.containerPointToLayerPoint([map.gridmap.swipe.at(), 0]).x"), abs=1)


def test_names_that_are_code_stay_text(look, server):
    with look() as shown:
        shown.page.goto(f"{server.url}?layers=territories,prospect_density&over=towns,parks,schools,win_cases&lang=zh_CN")
        frame = shown.settle()
        frame.wait_for_function("document.querySelectorAll('.gm-label').length > 5")
        labels = set(frame.evaluate("[...document.querySelectorAll('.gm-label')].map(e => e.textContent)"))
        assert set(TRIPWIRES) <= labels, "the names as they are written"
        legend = frame.evaluate("document.querySelector('.gm-legend').textContent")
        assert "{{7*7}}" in legend
        points = frame.evaluate("[...map.gridmap.rest.values()].filter(l => l.find).flatMap(l => l.given.items).slice(0, 10)")
        for point in points:
            lat, lon = frame.evaluate("at => { const p = gridmap.latLng(at); return [p.lat, p.lng]; }", point["at"])
            frame.evaluate("([lat, lon]) => map.setView([lat, lon], 13, { animate: false })", [lat, lon])
            hover(shown, frame, lat, lon)
        assert frame.evaluate("document.querySelectorAll('.leaflet-container img').length") == 0
        assert shown.page.evaluate("window.__tripped") is None
        assert "49" not in legend.replace("{{7*7}}", "") or "{{7*7}}" in legend


def test_a_refused_link_is_renewed_and_the_map_is_never_grey(look, server):
    with look() as shown:
        refused = []

        def once(route):
            url = route.request.url
            if len(refused) < 2:
                refused.append(url)
                route.fulfill(status=403, body="refused")
            else:
                route.fallback()

        shown.page.route("**/gm-values*", once)
        shown.page.goto(server.url)
        frame = shown.settle()
        frame.wait_for_function("map.gridmap.main && !map.gridmap.main.failed && gridmap.status.painted > 0 && map.gridmap.main.about")
        assert len(refused) == 2
        assert frame.evaluate(
            "[...map.getPane('gm-cells').querySelectorAll('canvas')].every(c => getComputedStyle(c).visibility !== 'hidden')"
        )
        lat, lon = CENTRE
        frame.wait_for_function("([lat, lon]) => map.gridmap.main.find(L.latLng(lat, lon)) !== null", arg=[lat, lon])
        assert text_of(shown, "page runs") == "page runs 1"


def test_a_community_manager_sees_their_own_cells(look, server):
    with look() as shown:
        shown.page.goto(f"{server.url}?layers=prospect_density&manager=m01")
        frame = shown.settle()
        assert "Cells of others" in frame.inner_text(".gm-legend")
        text = hover(shown, frame, *outside_of(frame))
        assert text.splitlines()[0] == "Cells of others"
        shown.page.mouse.click(*pixel_of(frame, *outside_of(frame)))
        shown.page.get_by_text("clicked 1 None").wait_for()


def outside_of(frame):
    """A place at the eastern end of the branch, which manager 1 of 4 does not have."""
    return tuple(frame.evaluate("(() => { const b = map.gridmap.shown.bounds; return [(b[0][0] + b[1][0]) / 2, b[1][1] - 0.02]; })()"))


@pytest.mark.parametrize(("dark", "language"), [(True, "zh_CN"), (False, "en")])
def test_a_phone_in_either_theme(look, server, dark, language):
    with look(width=390, height=844, dark=dark, sharp=2, touch=True) as shown:
        shown.page.goto(f"{server.url}?layers=visit_history&over=towns&lang={language}")
        frame = shown.settle()
        frame.wait_for_function(f"map.getContainer().classList.contains('gm-dark') === {str(dark).lower()}")
        assert frame.evaluate("document.querySelector('.gm-legend').open") is False, "folded on a narrow screen"
        assert frame.evaluate("map.getPane('gm-cells').querySelector('canvas').width") == 512, "sharp at two pixels per pixel"
        assert shown.page.evaluate("document.documentElement.scrollWidth") <= 390
        frame.evaluate("([lat, lon]) => map.setView([lat, lon], 12, { animate: false })", list(CENTRE))
        shown.settle()
        shown.page.touchscreen.tap(*pixel_of(frame, *CENTRE))
        shown.page.get_by_text(f"clicked 1 {MIDDLE}").wait_for()
        colours = {tuple(colour_at(frame, CENTRE[0] + d, CENTRE[1] + d)) for d in np.linspace(-0.03, 0.03, 5)}
        assert all(colour[3] == 255 for colour in colours)


def test_below_a_base_path_everything_is_found(look, branch_store, tmp_path):
    with serve(branch_store, tmp_path, base="gm") as running, look() as shown:
        shown.page.goto(running.url)
        shown.settle()
        assert all("/gm/gm-" in url for url in shown.requests if "gm-" in url)


def test_a_grid_of_admin_polygons_is_drawn_by_the_same_map(look, tmp_path):
    store = make_store(tmp_path, cells=300, organisations=1500, managers=4, areas=True)
    store.engine.dispose()
    with serve(store.location, tmp_path) as running, look() as shown:
        shown.page.goto(f"{running.url}?layers=prospect_density,territories&over=towns")
        frame = shown.settle()
        # the middle of town 6 of the 4 x 3 drawn
        south, west, north, east = frame.evaluate("map.gridmap.shown.bounds.flat()")
        lat, lon = (south + north) / 2, west + 0.375 * (east - west)
        assert "per km²" in hover(shown, frame, lat, lon) or "Not known" in frame.inner_text(".gm-hover")
        shown.page.get_by_text("territories").click()
        frame.wait_for_function("document.querySelector('.gm-legend summary').textContent === 'Territories'")
        shown.settle()
        assert "Manager 1" in hover(shown, frame, lat, lon)
        assert sum("gm-outlines" in url for url in shown.requests) == 1
        shown.page.mouse.click(*pixel_of(frame, lat, lon))
        shown.page.get_by_text("clicked 1 445321005").wait_for()


def test_a_raster_base_map_is_drawn_below_and_its_attribution_is_text(look, branch_store, tmp_path):
    settings = tmp_path / "settings.toml"
    credit = "<img src=x onerror=parent.__tripped=1> made by people"
    settings.write_text(f"[base_map]\nurl = '/tiles/{{z}}/{{x}}/{{y}}.png'\nattribution = '{credit}'\nsystem = 'gcj02'\n", "utf-8")
    with serve(branch_store, tmp_path, environment={"GRIDMAP_SETTINGS": str(settings)}) as running, look() as shown:
        pixel = bytes.fromhex(
            "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
            "1f15c4890000000d49444154789c63f8cfc0f01f0005000201a5f645400000000049454e44ae426082"
        )
        shown.page.route("**/tiles/**", lambda route: route.fulfill(status=200, content_type="image/png", body=pixel))
        shown.page.goto(running.url)
        frame = shown.settle()
        frame.wait_for_function("document.querySelectorAll('.leaflet-tile-pane img').length > 0")
        assert credit in frame.inner_text(".leaflet-control-attribution")
        assert shown.page.evaluate("window.__tripped") is None
        assert all("system=gcj02" in url for url in shown.requests if "gm-geometry" in url)
        assert not any("part=areas" in url for url in shown.requests), "the raster stands in for the areas"
