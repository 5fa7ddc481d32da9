"""Choices: each shows a widget, keeps what is chosen in the view, and returns a valid value."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from gridmap.scope import ROLES, Scope
from gridmap.store import branches
from pages.parts import formats, session
from pages.parts.session import _
from pages.shared import app

WINDOWS = (30, 90, 180, 365, 730)


def pick_person() -> Scope:
    """Choose who you are, among the people of the store; only on a server that nobody else can reach."""
    roles = dict(ROLES)

    def draw(options: Sequence[str], people: pd.DataFrame, **wiring: Any) -> str:
        names = formats.names(people)
        words = {person: f"{names[person]} · {_(roles.get(people.loc[person, 'role'], ''))}" for person in options}
        return st.selectbox(
            _("You are"),
            options,
            format_func=words.__getitem__,
            **wiring,
            help=_("There is no login yet: on this computer you may be anybody, to see what each role sees."),
        )

    return session.choose_person(draw)


def pick_language() -> None:
    """Choose the language of the session."""
    session.choose_language(
        lambda options, names, **wiring: st.segmented_control(
            "Language · 语言", options, format_func=names.__getitem__, **wiring, required=True, label_visibility="collapsed"
        )
    )


def pick_branch(who: Scope) -> None:
    """Choose the branch; nothing to choose where there is one."""
    known = branches(app.store(), who).set_index("branch_id").sort_index()
    if known.empty:
        session.see(branch="")
        return
    names = {str(key): str(name) for key, name in formats.names(known).items()}
    if len(known) == 1:
        session.see(branch=known.index[0])
        st.caption(_("Branch"))
        st.text(names[known.index[0]])
        return
    session.choice(
        lambda options, **wiring: st.selectbox(_("Branch"), options, format_func=names.__getitem__, **wiring),
        "branch",
        list(known.index),
        known.index[0],
    )


def pick_of(label: str, name: str, options: dict[str, str], default: str = "", *, help_text: str | None = None) -> str:
    """Choose one key of `options` by its words, kept in the view under `name`."""
    options = formats.distinct(options)
    keys = list(options)
    return session.choice(
        lambda chosen, **wiring: st.selectbox(label, chosen, format_func=options.__getitem__, **wiring, help=help_text),
        name,
        keys,
        default if default in options else keys[0],
    )


def pick_several(label: str, name: str, options: dict[str, str], default: Sequence[str]) -> list[str]:
    """Choose any number of keys of `options` by their words, kept in the view under `name`."""
    return session.choices(
        lambda keys, **wiring: st.pills(label, keys, selection_mode="multi", format_func=options.__getitem__, **wiring),
        name,
        list(options),
        default,
    )


def pick_as_of(days: Sequence[date]) -> date:
    """Choose the day that figures are shown for, on a slider of month ends and the last day with data."""
    words = {day.isoformat(): formats.day(day) for day in days}
    if len(words) < 2:
        return days[-1]
    keys = list(words)
    session.choice(
        lambda options, **wiring: st.select_slider(_("As of"), options, format_func=words.__getitem__, **wiring), "as_of", keys, keys[-1]
    )
    return session.as_of(days[-1])


def pick_window(default: int) -> int:
    """Choose how many days back visits and wins are counted."""
    words = {str(days): _("{count} days").format(count=formats.count(days)) for days in sorted({*WINDOWS, default})}
    chosen = session.choice(
        lambda options, **wiring: st.selectbox(_("Counted over"), options, format_func=words.__getitem__, **wiring),
        "window",
        list(words),
        str(default),
    )
    return int(chosen)


def pick_opacity() -> int:
    """Choose how much of the base map shows through, in per cent."""
    return session.number(
        lambda low, high, **wiring: st.slider(_("Opacity"), low, high, step=5, format="%d%%", **wiring),
        "opacity",
        low=10,
        high=100,
        default=75,
    )


def offer_link() -> None:
    """Offer the address that restores this view."""
    with st.popover(_("Link"), icon=":material/link:", help=_("Link to this view")):
        st.caption(_("Branch, page, layer, day and place; whoever opens it sees what their own role allows."))
        st.code(session.link(), language=None, wrap_lines=True)


def empty_state() -> None:
    """Say what to do first while the store holds no branch."""
    st.title(_("There is no branch here yet"))
    st.write(_("gridmap shows a branch once its files are in. Two ways to begin:"))
    left, right = st.columns(2)
    with left.container(border=True):
        st.subheader(_("Look at the sample branch"))
        st.write(_("A whole county with 6,000 organisations, 18 months of visits and its own map. On the command line:"))
        st.code("gridmap demo", language=None)
    with right.container(border=True):
        st.subheader(_("Bring your own files"))
        st.write(_("Open the page Data and choose a file of organisations, or on the command line:"))
        st.code("gridmap import organisations.csv --table organisations --branch my-branch", language=None)
