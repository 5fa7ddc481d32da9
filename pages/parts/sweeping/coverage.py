"""What the sweep is expected to bring: reach and files by the end of each day, with a range, and when a target is reached at this pace."""

import pandas as pd
import streamlit as st

from gridmap.sweeps.forecast import Forecast, forecast
from pages.parts import formats, session
from pages.parts.session import _
from pages.parts.sweeping.sweep import Sweep, day_word
from pages.shared import app


def show(sweep: Sweep, days: tuple[int, ...]) -> None:  # noqa: ARG001 - expected of the sweep as a whole
    """Show the sentence, then the days."""
    found = forecast_of(sweep)
    rows = found.by_day[found.by_day["cell"].eq("") & found.by_day["manager_id"].isin(sweep.record.managers)]
    if rows.empty:
        st.info(_("Nothing can be expected of an empty plan."), icon=":material/query_stats:")
        return
    for manager in sorted(set(rows["manager_id"])):
        mine = rows[rows["manager_id"].eq(manager)].sort_values("day")
        st.write(formats.plain(sentence(sweep, mine)))
        _table(mine, manager)
    st.caption(
        _("Ranges hold the count in {share} of cases; they come from how often somebody is in and spoken to in this branch.").format(
            share=formats.per_cent(found.share, 0)
        )
    )


def forecast_of(sweep: Sweep) -> Forecast:
    """Return the forecast of the sweep as it stands, worked out once for each save."""
    kept = session.held("sweep_forecast")
    sign = (sweep.branch_id, sweep.sweep_id, sweep.record.version, sweep.branch.market.fingerprint)
    if kept is not None and kept[0] == sign:
        found: Forecast = kept[1]
        return found
    assert sweep.plan is not None  # noqa: S101 - the tab is shown for planned sweeps
    settings, branch = app.settings(), sweep.branch
    found = forecast(branch.market, branch.plan, sweep.plan, as_of=branch.now.as_of, rules=settings.rules, sweep_rules=settings.sweeps)
    session.hold("sweep_forecast", (sign, found))
    return found


def sentence(sweep: Sweep, rows: pd.DataFrame) -> str:
    """Say what is expected of one manager's days in a sentence; rows in order of day, the first is how it is now."""
    now, last = rows.iloc[0], rows.iloc[-1]
    return _(
        "{manager}: {day} brings the reached from {now} to about {then} of {due} ({low} to {high}), {before} to {after} per cent."
    ).format(
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
    return formats.decimal(100 * row["reached"] / row["due"]) if row["due"] else formats.NONE


def _table(rows: pd.DataFrame, manager: str) -> None:
    frame = pd.DataFrame(
        {
            _("By the end of"): [day_word(day.date()) for day in rows["day"]],
            _("Reached"): [formats.count(value) for value in rows["reached"]],
            _("Between"): [_between(low, high) for low, high in zip(rows["reached_low"], rows["reached_high"], strict=True)],
            _("Of"): [formats.count(value) for value in rows["due"]],
            _("Filed"): [formats.count(value) for value in rows["filed"]],
            _("Files between"): [_between(low, high) for low, high in zip(rows["filed_low"], rows["filed_high"], strict=True)],
        }
    )
    st.dataframe(frame, hide_index=True, key=f"sweep_forecast_{manager}", height=40 + 36 * len(frame))


def _between(low: float, high: float) -> str:
    return _("{low} to {high}").format(low=formats.count(low), high=formats.count(high))
