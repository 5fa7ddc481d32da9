"""More wishes, for who has them: who takes part, what stays together, what is a barrier, what weighs how much."""

from dataclasses import replace

import streamlit as st

from gridmap.errors import N_
from gridmap.territories.request import Budget, Request, Weights
from pages.parts import formats, session
from pages.parts.drafts import marks
from pages.parts.drafts.draft import Draft
from pages.parts.session import _, ngettext

FAIR = (("hours", N_("By the hours they have")), ("alike", N_("Everybody alike")))
ISLANDS = (("bridge", N_("Bridged at the nearest cells")), ("apart", N_("Shared out by themselves")))
BARRIERS = (("roads", N_("Roads")), ("waters", N_("Rivers and lakes")))
NO_LIMIT = 0


def pick(draft: Draft, request: Request) -> Request:
    """Show the wishes and return the request with them."""
    with st.expander(_("More wishes"), icon=":material/tune:"):
        request = _people(draft, request)
        request = _land(draft, request)
        request = _groups(draft, request)
        return _weights(request)


def _people(draft: Draft, request: Request) -> Request:
    has = set(draft.owners)
    names = formats.distinct({manager: name for manager, name in draft.takers.items() if manager in has})
    chosen = session.pick_several(
        lambda options, **wiring: st.multiselect(
            _("Only among these managers"), options, format_func=names.__getitem__, placeholder=_("Everybody who owns cells"), **wiring
        ),
        "suggest_managers",
        list(names),
    )
    left, middle, right = st.columns(3)
    new = left.number_input(
        _("New managers"), 0, 20, 0, key="suggest_new", help=_("Bases are found for them; they cannot be accepted into the plan.")
    )
    least = middle.number_input(_("Least cells each"), 0, 100_000, NO_LIMIT, key="suggest_least")
    most = right.number_input(_("Most cells each (0: any)"), 0, 100_000, NO_LIMIT, key="suggest_most")
    words = {key: _(title) for key, title in FAIR}
    fair = st.segmented_control(
        _("Fair shares"), list(words), default="hours", format_func=words.__getitem__, key="suggest_fair", required=True
    )
    return replace(
        request,
        managers=tuple(chosen),
        new_managers=int(new),
        least_cells=int(least) or None,
        most_cells=int(most) or None,
        fair="alike" if fair == "alike" else "hours",
    )


def _land(draft: Draft, request: Request) -> Request:
    given = st.checkbox(_("Give cells that nobody owns to somebody"), key="suggest_nobodys")
    barriers = {key: _(title) for key, title in BARRIERS if len(getattr(draft.branch.market, key))}
    chosen = st.pills(
        _("No territory reaches across"), list(barriers), selection_mode="multi", format_func=barriers.__getitem__, key="suggest_barriers"
    )
    words = {key: _(title) for key, title in ISLANDS}
    way = st.segmented_control(
        _("Parts that do not touch"), list(words), default="bridge", format_func=words.__getitem__, key="suggest_islands", required=True
    )
    return replace(
        request,
        nobodys="assign" if given else "leave",
        barriers=tuple((key, "") for key in chosen),
        islands="apart" if way == "apart" else "bridge",
    )


def _groups(draft: Draft, request: Request) -> Request:
    """Let cells that are selected on the map stay together, or two of them apart."""
    together: tuple[tuple[str, ...], ...] = session.held(_name(draft, "together")) or ()
    apart: tuple[tuple[str, str], ...] = session.held(_name(draft, "apart")) or ()
    marked = marks.marked(draft)
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.button(
            _("Selected cells stay together"),
            key="suggest_together",
            disabled=len(marked) < 2,
            on_click=_group,
            args=(draft, "together", marked),
        )
        st.button(
            _("The two selected stay apart"), key="suggest_apart", disabled=len(marked) != 2, on_click=_group, args=(draft, "apart", marked)
        )
    if together or apart:
        count = len(together) + len(apart)
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            st.text(ngettext("{count} group", "{count} groups", count, **formats.counted(count)), width="content")
            st.button(_("Forget them"), key="suggest_ungroup", on_click=_ungroup, args=(draft,))
    return replace(request, together=together, apart=apart)


def _group(draft: Draft, what: str, marked: tuple[str, ...]) -> None:
    kept = session.held(_name(draft, what)) or ()
    session.hold(_name(draft, what), (*(each for each in kept if not set(each) & set(marked) or what == "apart"), marked))


def _ungroup(draft: Draft) -> None:
    for what in ("together", "apart"):
        session.hold(_name(draft, what), None)


def _name(draft: Draft, what: str) -> str:
    return f"suggest_{what}_{draft.branch_id}_{draft.plan_id}"


def _weights(request: Request) -> Request:
    before = Weights()
    left, middle, right = st.columns(3)
    travel = left.slider(_("Weight of travel"), 0.0, 3.0, before.travel, 0.1, key="suggest_travel")
    disruption = middle.slider(_("Of change of hands"), 0.0, 3.0, before.disruption, 0.1, key="suggest_disruption")
    shape = right.slider(_("Of smooth borders"), 0.0, 3.0, before.shape, 0.1, key="suggest_shape")
    share = st.slider(_("At most this share of accounts changes hands, %"), 0, 100, 100, key="suggest_share")
    budget = Budget(request.budget.cells, None if share == 100 else share / 100)
    return replace(request, weights=Weights(travel, disruption, shape), budget=budget)
