"""A handover of the seven cells with names that are Chinese, long, or would run in a spreadsheet."""

from datetime import date

import pandas as pd
import pytest

from gridmap.reallocation.handover import Handover, handed_over
from gridmap.reports.handover_sheet import Head
from gridmap.settings import Rules
from tests import builders

NAMES = {"o1": "新兴县新城镇不锈钢餐具厂有限公司", "o3": "=SUM(A1)", "o4": "甲\x0b𠀀乙"}
HEAD = Head(
    branch="新兴县分公司",
    plan_id=7,
    title="离职 & 调整",
    state="a draft",
    version=3,
    managers={"cm1": "李明", "cm2": "王芳", "am1": "张伟", "am2": "@刘洋", "ld1": "陈局"},
    towns={"t-west": "新城", "t-east": "东成"},
)


@pytest.fixture(scope="package")
def handover() -> Handover:
    organisations = builders.organisations()
    organisations["name"] = organisations["org_id"].map(NAMES).fillna(organisations["name"])
    organisations["name_en"] = organisations["org_id"].map({"o1": "Tableware Works"}).astype("str")
    tasks = builders.frame(
        ("task_id", "org_id", "kind", "due_on", "assigned_to", "state"), ("k1", "o3", "check", pd.Timestamp(2026, 8, 30), "cm1", "open")
    )
    visits = builders.visits().assign(next_due=pd.NaT)
    visits.loc[visits["visit_id"].eq("v11"), "next_due"] = pd.Timestamp(2026, 7, 10)  # kept: v1 came after it
    visits.loc[visits["visit_id"].eq("v1"), "next_due"] = pd.Timestamp(2026, 8, 20)
    market = builders.seven_cells(organisations=organisations, tasks=tasks, visits=visits)
    plan = builders.plan().reassigned("cell", [builders.CELLS[name] for name in ("mid", "ne")], "cm2")
    plan = plan.reassigned("holder", ["o1"], "am2").reassigned("sponsor", ["o1"], "").reassigned("cell", [builders.CELLS["sw"]], "cm1")
    return handed_over(market, plan, as_of=builders.AS_OF, effective_on=date(2026, 8, 1), rules=Rules())
