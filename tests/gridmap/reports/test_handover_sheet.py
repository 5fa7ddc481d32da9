"""The sheet of one manager: every row of theirs, totals that are the sums of the rows, and three to sign for each pair."""

import pytest

from gridmap.reports.handover_sheet import handover_report
from tests.gridmap.reports.conftest import HEAD


def column(block, title):
    place = [field.title for field in block.fields].index(title)
    return [row[place] for row in block.rows]


def blocks(handover, manager_id, language="en"):
    return {block.name: block for block in handover_report(handover, manager_id, head=HEAD, language=language).blocks}


def test_each_manager_gets_what_they_give_and_what_they_receive(handover):
    assert column(blocks(handover, "cm1")["Given"], "Code") == ["o3", "o4", "o5"]
    assert column(blocks(handover, "cm1")["Received"], "Code") == []
    assert column(blocks(handover, "cm2")["Received"], "Code") == ["o3", "o4", "o5"]
    assert column(blocks(handover, "am2")["Received"], "Code") == ["o1"]


@pytest.mark.parametrize("manager_id", ["cm1", "cm2", "am1", "am2"])
def test_the_totals_are_the_sums_of_the_rows(handover, manager_id):
    found = blocks(handover, manager_id)
    given, received = found["Summary"].rows[-2:]
    titles = [field.title for field in found["Summary"].fields]
    for row, block, giver in ((given, found["Given"], True), (received, found["Received"], False)):
        sums = dict(zip(titles, row, strict=True))
        assert sums["Organisations"] == len(block.rows)
        assert sums["Hours a month (h)"] == pytest.approx(sum(column(block, "Hours a month (h)")))
        assert sums["Prospects"] == column(block, "Account file").count("Prospect")
        assert sums["Accounts (A, B, C)"] == sum("ile" in each for each in column(block, "Account file"))  # no tier M is filed here
        side = "Giver" if giver else "Taker"
        assert sums["Cells"] == sum(f"({manager_id})" in each for each in column(found["Cells"], side))
    items = found["Promises and open tasks"]
    assert sum(row[titles.index(each)] for row in (given, received) for each in ("Promises", "Open tasks")) == len(items.rows)


def test_an_open_item_says_who_does_it_until_when(handover):
    found = blocks(handover, "cm2")["Promises and open tasks"]
    assert column(found, "Does it") == ["李明 (cm1)"]
    assert [str(day) for day in column(found, "Up to and with")] == ["2026-07-31"]
    assert column(found, "Then") == ["王芳 (cm2)"]
    promised = blocks(handover, "am1")["Promises and open tasks"]
    assert column(promised, "What") == ["Promised follow-up"]
    assert column(promised, "Organisation") == ["Tableware Works"]


def test_dangers_come_with_their_reasons_the_worst_first(handover):
    found = blocks(handover, "cm1")["Dangers"]
    assert column(found, "Danger") == ["Orange", ""]  # o4 is no file, and lost lines
    assert column(found, "Why")[0].startswith("The organisation does not pay for its members")
    assert column(found, "Lines lost in a year") == [5, 3]


def test_three_sign_for_each_pair_and_nobody_signs_for_nobody(handover):
    report = handover_report(handover, "am1", head=HEAD, language="en")
    assert [[(box.role, box.name) for box in boxes] for _line, boxes in report.boxes] == [
        [("Giver", "张伟 (am1)"), ("Taker", "@刘洋 (am2)"), ("Witness", "")]
    ]
    alone = handover_report(handover, "ld1", head=HEAD, language="en")
    assert [box.role for box in alone.boxes[0][1]] == ["Giver", "Witness"]
    both = handover_report(handover, "cm1", head=HEAD, language="en")
    assert len(both.boxes) == 2  # gives to cm2, and receives from them
    assert "李明 (cm1) hands over to 王芳 (cm2)" in both.boxes[0][0]


def test_cells_on_paper_stand_together_by_pair_and_town(handover):
    paper, workbook = (block for block in handover_report(handover, "cm1", head=HEAD, language="en").blocks if block.name == "Cells")
    assert (paper.where, workbook.where) == ("paper", "workbook")
    assert sum(column(paper, "Cells")) == len(workbook.rows) == 3
    assert sorted(" ".join(column(paper, "Codes of the cells")).split()) == sorted(column(workbook, "Cell"))


def test_in_chinese_organisations_are_called_as_registered(handover):
    report = handover_report(handover, "am1", head=HEAD, language="zh_CN")
    given = report.blocks[1]
    assert "新兴县新城镇不锈钢餐具厂有限公司" in given.rows[0]
    assert report.blocks[1].rows[0][0] == 1


def test_the_rule_for_open_visits_is_written_out(handover):
    told = dict(handover_report(handover, "cm1", head=HEAD, language="en").told)
    assert told["Open visits and tasks"] == "They go to the taker with the organisation on the first day."
    assert told["In force from"] == "2026-08-01"
    assert told["Plan"] == "7 · 离职 & 调整"
