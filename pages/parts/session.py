"""What one person has open: who they are, their language, their branch, their view; the only place with session state."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from urllib.parse import urlencode

import pandas as pd
import streamlit as st

from gridmap import texts
from gridmap.errors import N_, Message, ScopeError, say
from gridmap.scope import Scope, operator
from gridmap.store import people, scope_of
from pages.parts import address
from pages.shared import app

LOOPBACK = ("127.0.0.1", "localhost", "::1")
WHO, LANGUAGE, VIEW, WRITTEN = "who", "language", "view", "written"


def _(text: str) -> str:
    """Translate a source text into the language of the session."""
    return texts.translator(language())(text)


def ngettext(one: str, many: str, count: int) -> str:
    """Translate a text that depends on a count, and put the count into its `{count}`."""
    return texts.catalogue(language()).ngettext(one, many, count).format(count=count)


def said(message: Message | str) -> str:
    """Write a message of the domain out in the language of the session."""
    return texts.said(message, language())


# Who


def personas() -> pd.DataFrame:
    """Return the people one may be while there is no login: only on a server that nobody else can reach.

    Raises
    ------
    ScopeError
        When the server listens beyond this computer.
    """
    if st.get_option("server.address") not in LOOPBACK:
        raise ScopeError(
            say(N_("There is no login yet, so gridmap may only be used on the computer it runs on.")),
            remedy=say(N_("Start it with server.address = 127.0.0.1.")),
        )
    return people(app.store(), operator("persona"))


def scope() -> Scope:
    """Return what the person of this session may see and do, read from the store at every call."""
    known = personas()
    if known.empty:  # a fresh store: whoever sits at this computer holds the file
        return operator("local")
    return scope_of(app.store(), str(st.session_state[WHO]))


def choose_person(draw: Callable[..., str]) -> Scope:
    """Let the widget choose among the people; the branch manager comes first, whom most pages are made for."""
    known = personas()
    if known.empty:
        return operator("local")
    ids = list(known.sort_values("person_id")["person_id"])
    if st.session_state.get(WHO) not in ids:
        managers = known.loc[known["role"].eq("branch_manager"), "person_id"].sort_values()
        st.session_state[WHO] = managers.iloc[0] if len(managers) else ids[0]
    _held(_widget(WHO), st.session_state[WHO], ids)
    chosen = draw(ids, known.set_index("person_id"), key=_widget(WHO))
    if chosen != st.session_state[WHO]:
        st.session_state[WHO] = chosen
        _forget("branch")
    return scope()


def require(action: str) -> Scope:
    """Refuse the page to whoever may not take the action in the open branch; the first line of every page."""
    who = scope()
    who.require(action, branch_id() or None)
    return who


# Language


def language() -> str:
    """Return the language of the session: as chosen, else the settings', else the browser's."""
    if LANGUAGE not in st.session_state:
        wanted = app.settings().language if app.settings().language != "en" else (st.context.locale or "en")
        return texts.choose_language(wanted)
    return str(st.session_state[LANGUAGE])


def choose_language(draw: Callable[..., str]) -> None:
    """Let the widget choose the language."""
    options = [key for key, _name in texts.LANGUAGES]
    _held("pick_language", language(), options)
    st.session_state[LANGUAGE] = draw(options, dict(texts.LANGUAGES), key="pick_language")


# The view: what a link restores


def start() -> None:
    """Read the address into the view: at the first run all of it, later what somebody changed in the address bar."""
    if "pick_language" in st.session_state:  # chosen before this run began, so it holds from its first word
        st.session_state[LANGUAGE] = st.session_state["pick_language"]
    given = address.read_address(st.query_params.to_dict())
    view = st.session_state.setdefault(VIEW, {})
    written = st.session_state.setdefault(WRITTEN, {})
    for name, value in given.items():
        if written.get(name) != value:
            view[name] = written[name] = value
            _forget(name)
    for name, value in view.items():  # going to another page empties the address
        if given.get(name) != value:
            st.query_params[name] = written[name] = value


def seen(name: str, default: str = "") -> str:
    """Return one value of the view as text."""
    return str(st.session_state.get(VIEW, {}).get(name, default))


def see(**changes: str) -> None:
    """Change the view and the address with it; an empty value takes the key out."""
    allowed = address.read_address({name: value for name, value in changes.items() if value})
    view = st.session_state.setdefault(VIEW, {})
    written = st.session_state.setdefault(WRITTEN, {})
    for name in changes:
        if name in allowed:
            view[name] = written[name] = allowed[name]
            if st.query_params.get(name) != allowed[name]:
                st.query_params[name] = allowed[name]
        else:
            view.pop(name, None)
            written.pop(name, None)
            if name in st.query_params:
                del st.query_params[name]


def choice(draw: Callable[..., str | None], name: str, options: Sequence[str], default: str) -> str:
    """Draw a widget over one value of the view and return a valid value: the last one where the widget has none.

    Parameters
    ----------
    draw
        Draws the widget from the options and `key`.
    name
        Key of `address.FORMS`.
    options
        Values one may choose.
    default
        Taken where the view has none of the options.
    """
    current = seen(name)
    current = current if current in options else default
    _held(_widget(name), current, options)
    chosen = draw(options, key=_widget(name))
    value = chosen if chosen in options else current
    if value != seen(name):
        see(**{name: value})
    return value


def choices(draw: Callable[..., Sequence[str]], name: str, options: Sequence[str], default: Sequence[str]) -> list[str]:
    """Draw a widget over several values of the view, written one after the other; `-` stands for none of them."""
    text = seen(name)
    current = [each for each in text.split(".") if each in options] if text else [each for each in default if each in options]
    st.session_state.setdefault(_widget(name), current)
    drawn = draw(options, key=_widget(name))
    chosen = [each for each in options if each in drawn]
    written = ".".join(chosen) or "-"
    if written != text:
        see(**{name: written})
    return chosen


def number(draw: Callable[..., int], name: str, *, low: int, high: int, default: int) -> int:
    """Draw a widget over one whole number of the view, kept within its limits."""
    text = seen(name)
    value = min(max(int(text) if text.isdecimal() else default, low), high)
    st.session_state.setdefault(_widget(name), value)
    chosen = int(draw(low, high, key=_widget(name)))
    if str(chosen) != text:
        see(**{name: str(chosen)})
    return chosen


def _widget(name: str) -> str:
    # A browser remembers a choice by its words, so another language is another widget.
    return f"pick_{name}_{language()}"


def _forget(name: str) -> None:
    for key, _name in texts.LANGUAGES:
        st.session_state.pop(f"pick_{name}_{key}", None)


def branch_id() -> str:
    """Return the open branch; empty while there is none."""
    return seen("branch")


def as_of(default: date) -> date:
    """Return the day that figures are shown for."""
    return address.day_of(seen("as_of")) or default


def link() -> str:
    """Return the address that restores this view on another screen."""
    known: Mapping[str, str] = st.session_state.get(VIEW, {})
    base = (st.context.url or "").split("?")[0]
    return f"{base}?{urlencode({name: known[name] for name, _form in address.FORMS if name in known})}"


def once(name: str, seq: object) -> bool:
    """Say whether a gesture is new: a component's value stays across runs, but must count once."""
    if st.session_state.get(f"seen_{name}") == seq:
        return False
    st.session_state[f"seen_{name}"] = seq
    return True


def held(name: str) -> object:
    """Return something a page keeps between runs, such as the file being imported; None where there is nothing."""
    return st.session_state.get(f"held_{name}")


def hold(name: str, value: object) -> None:
    """Keep something between runs; None forgets it."""
    if value is None:
        st.session_state.pop(f"held_{name}", None)
    else:
        st.session_state[f"held_{name}"] = value


def _held(key: str, value: str, options: Sequence[str]) -> None:
    """Give a widget its value before it is drawn, where it has none or one that is no longer offered."""
    if st.session_state.get(key) not in options:
        st.session_state[key] = value
