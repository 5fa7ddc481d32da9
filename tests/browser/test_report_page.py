"""The one page of a report, opened in Chromium with the network off: nothing is asked for, and the totals are those of the store."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from bench.branches import BRANCH
from gridmap.cli import main
from gridmap.reports.briefing import checksum
from gridmap.reports.writer import Writer
from gridmap.scope import operator
from gridmap.services import overview
from gridmap.services.briefing_day import open_report_day
from gridmap.settings import Settings
from gridmap.store import open_store


@pytest.fixture(scope="module")
def page_file(branch_store: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("report")
    assert main(["report", "--store", branch_store, "--branch", BRANCH, "--to", str(folder), "--format", "html", "--language", "en"]) == 0
    return next(folder.glob("*.html"))


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (390, 844)])
def test_it_opens_with_the_network_off(browser: Browser, page_file: Path, branch_store: str, width: int, height: int) -> None:
    context = browser.new_context(viewport={"width": width, "height": height}, offline=True)
    asked, wrong = [], []
    page = context.new_page()
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda said: wrong.append(said.text))
    page.goto(page_file.as_uri())
    page.wait_for_load_state("load")
    assert [url for url in asked if not url.startswith("data:")] == [page_file.as_uri()]
    assert wrong == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), "nothing hangs over the edge"
    shown = dict(page.evaluate("[...document.querySelectorAll('.tile')].map(t => [t.dataset.key, t.querySelector('b').textContent])"))
    told = json.loads(page.locator("#figures").text_content() or "")
    drawn = page.evaluate("[...document.querySelectorAll('.map > svg path')].filter(p => p.getBBox().width > 0).length")
    context.close()
    assert drawn > 10
    assert told["checksum"] == checksum({key: float(value) for key, value in told["figures"].items()})
    store, rules, writer = open_store(branch_store, settings=Settings()), Settings().rules, Writer("en")
    day = open_report_day(store, operator("test"), BRANCH, period="", rules=rules, now_us=store.clock())
    store.engine.dispose()
    scores = overview.scorecard(day.market, day.now, day.before, rules=rules, plan=day.plan)
    assert shown == {score.metric.key: writer.amount(score.now.value, score.metric.unit) for score in scores}
