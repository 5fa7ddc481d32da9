"""Draw the pictures of the README and the documentation again: `make screenshots`.

The sample branch is built in a temporary folder, the app is opened on it in Chromium, and every page is drawn.
"""

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.browser import ROOT, Screen, chromium, screen, serve
from gridmap.cli import main as gridmap
from gridmap.scope import operator
from gridmap.settings import Settings
from gridmap.store import issue_phone_link, open_store

IMAGES = Path(__file__).parent / "images"
# name, address, width, height, dark, Chinese
PICTURES = (
    ("overview", "/", 1440, 900, False, False),
    ("overview-map", "/", 1440, 900, False, False),
    ("territories", "/territories", 1440, 900, False, False),
    ("draft", "/territories?plan=1", 1440, 980, False, False),
    ("suggest", "/territories?plan=3", 1440, 980, False, False),
    ("targets", "/targets?part=ranking", 1440, 900, False, False),
    ("accounts", "/accounts", 1440, 900, False, False),
    ("white-space", "/white_space?part=parks", 1440, 900, False, False),
    ("targets-chinese", "/targets?part=standing", 1440, 900, False, True),
    ("territories-chinese", "/territories", 1440, 900, False, True),
    ("accounts-chinese", "/accounts", 1440, 900, False, True),
    ("white-space-chinese", "/white_space?part=parks", 1440, 900, False, True),
    ("today-chinese", "/sweeps?part=today", 1440, 900, False, True),
    ("history", "/history?part=any_day", 1440, 900, False, False),
    ("sweep", "/sweeps?part=plan&sweep=1", 1440, 900, False, False),
    ("today", "/sweeps?part=today", 1440, 900, False, False),
    ("overview-dark-chinese", "/", 1440, 900, True, True),
    ("overview-phone", "/", 390, 844, False, False),
)
# What is there before the pictures are drawn: a plan to look at and one in the history, a draft of a sweep and one on the phone.
DRAFTS = (
    ("plan", "new", "--title", "Chegang gets an owner"),
    ("plan", "move", "1", "--rule", "unassigned", "--town", "Chegang", "--to", "XX-C02", "--reason", "next door"),
    ("plan", "new", "--title", "Shuitai to its neighbour"),
    ("plan", "move", "2", "--rule", "unassigned_with_organisations", "--town", "Shuitai", "--to", "XX-C03"),
    *(("plan", step, "2") for step in ("submit", "approve", "publish")),
    ("plan", "new", "--title", "Relief for Dongcheng"),
    ("sweep", "plan", "--manager", "XX-C02", "--title", "Chegang, the next five days"),
    ("sweep", "plan", "--manager", "XX-C03", "--title", "Rencun, the next five days"),
    ("sweep", "publish", "2"),
)


def main() -> None:
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        gridmap(["demo", "--folder", name, "--build-only"])
        store = str(folder / "gridmap.db")
        for words in DRAFTS:
            gridmap(["--store", store, *words])
        with serve(store, folder, launcher=ROOT / "streamlit_app.py") as server, chromium() as browser:
            for title, address, width, height, dark, chinese in PICTURES:
                with screen(browser, width=width, height=height, dark=dark) as shown:
                    draw(shown, server.url + address, IMAGES / f"{title}.png", chinese=chinese)
            with screen(browser, width=390, height=844, touch=True) as shown:
                draw_phone(shown, f"{server.url}/gm-phone/#{phone_token(store)}")


def phone_token(store: str) -> str:
    opened = open_store(store, settings=Settings())
    now_us = opened.clock()
    _link, token = issue_phone_link(opened, operator("docs"), "445321", 2, "XX-C03", expires_us=now_us + 10**12, now_us=now_us)
    opened.engine.dispose()
    return token


def draw_phone(shown: Screen, url: str) -> None:
    shown.page.goto(url)
    shown.page.locator(".outcomes").wait_for()
    shown.page.wait_for_timeout(1000)
    shown.page.screenshot(path=IMAGES / "phone.png")


def draw(shown: Screen, url: str, path: Path, *, chinese: bool) -> None:
    shown.page.goto(url)
    shown.page.wait_for_timeout(2000)
    if "/sweeps" in url:  # planned by somebody who goes there
        shown.page.get_by_test_id("stSidebar").locator("[data-testid=stSelectbox] input").first.click()
        shown.page.get_by_role("option").filter(has_text="Branch manager").first.click()
        shown.page.wait_for_timeout(4000)
    if chinese:
        shown.page.get_by_text("简体中文").click()
        shown.page.wait_for_timeout(6000)  # the map is another one in another language
    if "/sweeps" in url or "part=standing" in url:  # whose map has days, and no cells to wait for; or a table and no map
        shown.page.wait_for_timeout(6000)
    else:
        shown.settle()
    if path.stem.endswith("map"):
        shown.page.locator("iframe").first.scroll_into_view_if_needed()
    if path.stem == "suggest":
        shown.page.get_by_role("tab", name="Suggest", exact=True).click()
        shown.page.locator(".st-key-suggest_ask button").click()
        shown.page.locator(".st-key-suggest_accept button").wait_for(timeout=120_000)
        shown.settle()
    if path.stem == "white-space":  # the first park is chosen
        table = shown.page.locator("[data-testid=stDataFrame] canvas").first.bounding_box() or {"x": 0, "y": 0}
        shown.page.mouse.click(table["x"] + 14, table["y"] + 52)
        shown.page.wait_for_timeout(2500)
        shown.settle()
    shown.page.wait_for_timeout(1500)
    shown.page.screenshot(path=path)
    print(path.name, path.stat().st_size, "bytes")


if __name__ == "__main__":
    main()
