"""The whole app as it is started: the Overview drawn, a layer switched, a cell clicked; nothing asked of another computer."""

import h3
import pytest

import bench.branches
from bench.branches import TRIPWIRES
from bench.browser import ROOT, serve

CELL = h3.latlng_to_cell(*bench.branches.CENTRE, 8)
PLACE = h3.cell_to_latlng(CELL)


@pytest.fixture(scope="module")
def app(branch_store, tmp_path_factory):
    """The app itself, started by its launcher."""
    with serve(branch_store, tmp_path_factory.mktemp("app"), launcher=ROOT / "streamlit_app.py") as running:
        yield running


def test_overview_drawn_layer_switched_cell_clicked(look, app):
    with look() as shown:
        shown.page.goto(app.url)
        frame = shown.settle()
        before = frame.inner_text(".gm-legend summary")
        shown.page.get_by_role("combobox", name="Layer").click()
        shown.page.keyboard.type("Visit history")
        shown.page.get_by_role("option").first.click()
        frame.wait_for_function("document.querySelector('.gm-legend summary').textContent === 'Visit history'")
        shown.settle()
        assert before != "Visit history"
        frame.evaluate("([lat, lon]) => map.setView([lat, lon], 12, { animate: false })", list(PLACE))
        shown.settle()
        frame.locator(".leaflet-container").click()  # its middle
        shown.page.get_by_text(CELL, exact=True).first.wait_for()
        assert f"cell={CELL}" in shown.page.url, "the link restores the choice"
        assert shown.page.evaluate("window.__tripped") is None
        shown.wrong = [text for text in shown.wrong if "404" not in text]  # Streamlit looks for its own base path


def test_the_link_restores_layer_and_cell(look, app):
    with look() as shown:
        shown.page.goto(f"{app.url}/?layer=territories&cell={CELL}")
        frame = shown.settle()
        frame.wait_for_function("map.gridmap.shown.main.name === 'territories' && map.hasLayer(map.gridmap.mark)")
        shown.page.get_by_text(CELL, exact=True).first.wait_for()


def test_names_that_are_code_stay_text_on_every_page(look, app):
    with look() as shown:
        for path in ("", "territories", "data"):
            shown.page.goto(f"{app.url}/{path}")
            shown.page.get_by_role("heading", level=1).first.wait_for()
            shown.page.wait_for_timeout(1500)
            assert shown.page.evaluate("window.__tripped") is None
            assert shown.page.get_by_text("49", exact=True).count() == 0 or TRIPWIRES[0] in shown.page.content()
        shown.wrong = [text for text in shown.wrong if "404" not in text]
