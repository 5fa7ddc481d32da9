"""What one person has open: who they are, their language, their branch, their view; the only place with session state."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any
from urllib.parse import urlencode

import pandas as pd
import streamlit as st
from streamlit.errors import StreamlitAPIException

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


def ngettext(one: str, many: str, number: int, /, **words: str) -> str:
    """Translate a text that depends on a count, and put in `words`; `{count}` is the bare number where they do not write it."""
    return texts.catalogue(language()).ngettext(one, many, number).format(**{"count": str(number), **words})


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
    draw(ids, known.set_index("person_id"), **_wired(WHO, st.session_state[WHO], _choose))
    return scope()


def require(action: str) -> Scope:
    """Refuse the page to whoever may not take the action in the open branch; the first line of every page."""
    who = scope()
    who.require(action, branch_id() or None)
    return who


# Language


def language() -> str:
    """Return the language of the session: as chosen, else the settings', else the browser's."""
    if LANGUAGE not in st.session_state:  # kept, since every number and every text of a page asks for it
        wanted = app.settings().language if app.settings().language != "en" else (st.context.locale or "en")
        st.session_state[LANGUAGE] = texts.choose_language(wanted)
    return str(st.session_state[LANGUAGE])


def choose_language(draw: Callable[..., str]) -> None:
    """Let the widget choose the language."""
    draw([key for key, _name in texts.LANGUAGES], dict(texts.LANGUAGES), **_wired(LANGUAGE, language(), _choose))


# The view: what a link restores


def start() -> None:
    """Read the address into the view: at the first run all of it, later what somebody changed in the address bar."""
    given = address.read_address(st.query_params.to_dict())
    view = st.session_state.setdefault(VIEW, {})
    written = st.session_state.setdefault(WRITTEN, {})
    for name, value in given.items():
        if written.get(name) != value:
            view[name] = written[name] = value
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
    """Draw a widget over one value of the view and return a valid value.

    Parameters
    ----------
    draw
        Draws the widget from the options and what wires it to the view.
    name
        Key of `address.FORMS`.
    options
        Values one may choose.
    default
        Taken where the view has none of the options.
    """
    value = seen(name)
    if value not in options:
        value = default
        see(**{name: value})
    draw(options, **_wired(name, value, _see_text))
    return value


def choices(draw: Callable[..., Sequence[str]], name: str, options: Sequence[str], default: Sequence[str]) -> list[str]:
    """Draw a widget over several values of the view, written one after the other; `-` stands for none of them."""
    text = seen(name) or ".".join(default) or "-"
    chosen = [each for each in options if each in text.split(".")]
    if text != seen(name):
        see(**{name: text})
    draw(options, **_wired(name, chosen, _see_several))
    return chosen


def number(draw: Callable[..., int], name: str, *, low: int, high: int, default: int) -> int:
    """Draw a widget over one whole number of the view, kept within its limits."""
    text = seen(name)
    value = min(max(int(text) if text.isdecimal() else default, low), high)
    if str(value) != text:
        see(**{name: str(value)})
    draw(low, high, **_wired(name, value, _see_text))
    return value


def day(draw: Callable[..., object], name: str, *, low: date, high: date, default: date) -> date:
    """Draw a widget over one day of the view, kept within its limits."""
    value = min(max(address.day_of(seen(name)) or default, low), high)
    if value.isoformat() != seen(name):
        see(**{name: value.isoformat()})
    draw(low, high, **_wired(name, value, _see_text))
    return value


def _wired(name: str, value: object, changed: Callable[[str, str], None]) -> dict[str, Any]:
    """Return what ties a widget to what is kept: it is given its value at every run, and tells a change before the next one.

    A widget forgets its value when it is not drawn, as on another page; and a browser remembers a choice by its words, so another
    language is another widget.
    """
    key = f"pick_{name}" if name == LANGUAGE else f"pick_{name}_{language()}"
    st.session_state[key] = value
    return {"key": key, "on_change": changed, "args": (name, key)}


def _see_text(name: str, key: str) -> None:
    if st.session_state[key] is not None:
        see(**{name: str(st.session_state[key])})


def _see_several(name: str, key: str) -> None:
    see(**{name: ".".join(st.session_state[key]) or "-"})


def _choose(name: str, key: str) -> None:
    if st.session_state[key] is not None:
        st.session_state[name] = st.session_state[key]


def branch_id() -> str:
    """Return the open branch; empty while there is none."""
    return seen("branch")


def as_of(default: date) -> date:
    """Return the day that figures are shown for."""
    return address.day_of(seen("as_of")) or default


def place() -> tuple[float, float, float] | None:
    """Return middle and zoom of the map as last told, or as a link has them; None for the whole branch."""
    point, zoom = address.point_of(seen("centre")), seen("zoom")
    return (*point, float(zoom)) if point and zoom else None


def see_place(lat: float, lon: float, zoom: float) -> None:
    """Keep where the map stands, for links and for coming back to the page."""
    see(centre=f"{lat:.5f},{lon:.5f}", zoom=f"{round(min(max(zoom, 0), 20) * 2) / 2:g}")


def link() -> str:
    """Return the address that restores this view on another screen."""
    known: Mapping[str, str] = st.session_state.get(VIEW, {})
    base = (st.context.url or "").split("?")[0]
    return f"{base}?{urlencode({name: known[name] for name, _form in address.FORMS if name in known})}"


def afresh() -> None:
    """Run the whole page once more: what it shows is of a version that is no longer the last one."""
    st.rerun()


def again() -> None:
    """Run once more what depends on a choice just made: the fragment alone, or the page where the whole of it is running."""
    try:
        st.rerun(scope="fragment")
    except StreamlitAPIException:  # no fragment is being rerun
        st.rerun()


def once(name: str, seq: object) -> bool:
    """Say whether a gesture is new: a component's value stays across runs, but must count once."""
    if st.session_state.get(f"seen_{name}") == seq:
        return False
    st.session_state[f"seen_{name}"] = seq
    return True


