"""Choices: each shows a widget, keeps what is chosen in the view, and returns a valid value."""

from collections.abc import Sequence
from datetime import date

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

    def draw(options: Sequence[str], people: pd.DataFrame, key: str) -> str:
        names = formats.names(people)
        return st.selectbox(
            _("You are"),
            options,
            format_func=lambda person: f"{names[person]} · {_(roles.get(people.loc[person, 'role'], ''))}",
            key=key,
            help=_("There is no login yet: on this computer you may be anybody, to see what each role sees."),
        )

    return session.choose_person(draw)


def pick_language() -> None:
    """Choose the language of the session."""
    session.choose_language(
        lambda options, names, key: st.segmented_control(
            "Language · 语言", options, format_func=names.get, key=key, required=True, label_visibility="collapsed"
        )
    )


def pick_branch(who: Scope) -> None:
    """Choose the branch; nothing to choose where there is one."""
    known = branches(app.store(), who).set_index("branch_id").sort_index()
    if known.empty:
        session.see(branch="")
        return
    names = formats.names(known)
    if len(known) == 1:
        session.see(branch=known.index[0])
        st.caption(_("Branch"))
        st.text(names.iloc[0])
        return
    session.choice(
        lambda options, key: st.selectbox(_("Branch"), options, format_func=names.get, key=key), "branch", list(known.index), known.index[0]
    )


def pick_of(label: str, name: str, options: dict[str, str], default: str = "", *, help_text: str | None = None) -> str:
    """Choose one key of `options` by its words, kept in the view under `name`."""
    keys = list(options)
    return session.choice(
        lambda chosen, key: st.selectbox(label, chosen, format_func=lambda each: options.get(each, each), key=key, help=help_text),
        name,
        keys,
        default if default in options else keys[0],
    )


def pick_several(label: str, name: str, options: dict[str, str], default: Sequence[str]) -> list[str]:
    """Choose any number of keys of `options` by their words, kept in the view under `name`."""
    return session.choices(
        lambda options_, key: st.pills(label, options_, selection_mode="multi", format_func=options.get, key=key),
        name,
        list(options),
        default,
    )


def pick_as_of(days: Sequence[date]) -> date:
    """Choose the day that figures are shown for, on a slider of month ends and the last day with data."""
    options = [day.isoformat() for day in days]
    if len(options) < 2:
        return days[-1]
    session.choice(
        lambda options, key: st.select_slider(_("As of"), options, format_func=lambda text: formats.day(date.fromisoformat(text)), key=key),
        "as_of",
        options,
        options[-1],
    )
    return session.as_of(days[-1])


def pick_window(default: int) -> int:
    """Choose how many days back visits and wins are counted."""
    options = [str(days) for days in sorted({*WINDOWS, default})]
    return int(
        session.choice(
            lambda options, key: st.selectbox(
                _("Counted over"), options, format_func=lambda days: _("{count} days").format(count=formats.count(int(days))), key=key
            ),
            "window",
            options,
            str(default),
        )
    )


def pick_opacity() -> int:
    """Choose how much of the base map shows through, in per cent."""
    return session.number(
        lambda min_value, max_value, key: st.slider(_("Opacity"), min_value, max_value, step=5, format="%d%%", key=key),
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
