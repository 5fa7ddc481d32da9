"""The tables of a briefing, each with the figures in it by their keys; numbers stay numbers, so that every format shows the same."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from gridmap import metrics
from gridmap.errors import N_
from gridmap.facts import UNASSIGNED
from gridmap.market.standing import live_at
from gridmap.parks import PARK_STATUSES
from gridmap.reports.briefing.maps import MapSheet
from gridmap.reports.report import Block, Field, Value
from gridmap.reports.writer import Writer
from gridmap.services import wording
from gridmap.services.briefing_day import ReportDay
from gridmap.services.overview import Score, Step, Worse, towns_ranked
from gridmap.white_space import TO_DO, parks_worked

RANKED = "filing_rate_C"  # what the towns are ranked by, as where the page opens
BESIDE = ("visit_coverage", "never_visited", "visits_owed", "wins_per_100")
MOST_NAMED = 40
ROLES: tuple[tuple[str, str], ...] = (
    ("account", N_("Account manager")),
    ("community", N_("Community manager")),
    ("chief", N_("Chief account manager")),
    ("leader", N_("Leader")),
)


@dataclass(frozen=True)
class Table:
    """One table and the figures in it, by keys that are the same in every language."""

    block: Block
    figures: Mapping[str, float] = field(default_factory=dict)


def scored(scores: Iterable[Score], writer: Writer) -> Table:
    """Write the scorecard: each metric with its unit, numerator, denominator, target, gap and the day before."""
    _ = writer.translate
    fields = (
        Field(_("Metric"), "text", 48),
        Field(_("Value"), "figure", 18),
        Field(_("Unit"), "text", 16),
        Field(_("Numerator"), "whole", 20),
        Field(_("Denominator"), "whole", 20),
        Field(_("Target"), "figure", 18),
        Field(_("Gap to target"), "figure", 20),
        Field(_("Before"), "figure", 18),
        Field(_("Note"), "text", 40),
    )
    rows: list[tuple[Value, ...]] = []
    figures: dict[str, float] = {}
    for score in scores:
        metric, now, times = score.metric, score.now, _times(score.metric)
        unit = writer.unit_name(metric.unit)
        note = " · ".join(part for part in (wording.state_name(now.state, writer), wording.moved(score, writer)) if part)
        rows.append(
            (
                _(metric.title),
                _scaled(now.value, times),
                unit,
                _scaled(now.numerator),
                _scaled(now.denominator),
                _scaled(score.target, times),
                _scaled(score.gap, times),
                _scaled(score.before.value, times),
                note,
            )
        )
        _keep(figures, f"score.{metric.key}", value=now.value, numerator=now.numerator, denominator=now.denominator, target=score.target)
        _keep(figures, f"score.{metric.key}", before=score.before.value)
    return Table(Block(_("Where we stand"), _("Scorecard"), fields, tuple(rows)), figures)


def sentences(
    worse: Iterable[Worse], steps: Iterable[Step], towns: Mapping[str, str], managers: Mapping[str, str], writer: Writer
) -> tuple[Table, Table]:
    """Write what to do first, and what got worse, a sentence a row."""
    _ = writer.translate
    first = tuple((wording.step_sentence(each, towns, managers, writer),) for each in steps)
    told = tuple((wording.worse_sentence(each, towns, managers, writer),) for each in worse)
    counts = {f"step.{each.kind}.{part}": value for each in steps for part, value in (("first", each.first), ("second", each.second))}
    lost = {f"worse.{each.level}.{each.key}.{each.score.metric.key}": each.score.now.value for each in worse}
    wide = (Field(_("In a sentence"), "text", 240),)
    calm = _("Nothing got worse by as much as one organisation.")
    return (
        Table(Block(_("Do first"), _("Do first"), wide, first, empty=_("Nothing stands out.")), counts),
        Table(Block(_("What got worse"), _("What got worse"), wide, told, empty=calm), lost),
    )


def towns_table(day: ReportDay, towns: Mapping[str, str], writer: Writer) -> Table:
    """Write the towns, worst first by the bound that small counts cannot cheat, with further metrics beside."""
    _ = writer.translate
    ranked = towns_ranked(day.market, day.now, day.before, key=RANKED, rules=day.rules)
    beside = [towns_ranked(day.market, day.now, day.before, key=key, rules=day.rules).reindex(ranked.index) for key in BESIDE]
    first, others = metrics.metric(RANKED), [metrics.metric(key) for key in BESIDE]
    fields = (
        Field(_("Town"), "text", 40),
        Field(writer.titled(first), "number", 26),
        Field(_("Numerator"), "whole", 20),
        Field(_("Denominator"), "whole", 20),
        Field(_("Target"), "figure", 18),
        Field(_("Change (points)"), "number", 20),
        *(Field(writer.titled(each), "figure", 24) for each in others),
        Field(_("Note"), "text", 30),
    )
    rows: list[tuple[Value, ...]] = []
    figures: dict[str, float] = {}
    for place, town in enumerate(ranked.index):
        row, times = ranked.iloc[place], _times(first)
        others_now = [float(table["value"].iloc[place]) for table in beside]
        rows.append(
            (
                towns.get(str(town), _("Not placed")),
                _scaled(row["value"], times),
                _scaled(row["numerator"]),
                _scaled(row["denominator"]),
                _scaled(row["target"], times),
                _scaled(row["change"], times),
                *(_scaled(value, _times(metric)) for value, metric in zip(others_now, others, strict=True)),
                wording.state_name(int(row["state"]), writer),
            )
        )
        key = f"town.{town or '-'}"
        _keep(figures, f"{key}.{RANKED}", value=row["value"], numerator=row["numerator"], denominator=row["denominator"])
        _keep(figures, key, **dict(zip(BESIDE, others_now, strict=True)))
    return Table(Block(_("Towns, worst first"), _("Towns"), fields, tuple(rows)), figures)


def loads_table(loads: pd.DataFrame, managers: Mapping[str, str], writer: Writer) -> Table:
    """Write what each manager has against what they can have; of whom nothing may be seen is left out."""
    _ = writer.translate
    roles = dict(ROLES)
    fields = (
        Field(_("Manager"), "text", 40),
        Field(_("Role"), "text", 34),
        Field(_("Used (%)"), "number", 18),
        Field(_("Filed A, B, C"), "whole", 20),
        Field(_("Of at most"), "whole", 20),
        Field(_("Cells"), "whole", 16),
        Field(_("Prospects"), "whole", 20),
        Field(_("Visits owed"), "whole", 20),
        Field(_("Hours asked a month"), "number", 24),
        Field(_("Hours had"), "number", 20),
        Field(_("Mark"), "text", 18),
    )
    rows: list[tuple[Value, ...]] = []
    figures: dict[str, float] = {}
    for manager, load in loads[loads["accounts"].notna()].iterrows():
        free, role = manager == UNASSIGNED, roles.get(load["role"], "")
        counts = [float(load[name]) for name in ("accounts", "capacity", "cells", "prospects", "visits_owed")]
        rows.append(
            (
                _("Unassigned") if free else managers.get(str(manager), str(manager)),
                _(role) if role else "",
                _scaled(load["fill"], 100),
                *(_scaled(value) for value in counts),
                _scaled(load["hours_asked"]),
                _scaled(load["hours_had"]),
                _("nobody") if free else _("over") if load["over"] else "",
            )
        )
        names = ("accounts", "capacity", "cells", "prospects", "visits_owed", "hours_asked", "hours_had")
        _keep(figures, f"manager.{manager}", **dict(zip(names, [*counts, load["hours_asked"], load["hours_had"]], strict=True)))
    return Table(Block(_("Managers, fullest first"), _("Managers"), fields, tuple(rows)), figures)


def parks_table(day: ReportDay, managers: Mapping[str, str], writer: Writer) -> Table:
    """Write the parks that are not covered, what is worth the most first, each with what to do."""
    _ = writer.translate
    target = next(value for metric, tier, value in day.rules.targets if (metric, tier) == ("filing_rate", "C"))
    parks = parks_worked(day.market, day.plan, day.now, filed_target=target)
    parks = parks[parks["status"] != "covered"].reset_index().sort_values(["white_space", "park_id"], ascending=[False, True])
    titles, to_do = dict(PARK_STATUSES), dict(TO_DO)
    fields = (
        Field(_("Park"), "text", 50),
        Field(_("Where it stands"), "text", 36),
        Field(_("What to do"), "text", 46),
        Field(_("Organisations"), "whole", 22),
        Field(_("Complete files"), "whole", 20),
        Field(_("Never visited"), "whole", 20),
        Field(_("White space a month"), "whole", 26),
        Field(_("Owners"), "text", 50),
    )
    planned = _("planned")
    rows: list[tuple[Value, ...]] = []
    figures: dict[str, float] = {}
    for name, (_number, park) in zip(writer.names(parks), parks.iterrows(), strict=True):
        title, deed = titles[park["status"]], to_do[park["status"]]
        counts = [float(park[column]) for column in ("organisations", "complete", "never", "white_space")]
        rows.append(
            (
                str(name),
                _(title) + (f" ({planned})" if park["planned"] else ""),
                _(deed),
                *(_scaled(value) for value in counts),
                ", ".join(managers.get(each, each) for each in park["owners"]) or _("Unassigned"),
            )
        )
        _keep(figures, f"park.{park['park_id']}", **dict(zip(("organisations", "complete", "never", "white_space"), counts, strict=True)))
    return Table(Block(_("White space: parks"), _("Parks"), fields, tuple(rows), empty=_("Every park is covered.")), figures)


def named_table(day: ReportDay, towns: Mapping[str, str], managers: Mapping[str, str], writer: Writer) -> Table:
    """List organisations of tiers A and B without a file, by name; for who may see names."""
    _ = writer.translate
    rows = day.market.at("organisations", day.now.as_of)
    rows = rows[live_at(rows, day.now.as_of) & rows["tier"].isin(["A", "B"]) & rows["filed_on"].isna()]
    rows = rows.sort_values(["tier", "org_id"]).head(MOST_NAMED)
    holders = day.plan.holders_now
    named = tuple(
        (
            str(name),
            str(row.tier),
            towns.get(str(row.town), _("Not placed")),
            managers.get(str(holders.get(row.org_id, "")), _("Unassigned")),
        )
        for name, row in zip(writer.names(rows), rows.itertuples(), strict=True)
    )
    fields = (
        Field(_("Organisation"), "text", 90),
        Field(_("Tier"), "text", 14),
        Field(_("Town"), "text", 40),
        Field(_("Holder"), "text", 50),
    )
    block = Block(_("Organisations of tiers A and B without a file"), _("Without a file"), fields, named, empty=_("All of them are filed."))
    return Table(block, {})


def classes_table(maps: Iterable[MapSheet], writer: Writer) -> Table:
    """Write how many cells each class of each map has: the map as a table."""
    _ = writer.translate
    fields = (Field(_("Map"), "text", 60), Field(_("Class"), "text", 80), Field(_("Cells"), "whole", 24))
    rows = tuple((sheet.title, line.label, line.count) for sheet in maps for line in sheet.lines)
    figures = {f"map.{sheet.key}.{line.key}": float(line.count) for sheet in maps for line in sheet.lines}
    return Table(Block(_("Maps by class"), _("Maps"), fields, rows), figures)


def figures_table(figures: Mapping[str, float], writer: Writer) -> Block:
    """List every figure by its key, of which the checksum is made; for the workbook."""
    _ = writer.translate
    fields = (Field(_("Key"), "text"), Field(_("Value"), "exact"))
    return Block(_("Every figure"), _("Figures"), fields, tuple((key, figures[key]) for key in sorted(figures)), where="workbook")


def _times(metric: metrics.Metric) -> int:
    return 100 if metric.unit == "share" else 1


def _scaled(value: float | None, times: int = 1) -> Value:
    """Return a number as a table holds it, shares in per cent; None where there is none."""
    return None if value is None or not np.isfinite(value) else float(value) * times


def _keep(figures: dict[str, float], key: str, **values: float | None) -> None:
    figures |= {f"{key}.{name}": float(value) for name, value in values.items() if value is not None and np.isfinite(value)}