def pick(draw: Callable[..., str | None], name: str, options: Sequence[str], default: str | None = None) -> str | None:
    """Draw a widget over one value that is kept in the session and does not belong into a link; None while nothing is chosen."""
    value = held(f"picked_{name}")
    value = value if value in options else default
    draw(options, **_wired(name, value, _hold_picked))
    return value


def pick_several(draw: Callable[..., Sequence[str]], name: str, options: Sequence[str]) -> list[str]:
    """Draw a widget over several values that are kept in the session; what is no option any more is forgotten."""
    kept = [value for value in held(f"picked_{name}") or () if value in set(options)]
    draw(options, **_wired(name, kept, _hold_picked))
    return kept


def picked(name: str) -> str:
    """Return what is chosen in a widget of `pick` now, for a callback; empty where nothing is."""
    value = st.session_state.get(f"pick_{name}_{language()}", held(f"picked_{name}"))
    return "" if value is None else str(value)


def _hold_picked(name: str, key: str) -> None:
    hold(f"picked_{name}", st.session_state[key])


def typed(key: str, default: Any = "") -> Any:
    """Return what stands in a widget now: what a callback is called with was fixed when the page was drawn, before the last letter."""
    value = st.session_state.get(key)
    return default if value is None else value


def fill(key: str, value: object) -> None:
    """Put a value into a widget that is drawn later in this run, or in the next one when called by a callback."""
    st.session_state[key] = value


def held(name: str) -> Any:
    """Return something a page keeps between runs, such as the file being imported; None where there is nothing."""
    return st.session_state.get(f"held_{name}")


def hold(name: str, value: object) -> None:
    """Keep something between runs; None forgets it."""
    if value is None:
        st.session_state.pop(f"held_{name}", None)
    else:
        st.session_state[f"held_{name}"] = value
