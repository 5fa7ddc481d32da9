"""Files that nobody made for us, through the pages: San Luis Obispo's licences as openings and closures, Calgary's industrial parks."""

import io
import zipfile
from datetime import UTC, datetime

import pandas as pd
import pytest

from gridmap.scope import operator
from gridmap.services.importing import import_file
from gridmap.settings import Settings
from gridmap.store import open_store, read_table
from tests.conftest import NOW_US
from tests.pages.conftest import page_opener
from tests.pages.test_plans import texts

pytestmark = pytest.mark.shared
ME = operator("tester")
LICENCES = "points/slo_business_licenses.csv"


@pytest.fixture(scope="module")
def real(shared, tmp_path_factory):
    """A store with two branches: the licences with their start and close dates, and the parks of another city."""
    folder = tmp_path_factory.mktemp("real-pages")
    location = str(folder / "real.db")
    store = open_store(location, settings=Settings(snapshots=str(folder / "snapshots")), clock=lambda: NOW_US)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for path in sorted((shared / "data/parks").glob("calgary_communities.*")):
            archive.writestr(path.name, path.read_bytes())
    files = (
        ("SLO", "organisations", LICENCES, (shared / "data" / LICENCES).read_bytes()),
        ("CAL", "parks", "calgary.zip", packed.getvalue()),
    )
    for branch, table, name, data in files:
        import_file(store, ME, name=name, data=data, table=table, branch_id=branch, now_us=NOW_US, settings=Settings())
    kinds = read_table(store, ME, "CAL", "parks")
    store.engine.dispose()
    return location, pd.read_csv(shared / "data" / LICENCES, parse_dates=["Start date", "Close date"]), kinds


@pytest.fixture
def page(real, serve):
    serve(real[0])

    def opened(name, **address):
        test = page_opener(who="")(name, **address)
        assert not test.exception
        assert not test.error
        return test

    return opened


def between(days, after, until):
    return int(((days > pd.Timestamp(after)) & (days <= pd.Timestamp(until))).sum())


def test_openings_and_closures_of_a_month_are_those_of_the_register(page, real):
    _location, raw, _kinds = real
    opened, closed = raw["Start date"], raw["Close date"]
    today = pd.Timestamp(NOW_US, unit="us").normalize()
    last = max(day for day in pd.concat([opened, closed]) if day <= today)
    offered = pd.date_range(end=last, periods=18, freq="ME")
    month = max(offered, key=lambda day: between(closed, day.replace(day=1) - pd.Timedelta(days=1), day)).date()
    before = (pd.Timestamp(month).replace(day=1) - pd.Timedelta(days=1)).date()
    gone, come = between(closed, before, month), between(opened, before, month)
    assert gone > 0
    shown = texts(page("overview.py", branch="SLO", as_of=month.isoformat()))
    assert f"{gone:,} organisations closed" in shown
    assert f"{come:,} organisations opened" in shown


def test_the_licences_stand_in_the_vacuum_that_they_are_in(page, real):
    _location, raw, _kinds = real
    test = page("white_space.py", branch="SLO", part="cells")
    figures = {metric.label: metric.value for metric in test.metric}
    today = datetime.fromtimestamp(NOW_US / 1e6, tz=UTC).date()
    day = min(today, max(raw["Start date"].max().date(), raw["Close date"].max().date()))
    assert (
        int(figures["Organisations in them"].replace(",", ""))
        > 0.8 * ((raw["Start date"] <= pd.Timestamp(day)) & raw["Close date"].isna()).sum()
    )
    assert figures["Parks without anybody"] == "0"


@pytest.mark.parametrize("part", ["parks", "access", "ground", "unplaced", "verification"])
def test_every_list_of_white_space_opens_on_both(page, part):
    for branch in ("SLO", "CAL"):
        page("white_space.py", branch=branch, part=part)


def test_the_industrial_parks_of_calgary_are_nobodys_and_on_the_list(page, real):
    _location, _raw, parks = real
    assert parks["kind"].eq("industrial").sum() == 42
    test = page("white_space.py", branch="CAL", part="parks")
    table = next(frame.value for frame in test.dataframe if {"status", "area"} <= set(frame.value.columns))
    assert len(table) == len(parks) == 303
    assert set(table["status"]) == {"Nobody owns it"}
    industrial = parks.loc[parks["kind"].eq("industrial"), "name"]
    assert set(industrial) <= set(table["name"])
    access = page("white_space.py", branch="CAL", part="access")
    assert "Not known: 303" in texts(access)


@pytest.mark.parametrize("name", ["targets.py", "accounts.py", "territories.py", "history.py", "data.py"])
def test_the_other_pages_open_on_licences_without_managers_visits_or_targets(page, name):
    page(name, branch="SLO")
