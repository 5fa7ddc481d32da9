"""Handover sheets: what a plan makes each manager give and receive, as a file to be printed and signed."""

import io
import re
import zipfile
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pandas as pd

from gridmap.errors import N_, FileError, PlanError, say
from gridmap.market import Branch, Market
from gridmap.reallocation.handover import Handover, handed_over
from gridmap.reports.handover_sheet import Head, handover_report
from gridmap.reports.paper import write_pdf
from gridmap.reports.workbook import write_workbook
from gridmap.scope import Scope
from gridmap.services.exporting import local_day
from gridmap.services.overview import days_to_show
from gridmap.settings import Rules
from gridmap.store import PlanRecord, Store, open_market, open_plan
from gridmap.store.plan_rows import STATE_NAMES

SHEETS = (("pdf", N_("PDF to be signed"), write_pdf), ("xlsx", N_("Excel workbook"), write_workbook))


def open_handover(
    store: Store, scope: Scope, branch_id: str, plan_id: int, *, rules: Rules, now_us: int, as_of: date | None = None
) -> tuple[PlanRecord, Market, Handover]:
    """Open a plan and work out what changes hands under it, by the plan's own rule for open visits.

    Parameters
    ----------
    as_of
        The day whose organisations, visits and tasks count; None for the last day with data up to now.

    Raises
    ------
    ScopeError
        When the person may not see plans, or not organisations by name.
    PlanError
        When the branch has no such plan.
    """
    scope.require("see_organisations", branch_id)
    record, plan = open_plan(store, scope, branch_id, plan_id)
    market = open_market(store, scope, branch_id, as_of=record.effective_on)
    day = as_of or days_to_show(market, local_day(now_us, market.branch.time_zone))[-1]
    found = handed_over(
        market,
        plan,
        as_of=day,
        effective_on=record.effective_on,
        rules=rules,
        visits="stay" if record.options.visits == "stay" else "go",
        stay_until=record.options.stay_until,
    )
    return record, market, found


def handover_sheet(  # noqa: PLR0913 - what a sheet depends on, each by name
    store: Store,
    scope: Scope,
    branch_id: str,
    plan_id: int,
    manager_id: str,
    format: str,  # noqa: A002 - the word for it
    *,
    rules: Rules,
    language: str,
    now_us: int,
) -> bytes:
    """Write the handover sheet of one manager.

    Parameters
    ----------
    manager_id
        Somebody who gives or takes something by the plan.
    format
        A key of `SHEETS`.
    language
        Of the sheet.
    now_us
        The instant the file carries.

    Raises
    ------
    PlanError
        When the plan gives the manager nothing and takes nothing; names who is affected.
    FileError
        When there is no such format.
    ScopeError
        When the person may not export, or not see plans or organisations by name.
    """
    scope.require("export_data", branch_id)
    _require_format(format)
    record, market, found = open_handover(store, scope, branch_id, plan_id, rules=rules, now_us=now_us)
    if manager_id not in found.managers:
        raise PlanError(
            say(N_("Plan {plan} gives {manager} nothing and takes nothing away."), plan=plan_id, manager=manager_id),
            expected=say(N_("One of: {managers}."), managers=", ".join(found.managers) or "-"),
            remedy=say(N_("Choose one of these managers.")),
        )
    return _written(record, market, found, manager_id, format, language, now_us)


def handover_zip(
    store: Store,
    scope: Scope,
    branch_id: str,
    plan_id: int,
    format: str,  # noqa: A002 - the word for it
    *,
    rules: Rules,
    language: str,
    now_us: int,
) -> bytes:
    """Write the handover sheets of everybody who gives or takes something by a plan, in one archive.

    Files are called by plan, manager and name; the same plan at the same instant gives the same archive but for what the writer of
    workbooks says of itself. Errors as of `handover_sheet`.
    """
    scope.require("export_data", branch_id)
    _require_format(format)
    record, market, found = open_handover(store, scope, branch_id, plan_id, rules=rules, now_us=now_us)
    if not found.managers:
        raise PlanError(
            say(N_("Plan {plan} hands nothing over."), plan=plan_id), remedy=say(N_("Move something first, then write the sheets."))
        )
    names = _names(market, found.as_of, language)
    made = datetime.fromtimestamp(now_us / 1_000_000, tz=ZoneInfo(market.branch.time_zone))
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, manager_id in enumerate(found.managers, start=1):
            # A name is data: nothing of it may lead out of the folder that the archive is unpacked to.
            called = re.sub(r"[^\w-]+", "_", f"{manager_id}_{names.get(manager_id, '')}").strip("_")[:60]
            entry = zipfile.ZipInfo(f"plan_{plan_id}_{number:02d}_{called}.{format}", made.timetuple()[:6])
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, _written(record, market, found, manager_id, format, language, now_us), zipfile.ZIP_DEFLATED)
    return target.getvalue()


def _require_format(key: str) -> None:
    known = [name for name, _title, _write in SHEETS]
    if key not in known:
        raise FileError(
            say(N_("A handover sheet cannot be written as {format}."), format=key),
            expected=say(N_("One of: {formats}."), formats=", ".join(known)),
            remedy=say(N_("Choose one of these formats.")),
        )


def _written(
    record: PlanRecord,
    market: Market,
    found: Handover,
    manager_id: str,
    format: str,  # noqa: A002 - as above
    language: str,
    now_us: int,
) -> bytes:
    report = handover_report(found, manager_id, head=_head(record, market, found.as_of, language), language=language)
    write = {key: write for key, _title, write in SHEETS}[format]
    return write(report, made_at=datetime.fromtimestamp(now_us / 1_000_000, tz=UTC))


def _head(record: PlanRecord, market: Market, as_of: date, language: str) -> Head:
    towns = market.towns
    return Head(
        branch=_branch_name(market.branch, language),
        plan_id=record.plan_id,
        title=record.title,
        state=STATE_NAMES[record.state],
        version=record.version,
        managers=_names(market, as_of, language),
        towns=_called(towns[["name", "name_en"]], language),
    )


def _branch_name(branch: Branch, language: str) -> str:
    return (branch.name_en if language == "en" else "") or branch.name or branch.branch_id


def _names(market: Market, as_of: date, language: str) -> dict[str, str]:
    return _called(market.at("managers", as_of).set_index("manager_id")[["name", "name_en"]], language)


def _called(names: pd.DataFrame, language: str) -> dict[str, str]:
    english = names["name_en"].where(names["name_en"].ne("") & names["name_en"].notna(), names["name"])
    chosen = english if language == "en" else names["name"]
    return {str(key): str(name) for key, name in chosen.dropna().items()}
