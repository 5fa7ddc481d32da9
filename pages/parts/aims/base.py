"""The frozen base that retention is measured on, and closed months that were corrected afterwards."""

import streamlit as st

from gridmap.facts.retention import base_in_force, last_closed_month, months_compared
from gridmap.services import targets
from pages.parts import formats, tables
from pages.parts.aims.reading import Standing
from pages.parts.opened import Opened
from pages.parts.session import _, ngettext

SHOWN = ("base_retention", "base_retention_open", "member_retention", "revenue_retention")


def show(branch: Opened, found: Standing) -> None:
    """Show the base with its day, what is kept of it with and without closures, and restated months."""
    as_of = branch.now.as_of
    base = base_in_force(branch.market, as_of)
    if base is None:
        st.info(_("No base is frozen yet. Import the list of 31 December as the table of frozen bases on Data."), icon=":material/ac_unit:")
    else:
        month = last_closed_month(branch.market, as_of)
        now, then = months_compared(branch.market, base, as_of)
        st.text(
            _("Base of {day}, never edited. Members as of the closed month {month}; revenue over {count} months of both years.").format(
                day=formats.day(base.frozen_on), month=month or formats.NONE, count=formats.count(len(now))
            )
        )
        if now:
            st.caption(f"{then[0]} \N{EN DASH} {then[-1]} · {now[0]} \N{EN DASH} {now[-1]}")
        kept = [line for line in (*found.lines, *targets.beside(branch.market, branch.now, SHOWN)) if line.metric.key in SHOWN]
        kept.sort(key=lambda line: SHOWN.index(line.metric.key))
        for column, line in zip(st.columns(len(SHOWN)), kept, strict=True):
            column.metric(_(line.metric.title), formats.amount(line.now.value, line.metric.unit), help=_(line.metric.help))
            words = {"numerator": formats.count(line.now.numerator), "denominator": formats.count(line.now.denominator)}
            column.caption(_("{numerator} of {denominator}").format(**words))
    st.subheader(_("Restated months"))
    corrected = targets.restatements(branch.market, as_of)
    if corrected.empty:
        st.caption(_("No closed account month was corrected after it was known."))
        return
    count = len(corrected)
    st.text(ngettext("{count} closed month was corrected.", "{count} closed months were corrected.", count, **formats.counted(count)))
    shown = corrected.assign(restated_on=[formats.day(day) for day in corrected["restated_on"]])
    headings = {
        "month": _("Account month"),
        "organisations": _("Organisations corrected"),
        "before": _("Revenue as first known"),
        "after": _("Revenue as corrected"),
        "difference": _("Difference"),
        "restated_on": _("Corrected from"),
    }
    units = dict.fromkeys(("organisations", "before", "after"), "count") | {"difference": "change"}
    tables.show(shown, headings, units, key="restated", height=320)
