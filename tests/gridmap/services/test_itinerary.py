"""A sweep of the sample branch out of the tool: real names and addresses, contacts masked, and the map under the route."""

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pytest

from gridmap.errors import FileError, PlanError, ScopeError
from gridmap.reports.itinerary import FORMATS
from gridmap.scope import Scope
from gridmap.services.itinerary import export_sweep, sweep_sheet
from gridmap.store import Store, create_sweep, open_store, read_table
from tests.sweeping import DAYS, MANAGER, ME, NOW_US, Swept, swept_sample

BOSS = Scope("p", "the branch manager", "branch_manager", None)


@pytest.fixture(scope="module")
def swept(tmp_path_factory: pytest.TempPathFactory) -> Swept:
    return swept_sample(tmp_path_factory.mktemp("itinerary"))


@pytest.fixture(scope="module")
def opened(swept: Swept) -> Iterator[Store]:
    store = open_store(str(swept.folder / "gridmap.db"), settings=swept.settings, clock=lambda: NOW_US)
    yield store
    store.engine.dispose()


def test_the_sheet_has_every_door_by_name_with_contacts_masked(swept: Swept, opened: Store) -> None:
    sheet = sweep_sheet(opened, ME, swept.branch_id, swept.record.sweep_id, language="zh_CN", now_us=NOW_US)
    assert {row.door.org_id for row in sheet.rows} == {door.org_id for door in swept.sweep.doors} == set(sheet.organisations.index)
    assert all(sheet.name(org_id) != org_id for org_id in sheet.organisations.index)
    contacts = sheet.organisations["contact"]
    assert contacts.ne("").any()
    assert all("****" in text for text in contacts if text)
    assert sheet.who(MANAGER) != MANAGER
    assert sheet.ground.roads
    assert sheet.ground.towns


def test_every_format_is_written_without_anybodys_name_in_the_file_s_own(swept: Swept, opened: Store) -> None:
    sheet = sweep_sheet(opened, ME, swept.branch_id, swept.record.sweep_id, language="en", now_us=NOW_US)
    for each in FORMATS:
        name, data = export_sweep(sheet, each.key)
        assert name == f"sweep-{swept.record.sweep_id}-2026-11-02{each.suffix}"
        assert data
    with pytest.raises(FileError):
        export_sweep(sheet, "doc")


def test_no_file_holds_a_number_of_anybody(swept: Swept, opened: Store) -> None:
    sheet = sweep_sheet(opened, BOSS, swept.branch_id, swept.record.sweep_id, language="en", now_us=NOW_US)
    contacts = read_table(opened, BOSS, swept.branch_id, "contacts")
    numbers = contacts.loc[contacts["org_id"].isin(sheet.organisations.index), "phone"].dropna().tolist()
    assert len(numbers) > 5
    assert all("****" not in number for number in numbers)  # the branch manager sees them in full elsewhere
    for each in FORMATS:
        words = text_of(each.key, export_sweep(sheet, each.key)[1])
        assert not [number for number in numbers if number in words]


def text_of(key: str, data: bytes) -> str:
    if key == "xlsx":
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            return "".join(packed.read(name).decode("utf-8") for name in packed.namelist())
    if key != "pdf":
        return data.decode("utf-8")
    with pypdfium2.PdfDocument(data) as document:
        return "".join(page.get_textpage().get_text_range() for page in document).replace("\r\n", "")


def test_paper_has_the_days(swept: Swept, opened: Store) -> None:
    sheet = sweep_sheet(opened, ME, swept.branch_id, swept.record.sweep_id, language="zh_CN", now_us=NOW_US)
    words = text_of("pdf", export_sweep(sheet, "pdf")[1])
    assert "2026年11月2日星期一" in words
    assert sheet.name(swept.sweep.days[0].doors[0].org_id) in words


def test_the_days_of_some_managers_alone(swept: Swept, opened: Store) -> None:
    sheet = sweep_sheet(opened, ME, swept.branch_id, swept.record.sweep_id, language="en", now_us=NOW_US, managers=[MANAGER])
    assert {day.manager_id for day in sheet.days} == {MANAGER}
    with pytest.raises(PlanError) as refused:
        sweep_sheet(opened, ME, swept.branch_id, swept.record.sweep_id, language="en", now_us=NOW_US, managers=["nobody"])
    assert MANAGER in str(refused.value.expected)


def test_a_sweep_that_was_never_planned_has_no_files(swept: Swept, tmp_path: Path) -> None:
    store = open_store(swept.copied(tmp_path), settings=swept.settings, clock=lambda: NOW_US)
    bare = create_sweep(
        store,
        ME,
        swept.branch_id,
        title="later",
        request="",
        result="",
        managers=[MANAGER],
        first_on=DAYS[0],
        last_on=DAYS[-1],
        now_us=NOW_US,
    )
    with pytest.raises(PlanError, match="has not been planned"):
        sweep_sheet(store, ME, swept.branch_id, bare.sweep_id, language="en", now_us=NOW_US)
    store.engine.dispose()


def test_whoever_may_not_plan_sweeps_gets_no_file(swept: Swept, opened: Store) -> None:
    nobody = Scope("q", "a planner", "planner", None)
    with pytest.raises(ScopeError):
        sweep_sheet(opened, nobody, swept.branch_id, swept.record.sweep_id, language="en", now_us=NOW_US)
