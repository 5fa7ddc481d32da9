"""What is asked for: what shall be better, how much may change hands, and which way the answer is wanted."""

from dataclasses import replace

import streamlit as st

from gridmap.errors import N_
from gridmap.territories.request import CAPACITY, Budget, Limit, Request
from pages.parts import session
from pages.parts.drafts.draft import Draft
from pages.parts.session import _
from pages.parts.suggesting import limits_table, searching, wishes

OWN = "own"
ACCOUNTS, HOURS = Limit("accounts", most=CAPACITY), Limit("hours", tolerance=0.10)
AIMS: tuple[tuple[str, str, tuple[Limit, ...]], ...] = (
    ("accounts", N_("Nobody over capacity"), (ACCOUNTS,)),
    ("hours", N_("Fair hours"), (HOURS,)),
    ("both", N_("Both"), (HOURS, ACCOUNTS)),
    (OWN, N_("Limits of my own"), ()),
)
EXPLAINED = {
    "accounts": N_("Nobody has more filed A, B and C accounts than they can look after."),
    "hours": N_("Everybody's visiting hours lie within 10 % of their fair share."),
    "both": N_("Accounts within capacity, and hours within 10 % of a fair share."),
    OWN: N_("Say it measure by measure; an empty field limits nothing."),
}
WAYS: tuple[tuple[str, str, str, str], ...] = (
    (searching.SHORTEST, N_("Fewest moves"), N_("As few cells as mend what can be mended."), N_("Find the moves")),
    (searching.BEST, N_("Best plan"), N_("Weighs travel, change of hands and the shape of territories as well."), N_("Design the plan")),
    (searching.CURVE, N_("Compare budgets"), N_("What more moves would buy, from none to as many as you allow."), N_("Draw the curve")),
    (
        searching.NUMBERS,
        N_("How many managers?"),
        N_("The least number that keeps the limits, and where a new one would sit."),
        N_("Work it out"),
    ),
)
FEW = 12
MOST = 100_000


def show(draft: Draft) -> None:
    """Show the question, and begin the search when it is asked."""
    aims = {key: _(title) for key, title, _limits in AIMS}
    aim = session.pick(
        lambda options, **wiring: st.segmented_control(_("What shall be better?"), options, format_func=aims.__getitem__, **wiring),
        "suggest_aim",
        list(aims),
        "accounts",
    )
    aim = aim or "accounts"
    st.caption(_(EXPLAINED[aim]))
    limits = limits_table.edit() if aim == OWN else next(limits for key, _title, limits in AIMS if key == aim)
    ways = {key: _(title) for key, title, _help, _verb in WAYS}
    way = session.pick(
        lambda options, **wiring: st.segmented_control(_("Which answer?"), options, format_func=ways.__getitem__, **wiring),
        "suggest_way",
        list(ways),
        searching.SHORTEST,
    )
    way = way or searching.SHORTEST
    _key, _title, words, verb = next(each for each in WAYS if each[0] == way)
    st.caption(_(words))
    budget = _budget() if way != searching.NUMBERS else Budget()
    request = wishes.pick(draft, replace(Request(limits=limits), budget=budget))
    if not limits:
        st.info(_("Say at least one limit."), icon=":material/info:")
    if st.button(_(verb), key="suggest_ask", type="primary", icon=":material/auto_awesome:", disabled=not limits):
        searching.ask(draft, way, request)
        session.again()


def _budget() -> Budget:
    left, right = st.columns([3, 2], vertical_alignment="bottom")
    free = right.checkbox(_("Any number"), key="suggest_free")
    cells = left.number_input(_("At most so many cells change hands"), 0, MOST, FEW, key="suggest_cells", disabled=free)
    return Budget(cells=None if free else int(cells))
