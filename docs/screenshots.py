"""Draw the pictures of the README and the documentation again: `make screenshots`.

The sample branch is built in a temporary folder, the app is opened on it in Chromium, and every page is drawn.
"""

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.browser import ROOT, Screen, chromium, screen, serve
from gridmap.cli import main as gridmap

IMAGES = Path(__file__).parent / "images"
# name, address, width, height, dark, Chinese
PICTURES = (
    ("overview", "/", 1440, 900, False, False),
    ("overview-map", "/", 1440, 900, False, False),
    ("territories", "/territories", 1440, 900, False, False),
    ("draft", "/territories?plan=1", 1440, 980, False, False),
    ("history", "/history?part=any_day", 1440, 900, False, False),
    ("overview-dark-chinese", "/", 1440, 900, True, True),
    ("overview-phone", "/", 390, 844, False, False),
)
# What is drafted before the pictures are drawn: one plan to look at, one that is in the history.
PLANS = (
    ("new", "--title", "Chegang gets an owner"),
    ("move", "1", "--rule", "unassigned", "--town", "Chegang", "--to", "XX-C02", "--reason", "next door"),
    ("new", "--title", "Shuitai to its neighbour"),
    ("move", "2", "--rule", "unassigned_with_organisations", "--town", "Shuitai", "--to", "XX-C03"),
    *((step, "2") for step in ("submit", "approve", "publish")),
)


def main() -> None:
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        gridmap(["demo", "--folder", name, "--build-only"])
        store = str(folder / "gridmap.db")
        for words in PLANS:
            gridmap(["--store", store, "plan", *words])
        with serve(store, folder, launcher=ROOT / "streamlit_app.py") as server, chromium() as browser:
            for title, address, width, height, dark, chinese in PICTURES:
                with screen(browser, width=width, height=height, dark=dark) as shown:
                    draw(shown, server.url + address, IMAGES / f"{title}.png", chinese=chinese)


def draw(shown: Screen, url: str, path: Path, *, chinese: bool) -> None:
    shown.page.goto(url)
    shown.page.wait_for_timeout(2000)
    if chinese:
        shown.page.get_by_text("简体中文").click()
        shown.page.wait_for_timeout(2000)
    shown.settle()
    if path.stem.endswith("map"):
        shown.page.locator("iframe").first.scroll_into_view_if_needed()
    shown.page.wait_for_timeout(1500)
    shown.page.screenshot(path=path)
    print(path.name, path.stat().st_size, "bytes")


if __name__ == "__main__":
    main()
