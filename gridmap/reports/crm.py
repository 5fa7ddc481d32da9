"""Records in the columns of another system, such as the carrier's CRM: a layout of headers, fixed values, dates and words."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import pandas as pd

from gridmap.errors import N_, PlanError, say

KINDS = (("visits", N_("Visits and calls")), ("tasks", N_("Tasks")), ("filings", N_("Filings")))
# What each kind of record can give, by the name under which a layout asks for it.
SOURCES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "visits": (
            "visit_id", "org_id", "name", "credit_code", "tier", "trade", "town", "manager_id", "manager", "visited_at", "kind", "outcome",
            "effective", "note", "next_due",
        ),
        "tasks": (
            "task_id", "org_id", "name", "credit_code", "tier", "kind", "due_on", "manager_id", "manager", "state", "done_on", "outcome",
        ),
        "filings": (
            "org_id", "name", "credit_code", "tier", "trade", "address", "manager_id", "manager", "filed_on", "licence_until", "agreement",
            "roster_members", "our_lines", "lines_known", "decision_maker", "key_contact",
        ),
    }
)  # fmt: skip
DATE_FORMATS = ("%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S", "%Y/%m/%d %H:%M:%S")
MOST_COLUMNS, MOST_WORDS, LONGEST = 60, 200, 100
_CONTROL = re.compile("[\x00-\x1f\x7f]")


@dataclass(frozen=True)
class CrmColumn:
    """One column there: its header, and either what of ours stands in it or one fixed text."""

    header: str
    source: str = ""
    fixed: str = ""


@dataclass(frozen=True)
class CrmLayout:
    """How one kind of record is written: columns in order, how dates look, and their words for our coded values.

    `words` are (source, our value, their word); a value without a word stays as it is, `yes` and `no` stand for truth values.
    """

    columns: tuple[CrmColumn, ...]
    date_format: str = "%Y-%m-%d"
    words: tuple[tuple[str, str, str], ...] = ()


def default_layout(kind: str) -> CrmLayout:
    """Return a layout with the headers that carriers' systems commonly have; KeyError where there is no such kind."""
    return _DEFAULTS[kind]


def to_mapping(layout: CrmLayout) -> dict[str, Any]:
    """Return a layout as JSON keeps it."""
    return {
        "columns": [{name: value for name, value in vars(each).items() if value or name == "header"} for each in layout.columns],
        "date_format": layout.date_format,
        "words": [list(each) for each in layout.words],
    }


def read_layout(kind: str, mapping: object) -> CrmLayout:
    """Read a layout that somebody edited or a file holds.

    Raises
    ------
    PlanError
        When it is no layout of that kind; says what does not belong there.
    """
    if not isinstance(mapping, Mapping):
        raise _wrong(mapping)
    unknown = sorted(set(mapping) - {"columns", "date_format", "words"})
    columns, words = mapping.get("columns"), mapping.get("words", [])
    if (
        unknown
        or not isinstance(columns, list)
        or not isinstance(words, list)
        or not 0 < len(columns) <= MOST_COLUMNS
        or len(words) > MOST_WORDS
    ):
        raise _wrong(unknown[0] if unknown else mapping)
    made = tuple(_column(kind, each) for each in columns)
    headers = [each.header for each in made]
    if twice := sorted({each for each in headers if headers.count(each) > 1}):
        raise PlanError(
            say(N_("Two columns are called {header}."), header=twice[0]), remedy=say(N_("Give each column a header of its own."))
        )
    chosen = mapping.get("date_format", DATE_FORMATS[0])
    if chosen not in DATE_FORMATS:
        raise PlanError(
            say(N_("Dates cannot be written as {form}."), form=str(chosen)),
            remedy=say(N_("Choose one of: {known}."), known=", ".join(DATE_FORMATS)),
        )
    return CrmLayout(made, str(chosen), tuple(_word(kind, each) for each in words))


def lay_out(rows: pd.DataFrame, layout: CrmLayout) -> pd.DataFrame:
    """Write records in the columns of a layout.

    Parameters
    ----------
    rows
        The columns `SOURCES` of the layout's kind; instants local to the branch and without a zone.

    Returns
    -------
    Text in every column, empty where nothing is known, in the order of the rows.
    """
    words: dict[str, dict[str, str]] = {}
    for source, ours, theirs in layout.words:
        words.setdefault(source, {})[ours] = theirs
    made = {
        each.header: _written(rows[each.source], layout.date_format, words.get(each.source, {}))
        if each.source
        else pd.Series(each.fixed, index=rows.index, dtype="str")
        for each in layout.columns
    }
    return pd.DataFrame(made, index=rows.index).reset_index(drop=True)


