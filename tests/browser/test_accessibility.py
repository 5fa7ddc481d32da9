"""Every page as axe sees it, the frame of the map with it: no serious finding in either language, light or dark, wide or narrow."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import axe_playwright_python
import pytest
from playwright.sync_api import Page, expect

from bench.branches import make_store
from bench.browser import ROOT, Screen, serve

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text("utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21aa"]
GRAVE = ("serious", "critical")
_RUN = """async rules => (await axe.run(document, { runOnly: rules, resultTypes: ['violations'] })).violations
  .flatMap(rule => rule.nodes.map(node => [rule.id, rule.impact, node.html.slice(0, 200), (node.any[0] || node.all[0] || node.none[0] || {})
  .message || '']))"""
# dark, Chinese, width, height: every language, theme and size at least once; all eight together would take minutes.
LOOKS = ((False, False, 1440, 900), (True, True, 390, 844), (False, True, 1440, 900))


@dataclass(frozen=True)
class Finding:
    """One thing that axe holds against an element."""

    rule: str
    impact: str
    html: str
    why: str


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    """The app over a small branch."""
    folder = tmp_path_factory.mktemp("looks")
    store = make_store(folder, cells=300, organisations=800, managers=4)
    store.engine.dispose()
    with serve(store.location, folder, launcher=ROOT / "streamlit_app.py") as running:
        yield running


def findings(page: Page) -> Sequence[Finding]:
    """Return what axe finds serious in a page and in every frame of it."""
    found: list[Finding] = []
    for frame in page.frames:
        frame.evaluate(AXE)
        found += [Finding(*each) for each in frame.evaluate(_RUN, RULES)]
    return [each for each in found if each.impact in GRAVE]


def pages_of(shown: Screen) -> int:
    """Return how many pages the sidebar offers."""
    return shown.page.get_by_test_id("stSidebarNavLink").count()


def open_sidebar(page: Page) -> None:
    """Open the sidebar where the screen is too narrow to keep it open."""
    button = page.get_by_test_id("stExpandSidebarButton")
    if button.is_visible():
        button.click()
        page.get_by_test_id("stSidebarNavLink").first.wait_for()
        page.wait_for_timeout(400)  # it slides in


def turn_to(page: Page, number: int) -> str:
    """Turn to a page by the sidebar, wait until it stands still, and return its title."""
    title = page.get_by_role("heading", level=1).first
    before = title.inner_text()
    open_sidebar(page)
    page.get_by_test_id("stSidebarNavLink").nth(number).click()
    if number:  # a slow server leaves the page before standing for a while
        expect(title).not_to_have_text(before, timeout=60_000)
    quiet(page)
    return page.get_by_role("heading", level=1).first.inner_text()


def quiet(page: Page) -> None:
    """Wait until Streamlit runs nothing and stays so."""
    page.wait_for_function("() => !document.querySelector('[data-testid=stStatusWidget], [data-stale=true]')", timeout=60_000)
    page.wait_for_timeout(900)
    page.wait_for_function("() => !document.querySelector('[data-testid=stStatusWidget], [data-stale=true]')", timeout=60_000)


@pytest.mark.parametrize(("dark", "chinese", "width", "height"), LOOKS)
def test_no_page_has_a_serious_finding(look, app, dark, chinese, width, height):
    with look(dark=dark, width=width, height=height) as shown:
        shown.page.goto(app.url)
        shown.settle()
        if chinese:
            open_sidebar(shown.page)
            shown.page.get_by_text("简体中文").click()
            quiet(shown.page)
        titles = []
        for number in range(pages_of(shown)):
            titles.append(turn_to(shown.page, number))
            assert findings(shown.page) == [], titles[-1]
        assert len(set(titles)) == len(titles) >= 6
        shown.wrong = [text for text in shown.wrong if "404" not in text]


def test_a_text_too_faint_is_found_on_the_page_and_in_the_map(look, app):
    with look() as shown:
        shown.page.goto(app.url)
        frame = shown.settle()
        quiet(shown.page)
        shown.page.add_style_tag(content="[data-testid=stCaptionContainer] { opacity: .3 !important }")
        frame.add_style_tag(content=".gm-legend { color: #bbb !important; background: #fff !important }")
        found = findings(shown.page)
        assert {each.rule for each in found} == {"color-contrast"}
        assert any("gm-count" in each.html or "summary" in each.html for each in found), found
        shown.wrong = [text for text in shown.wrong if "404" not in text]
