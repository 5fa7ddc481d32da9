"""One metric over the months: a small map for each, all in the same classes, one large with a button that plays them, and a table."""

from collections.abc import Callable
from datetime import date

import pandas as pd
import shapely
import streamlit as st

from gridmap import metrics
from gridmap.facts import Facts
from gridmap.reports.ranges import range_text
from gridmap.services.months import Months, over_months
from gridmap.services.targets import AIMED
from pages.parts import controls, formats, opened, session, tables
from pages.parts.opened import Opened
from pages.parts.session import _
from pages.shared import app, cached

FIRST, SHOWN, PER_ROW = "filing_rate_C", 12, 6
_WIDTH = 400.0
_PLAY, _AT = "months_play", "months_at"


def show(branch: Opened) -> None:
    """Show the months of the metric that is chosen."""
    key = controls.pick_of(_("Metric"), "month_metric", {each.key: _(each.title) for each in AIMED if not each.flow}, FIRST)
    days = [day for day in opened.days(branch.who, branch.market.branch.branch_id) if day <= branch.now.as_of][-SHOWN:]
    if len(branch.market.towns) == 0 or len(days) < 2:
        st.info(_("There are no towns, or no earlier months, to compare."), icon=":material/calendar_month:")
        return
    facts = _facts(branch, days)
    rows, rules = branch.market.at("targets", branch.now.as_of), app.settings().rules
    target = metrics.target_for(metrics.metric(key), rows, rules, level="branch", subject="", as_of=branch.now.as_of)
    dark = st.context.theme.type == "dark"
    found = over_months(branch.market, facts, key=key, rules=rules, target=target, dark=dark)
    drawing = _drawing(branch, found, dark=dark)
    _legend(found, dark=dark)
    _player(found, drawing)
    for start in range(0, len(days), PER_ROW):
        for column, day in zip(st.columns(PER_ROW), days[start : start + PER_ROW], strict=False):
            with column:
                st.image(drawing(day), width="stretch")
                st.caption(f"{formats.day(day)} · {formats.amount(found.whole[day], found.metric.unit)}")
    _table(branch, found)


def _facts(branch: Opened, days: list[date]) -> list[Facts]:
    """Return the facts of each month; what nobody has asked for yet is measured, and says how far it is."""
    bar, read = st.progress(0.0, text=_("Reading the months")), []
    for number, day in enumerate(days, start=1):
        read.append(cached.facts(branch.who, branch.market.branch.branch_id, as_of=day, window_days=branch.now.window_days))
        bar.progress(number / len(days), text=_("Reading the months"))
    bar.empty()
    return read


def _player(found: Months, drawing: Callable[[date], str]) -> None:
    playing = bool(session.held(_PLAY))

    @st.fragment(run_every=1.0 if playing else None)
    def frame() -> None:
        kept = session.held(_AT)
        at = len(found.days) - 1 if kept is None else int(kept) % len(found.days)
        if bool(session.held(_PLAY)):
            at = (at + 1) % len(found.days)
            session.hold(_AT, at)
        left, middle, right = st.columns([1, 1, 8], vertical_alignment="center")
        if left.button("", key="months_back", icon=":material/skip_previous:", help=_("The month before")):
            at = (at - 1) % len(found.days)
            session.hold(_AT, at)
        if middle.button("", key="months_next", icon=":material/skip_next:", help=_("The next month")):
            at = (at + 1) % len(found.days)
            session.hold(_AT, at)
        words = _("Stop") if playing else _("Play the months")
        if right.button(words, key="months_play", icon=":material/pause:" if playing else ":material/play_arrow:"):
            session.hold(_PLAY, not playing)
            session.again()
        day = found.days[at]
        st.image(drawing(day), width=640)
        st.text(f"{formats.day(day)} · {_(found.metric.title)}: {formats.amount(found.whole[day], found.metric.unit)}")

    frame()


def _drawing(branch: Opened, found: Months, *, dark: bool) -> Callable[[date], str]:
    """Return what draws the towns on a day: shapes and colours of our own, no text of the data."""
    towns = branch.market.towns
    metric_shapes = towns.geometry.to_crs(towns.estimate_utm_crs())
    west, south, east, north = metric_shapes.total_bounds
    scale = _WIDTH / max(east - west, 1.0)
    height = max((north - south) * scale, 1.0)
    paths = {str(town): _path(shape, west, north, scale) for town, shape in metric_shapes.items()}
    line, empty = ("#0e1117", "#3a3f4b") if dark else ("#ffffff", "#d9dce1")
    hatch = '<pattern id="few" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    hatch += f'<line x1="0" y1="0" x2="0" y2="7" stroke="{line}" stroke-width="3"/></pattern>'

    def draw(day: date) -> str:
        parts = []
        for town, path in paths.items():
            parts.append(f'<path d="{path}" fill="{found.colour(town, day) or empty}" stroke="{line}" stroke-width="1.5"/>')
            if found.is_few(town, day):
                parts.append(f'<path d="{path}" fill="url(#few)"/>')
        size = f'viewBox="0 0 {_WIDTH:.0f} {height:.0f}" width="{_WIDTH:.0f}" height="{height:.0f}"'
        return f'<svg xmlns="http://www.w3.org/2000/svg" {size}><defs>{hatch}</defs>{"".join(parts)}</svg>'

    return draw


def _path(shape: shapely.Geometry, west: float, north: float, scale: float) -> str:
    rings = [ring for part in shapely.get_parts(shape) if part.geom_type == "Polygon" for ring in (part.exterior, *part.interiors)]
    corners = [shapely.get_coordinates(shapely.simplify(ring, 1 / scale)) for ring in rings]
    return "".join(
        "M" + "L".join(f"{(x - west) * scale:.0f} {(north - y) * scale:.0f}" for x, y in each) + "Z" for each in corners if len(each) > 3
    )


def _legend(found: Months, *, dark: bool) -> None:
    """Show the classes that all months share: a swatch as a drawing, its range as text."""
    rim = "#888888" if dark else "#666666"
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        for number, colour in enumerate(found.colours):
            box = f'<rect width="18" height="14" fill="{colour}" stroke="{rim}"/>'
            st.image(f'<svg xmlns="http://www.w3.org/2000/svg" width="18" height="14" viewBox="0 0 18 14">{box}</svg>', width=18)
            st.caption(session.said(range_text(found.breaks, number, found.metric.unit, found.value.to_numpy())))
        st.caption(_("Hatched: too few to judge. All months share these classes."))


def _table(branch: Opened, found: Months) -> None:
    share = found.metric.unit == "share"
    shown = pd.DataFrame({str(day): found.value[day] for day in found.days}).reset_index(names="town")
    shown["town"] = [branch.towns.get(str(town), str(town)) for town in shown["town"]]
    headings = {"town": _("Town"), **{str(day): formats.day(day) for day in found.days}}
    units = dict.fromkeys((str(day) for day in found.days), "share" if share else found.metric.unit)
    tables.show(shown, headings, units, key=f"months_{found.metric.key}", height=520)