def _written(values: pd.Series, date_format: str, words: Mapping[str, str]) -> pd.Series:
    if pd.api.types.is_datetime64_any_dtype(values.dtype):
        text = values.dt.strftime(date_format)
    elif pd.api.types.is_bool_dtype(values.dtype):
        text = values.map({True: "yes", False: "no"}).astype("str")
    else:
        text = values.astype("str")
    known = text.astype(object).where(values.notna(), "")
    return pd.Series([words.get(each, each) for each in known], index=values.index, dtype="str")


def _column(kind: str, given: object) -> CrmColumn:
    if not isinstance(given, Mapping) or not set(given) <= {"header", "source", "fixed"}:
        raise _wrong(given)
    header, source, fixed = (_text(given.get(name, "")) for name in ("header", "source", "fixed"))
    if not header:
        raise PlanError(
            say(N_("A column has no header.")), remedy=say(N_("Write the header the other system has, or take the column out."))
        )
    if source and source not in SOURCES[kind]:
        raise PlanError(
            say(N_("There is nothing called {source} to put under {header}."), source=source, header=header),
            remedy=say(N_("Choose one of: {known}."), known=", ".join(SOURCES[kind])),
        )
    if source and fixed:
        raise PlanError(
            say(N_("The column {header} has a fixed text and one of ours."), header=header), remedy=say(N_("Take one of them out."))
        )
    return CrmColumn(header, source, fixed)


def _word(kind: str, given: object) -> tuple[str, str, str]:
    if not isinstance(given, (list, tuple)) or len(given) != 3:
        raise _wrong(given)
    source, ours, theirs = (_text(each) for each in given)
    if source not in SOURCES[kind] or not ours:
        raise _wrong(given)
    return source, ours, theirs


def _text(value: object) -> str:
    if not isinstance(value, str) or len(value) > LONGEST or _CONTROL.search(value):
        raise _wrong(value)
    return value.strip()


def _wrong(value: object) -> PlanError:
    return PlanError(
        say(N_("{value} does not belong into a layout."), value=str(value)[:60]),
        remedy=say(N_("Write columns with header and source or fixed, a date format, and words as source, ours, theirs.")),
    )


def _layout(columns: str, words: str = "") -> CrmLayout:
    pairs = (each.split("=") for each in columns.split())
    return CrmLayout(
        tuple(CrmColumn(header, source) for header, source in pairs),
        "%Y-%m-%d",
        tuple((a, b, c) for a, b, c in (each.split(":") for each in words.split())),
    )


_TRUTH = "decision_maker:yes:是 decision_maker:no:否 key_contact:yes:是 key_contact:no:否"
_DEFAULTS: Mapping[str, CrmLayout] = MappingProxyType(
    {
        "visits": _layout(
            "集团编码=org_id 集团名称=name 客户经理工号=manager_id 客户经理=manager 走访时间=visited_at 走访方式=kind 走访结果=outcome "
            "是否有效=effective 走访内容=note 下次走访时间=next_due",
            "kind:visit:上门走访 kind:sweep:扫楼 kind:on_site:驻地 kind:call:电话 outcome:met:有效走访 outcome:staff_only:仅见员工 "
            "outcome:not_in:无人 outcome:refused:拒访 outcome:moved:已搬迁 outcome:closed:已停业 outcome:filed:完成建档 "
            "effective:yes:是 effective:no:否",
        ),
        "tasks": _layout(
            "任务编码=task_id 集团编码=org_id 集团名称=name 任务类型=kind 到期日=due_on 责任人工号=manager_id 责任人=manager 状态=state "
            "完成日期=done_on 处理结果=outcome",
            "kind:warning:预警 kind:expiry:到期 kind:call:外呼 kind:check:核实 kind:follow_up:回访 kind:supervised:督办 "
            "state:open:处理中 state:done:已完成 state:void:已取消",
        ),
        "filings": _layout(
            "集团编码=org_id 集团名称=name 统一社会信用代码=credit_code 集团等级=tier 行业=trade 地址=address 客户经理工号=manager_id "
            "建档日期=filed_on 执照有效期=licence_until 协议状态=agreement 名册人数=roster_members 决策人=decision_maker "
            "联系人=key_contact",
            f"agreement:none:无 agreement:expired:已过期 agreement:expiring:即将到期 agreement:signed:已签订 {_TRUTH}",
        ),
    }
)
