"""What is written of a request and a plan reads back as it was; what is of another form is refused by name."""

from datetime import date

import pytest

from gridmap.errors import say
from gridmap.sweeps import written
from gridmap.sweeps.planned import DayRoute, Door, PlannedStop, Reason, Stop, SweepPlan, Unplaced
from gridmap.sweeps.request import Appointment, DoorFilter, Lunch, Pin, Place, Shift, SweepRequest
from gridmap.texts import Day, said

DAY = date(2026, 7, 1)
REQUEST = SweepRequest(
    shifts=(Shift("cm1", DAY, 510, 1050, Lunch(690, 780, 60), start=Place(22.7, 112.2)), Shift("cm2", DAY, 510, 1050)),
    mode="foot",
    wanted=DoorFilter(tiers=("C", "M")),
    mandatory=("o1",),
    appointments=(Appointment("o2", DAY, 600, 630),),
    pins=(Pin("o3", "cm1", DAY, 1),),
    seed=7,
)
REASONS = (
    Reason("wins_near", 3.0, say("{count} wins", count=2)),
    Reason("task_due", 2.0, say("{task} due on {day}", task=say("Check"), day=Day(DAY))),
)
DOOR = Door("o1", "C", 12.5, 0.73, 50, floor="3", room="301", reasons=REASONS)
STOP = PlannedStop(Stop("s1", 22.7, 112.2, "89", "", (DOOR,)), 520.0, 525.5, 575.5, 10.0, 812.0, pinned=True)
PLAN = SweepPlan(
    days=(DayRoute("cm1", DAY, Place(22.7, 112.2), Place(22.7, 112.2), 510.0, 590.0, (690.0, 750.0), (STOP,), 14.5, 900.0),),
    unplaced=(Unplaced("o9", mandatory=True, reason=say("closed on that day")),),
    seed=7,
    iterations=100,
    stopped="iterations",
    travel_source="line",
)


def test_a_request_reads_back() -> None:
    assert written.read_request(written.request_text(REQUEST)) == REQUEST


def test_a_plan_reads_back() -> None:
    assert written.read_plan(written.plan_text(PLAN)) == PLAN


def test_a_reason_that_reads_back_is_said_in_each_language() -> None:
    read = written.read_plan(written.plan_text(PLAN)).doors[0].reasons[1].said
    assert said(read, "en") == "Check due on Jul 1, 2026"
    assert "2026年7月1日" in said(read, "zh_CN")


def test_what_is_left_out_takes_its_default() -> None:
    assert written.read_request('{"shifts": []}') == SweepRequest(shifts=())


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("{", "no JSON"),
        ("[]", "SweepRequest"),
        ("{}", "SweepRequest"),
        ('{"shifts": [], "colour": 1}', "SweepRequest"),
        ('{"shifts": [], "mode": "helicopter"}', "SweepRequest.mode"),
        ('{"shifts": [], "seed": "1"}', "SweepRequest.seed"),
        ('{"shifts": [{"manager_id": "m", "day": "2026-07-01", "begins_min": true, "ends_min": 3}]}', r"shifts\[0\].begins_min"),
        ('{"shifts": [{"manager_id": "m", "day": "tomorrow", "begins_min": 1, "ends_min": 3}]}', "tomorrow"),
    ],
)
def test_another_form_is_refused(text: str, where: str) -> None:
    with pytest.raises(ValueError, match=where):
        written.read_request(text)
