"""A briefing: what a branch's figures say at the end of a period, computed once and written in every format."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import pandas as pd

from gridmap.errors import N_, FileError, say
from gridmap.market import day_end_us
from gridmap.reallocation.loads import manager_loads
from gridmap.reports.briefing import FORMATS, Briefing, BriefingFormat, Tile, draw_pictures
from gridmap.reports.briefing.content import checksum
from gridmap.reports.report import Report
from gridmap.reports.writer import Writer
from gridmap.scope import ROLES
from gridmap.services import briefing_tables as tables
from gridmap.services import overview, wording
from gridmap.services.briefing_day import ReportDay
from gridmap.services.briefing_maps import map_sheets
from gridmap.services.overview import OWN_SCORES, SCORES, Score

Tell = Callable[[float], None]


def briefing_of(day: ReportDay, *, language: str) -> Briefing:
    """Say what the figures of a day are, in a language.

    Parameters
    ----------
    day
        A branch as a person may see it; whoever may not see names gets none of organisations.
    language
        A key of `gridmap.texts.LANGUAGES`.

    Returns
    -------
    The same figures, and so the same checksum, in every language.

    Raises
    ------
    ScopeError
        When the person may not take data away.
    """
    market, branch_id = day.market, day.market.branch.branch_id
    day.scope.require("export_data", branch_id)
    writer = Writer(language)
    _ = writer.translate
    keys = SCORES if day.seen is None else OWN_SCORES
    scores = overview.scorecard(market, day.now, day.before, rules=day.rules, plan=day.plan, keys=keys)
    loads = manager_loads(market, day.plan, day.now, rules=day.rules, seen=day.seen)
    towns = _called(market.areas, writer)
    managers = _called(market.at("managers", day.now.as_of).set_index("manager_id"), writer)
    worse = overview.got_worse(market, day.now, day.before, rules=day.rules, plan=day.plan)
    steps = overview.first_steps(market, day.now, loads, rules=day.rules)
    targets = {score.metric.key: score.target for score in scores}
    title = _title(day, writer)
    maps = map_sheets(day, targets=targets, subtitle=title, source=_source(day, writer), writer=writer)
    first, got_worse = tables.sentences(worse, steps, towns, managers, writer)
    found = [tables.scored(scores, writer), first, got_worse, tables.towns_table(day, towns, writer)]
    found.append(tables.loads_table(loads, managers, writer))
    if day.seen is None and day.scope.allows("find_white_space", branch_id):
        found.append(tables.parks_table(day, managers, writer))
    if day.scope.allows("see_organisations", branch_id):
        found.append(tables.named_table(day, towns, managers, writer))
    beside_maps = tables.classes_table(maps, writer)
    found.append(beside_maps)
    figures = {key: value for table in found for key, value in table.figures.items()}
    verdict = wording.verdict(scores, writer)
    report = Report(
        title=_("Report: {title}").format(title=title),
        line=_("{title} · checksum {checksum}").format(title=title, checksum=checksum(figures)),
        told=_told(day, verdict, checksum(figures), managers, writer),
        blocks=(*(table.block for table in found), tables.figures_table(figures, writer)),
        language=language,
    )
    return Briefing(
        name="-".join(part for part in (branch_id, day.period, day.cells_of, language) if part),
        report=report,
        verdict=verdict,
        tiles=tuple(_tile(score, writer) for score in scores),
        worse=tuple(str(row[0]) for row in got_worse.block.rows),
        steps=tuple(str(row[0]) for row in first.block.rows),
        maps=maps,
        figures=figures,
        source=_source(day, writer),
        made_at=datetime.fromtimestamp(day_end_us(day.now.as_of, market.branch.time_zone) / 1_000_000, tz=UTC),
        beside_maps=beside_maps.block.name,
    )


def write_briefing(briefing: Briefing, keys: Sequence[str], *, tell: Tell | None = None) -> dict[str, bytes]:
    """Write a briefing in some formats; its maps are drawn once, and only where a format shows them.

    Parameters
    ----------
    keys
        Of `FORMATS`.
    tell
        Is told how far it is, 0 to 1.

    Raises
    ------
    FileError
        When there is no such format.
    """
    chosen = formats_of(keys)
    say_how_far = tell or (lambda _share: None)
    pictures = draw_pictures(briefing.maps) if any(each.drawn for each in chosen) else {}
    say_how_far(0.5)
    made: dict[str, bytes] = {}
    for number, each in enumerate(chosen, start=1):
        made[each.key] = each.write(briefing, pictures)
        say_how_far(0.5 + 0.5 * number / len(chosen))
    return made


def formats_of(keys: Sequence[str]) -> tuple[BriefingFormat, ...]:
    """Return the formats of some keys, in their own order."""
    known = [each.key for each in FORMATS]
    unknown = sorted(set(keys) - set(known))
    if unknown:
        raise FileError(
            say(N_("A report cannot be written as {format}."), format=", ".join(unknown)),
            expected=say(N_("One of: {formats}."), formats=", ".join(known)),
            remedy=say(N_("Choose one of these formats.")),
        )
    return tuple(each for each in FORMATS if each.key in set(keys))


def _called(frame: pd.DataFrame, writer: Writer) -> dict[str, str]:
    return {str(key): str(name) for key, name in writer.names(frame).dropna().items()}


def _title(day: ReportDay, writer: Writer) -> str:
    _ = writer.translate
    branch = day.market.branch
    name = str(writer.names(pd.DataFrame([{"name": branch.name, "name_en": branch.name_en}])).iloc[0])
    return _("{branch}, {day}").format(branch=name, day=writer.day(day.now.as_of))


def _source(day: ReportDay, writer: Writer) -> str:
    _ = writer.translate
    version = day.market.version
    return _("Source: gridmap, import {imported}, ledger position {change}, visit {visit}").format(
        imported=version.import_id, change=version.change_id, visit=version.visit_no
    )


def _told(day: ReportDay, verdict: str, mark: str, managers: dict[str, str], writer: Writer) -> tuple[tuple[str, str], ...]:
    _ = writer.translate
    version, (period, used) = day.market.version, overview.time_used(day.market, day.now.as_of)
    time_used = _("{share} of {period} ({elapsed} of {days} days)").format(
        share=writer.per_cent(float(used.share)), period=period, elapsed=writer.count(used.elapsed), days=writer.count(used.days)
    )
    whose = _("all cells") if day.seen is None else _("cells of {manager}").format(manager=managers.get(day.cells_of, day.cells_of))
    return (
        (_("Where we stand"), verdict),
        (_("Figures as of"), writer.day(day.now.as_of)),
        (_("Compared with"), writer.day(day.before.as_of)),
        (_("Days counted back"), writer.count(day.now.window_days)),
        (_("Time used"), time_used),
        (_("Seen by"), f"{_(dict(ROLES)[day.scope.role])}, {whose}"),
        (_("Ledger position"), f"{version.import_id}.{version.change_id}.{version.visit_no}"),
        (_("Checksum of the figures"), mark),
    )


def _tile(score: Score, writer: Writer) -> Tile:
    _ = writer.translate
    good = wording.good_change(score, writer)
    known = wording.state_name(score.now.state, writer)
    return Tile(
        key=score.metric.key,
        title=_(score.metric.title),
        value=writer.amount(score.now.value, score.metric.unit),
        change=writer.change(score.change, score.metric.unit),
        target="" if score.target is None else wording.target_words(score, writer),
        evidence=" · ".join(part for part in (wording.evidence(score, writer), known) if part),
        mood="good" if good > 0 else "bad" if good < 0 else "",
        aim="" if score.gap is None else "good" if score.gap >= 0 else "bad",
    )
