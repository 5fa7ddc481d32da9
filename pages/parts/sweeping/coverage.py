"""What the sweep is expected to bring: reach and files by the end of each day, with a range, and when a target is reached at this pace."""

import pandas as pd
import streamlit as st

from gridmap.sweeps.forecast import Forecast, forecast
from gridmap.sweeps.pace import pace
from gridmap.sweeps.planned import SweepPlan
from gridmap.texts import Name
from pages.parts import formats, session
from pages.parts.opened import Opened
from pages.parts.session import _, said
from pages.parts.sweeping.sweep import Sweep, day_briefly, day_word
from pages.shared import app

HELD, PACES = "sweep_forecast", "sweep_paces"


def show(sweep: Sweep, days: tuple[int, ...]) -> None:  # noqa: ARG001 - expected of the sweep as a whole
    """Show the sentence, then the days."""
    found = forecast_of(sweep)
    for manager in sorted({route.manager_id for route in sweep.routes}):
        mine = rows_of(found, manager)
        st.text(sentence(sweep, mine))
        _table(mine, manager)
    for line in _paces(sweep, found):
        st.text(line)
    st.caption(
        _("Ranges hold the count in {share} of cases; they come from how often somebody is in and spoken to in this branch.").format(
            share=formats.per_cent(found.share, 0)
        )
    )


def _paces(sweep: Sweep, found: Forecast) -> list[str]:
    """Say of each town of the sweep when its targets are reached at this pace; worked out once for each save."""
    sign = (*_sign(sweep.branch, sweep.record.result), session.language())
    kept = session.held(PACES)
    if kept is None or kept[0] != sign:
        branch = sweep.branch
        areas = branch.market.areas.drop_duplicates("area_id").set_index("area_id")
        towns = [town for town in dict.fromkeys(found.by_town["town"]) if town in areas.index]
        names = areas.loc[towns, ["name", "name_en"]].fillna("")
        subjects = {town: Name(str(local), str(english)) for town, local, english in names.itertuples()}
        known = {"as_of": branch.now.as_of, "rules": app.settings().rules, "forecast": found}
        reached = pace(branch.market, branch.plan, level="town", subjects=subjects, **known)  # type: ignore[arg-type]
        kept = (sign, [said(each.said) for each in reached])
        session.hold(PACES, kept)
    lines: list[str] = kept[1]
    return lines


def rows_of(found: Forecast, manager_id: str) -> pd.DataFrame:
    """Return the days of one manager in order; the first says how it is now."""
    rows = found.by_day
    return rows[rows["cell"].eq("") & rows["manager_id"].eq(manager_id)].sort_values("day")


def in_short(sweep: Sweep) -> tuple[str, str]:
    """Return the share expected to be reached by the last day, and when that is and how it is now; all managers together."""
    rows = forecast_of(sweep).by_day
    mine = rows[rows["cell"].eq("") & rows["manager_id"].isin({route.manager_id for route in sweep.routes})]
    sums = mine.groupby("day")[["reached", "due"]].sum().sort_index()
    now, last = sums.iloc[0], sums.iloc[-1]
    return _share(last), _("by {day}, now {now}").format(day=day_briefly(sums.index[-1].date()), now=_share(now))


def forecast_of(sweep: Sweep) -> Forecast:
    """Return the forecast of the sweep as it stands, worked out once for each save."""
    kept = session.held(HELD)
    if kept is None or kept[0] != _sign(sweep.branch, sweep.record.result):
        settings, branch = app.settings(), sweep.branch
        planned = sweep.plan or SweepPlan((), (), 0, 0, "", "")
        rules = {"rules": settings.rules, "sweep_rules": settings.sweeps}
        keep(branch, sweep.record.result, forecast(branch.market, branch.plan, planned, as_of=branch.now.as_of, **rules))  # type: ignore[arg-type]
    found: Forecast = session.held(HELD)[1]
    return found


def keep(branch: Opened, result: str, found: Forecast) -> None:
    """Keep the forecast of a plan (its text), which the search for it has worked out already."""
    session.hold(HELD, (_sign(branch, result), found))


def _sign(branch: Opened, result: str) -> tuple[str, str, str]:
    return branch.market.fingerprint, branch.who.manager_id if branch.who.own_cells_only else "", result


def sentence(sweep: Sweep, rows: pd.DataFrame) -> str:
    """Say what is expected of one manager's days in a sentence; rows in order of day, the first is how it is now."""
    now, last = rows.iloc[0], rows.iloc[-1]
    words = _(
        "By {day} about {then} of {due} organisations of {manager} are visited within their cycle ({low} to {high}): {after}. "
        "Now it is {now}: {before}."
    )
    return words.format(
        manager=sweep.manager(str(last["manager_id"])),
        day=day_word(last["day"].date()),
        now=formats.count(now["reached"]),
        then=formats.count(last["reached"]),
        due=formats.count(last["due"]),
        low=formats.count(last["reached_low"]),
        high=formats.count(last["reached_high"]),
        before=_share(now),
        after=_share(last),
    )


def _share(row: "pd.Series[float]") -> str:
    return formats.per_cent(row["reached"] / row["due"]) if row["due"] else formats.NONE


def _table(rows: pd.DataFrame, manager: str) -> None:
    frame = pd.DataFrame(
        {
            _("By the end of"): [day_word(day.date()) for day in rows["day"]],
            _("Visited"): [formats.count(value) for value in rows["reached"]],
            _("Between"): [_between(low, high) for low, high in zip(rows["reached_low"], rows["reached_high"], strict=True)],
            _("Of"): [formats.count(value) for value in rows["due"]],
            _("Filed"): [formats.count(value) for value in rows["filed"]],
            _("Files between"): [_between(low, high) for low, high in zip(rows["filed_low"], rows["filed_high"], strict=True)],
        }
    )
    st.dataframe(frame, hide_index=True, key=f"sweep_forecast_{manager}", height="content")


def _between(low: float, high: float) -> str:
    return _("{low} to {high}").format(low=formats.count(low), high=formats.count(high))
