"""What speaks against a plan: what blocks it first, each by name with a way to the place."""

from collections.abc import Sequence

import streamlit as st

from gridmap.reallocation import validation
from gridmap.reallocation.validation import Problem
from pages.parts import formats, session
from pages.parts.drafts import marks
from pages.parts.drafts.draft import Draft
from pages.parts.session import _, ngettext, said
from pages.shared import effects

PER_PAGE = 25


def show(draft: Draft) -> None:
    """Show every problem of the plan with a button that leads to it."""
    problems = effects.problems_of(draft.branch.market, draft.plan, draft.facts, locks=draft.locks, effective_on=draft.record.effective_on)
    if not problems:
        st.success(_("Nothing speaks against this plan."), icon=":material/check_circle:")
        return
    blocking = sum(problem.blocks for problem in problems)
    _verdict(blocking, len(problems) - blocking)
    chosen = _kind(problems)
    pages = -(-len(chosen) // PER_PAGE)
    page = _page(pages) if pages > 1 else 1
    for at, problem in enumerate(chosen[(page - 1) * PER_PAGE : page * PER_PAGE]):
        _problem(draft, problem, at)


def _verdict(blocking: int, others: int) -> None:
    rest = ngettext("{count} thing to know", "{count} things to know", others, **formats.counted(others))
    if blocking:
        words = ngettext("{count} problem blocks this plan", "{count} problems block this plan", blocking, **formats.counted(blocking))
        st.error(f"{words} · {rest}" if others else words, icon=":material/block:")
    else:
        st.success(_("Nothing blocks this plan · {rest}").format(rest=rest), icon=":material/check_circle:")


def _kind(problems: Sequence[Problem]) -> list[Problem]:
    """Choose one kind of problem, or all, what blocks first."""
    titles = {check.key: _(check.title) for check in validation.CHECKS}
    counts = {key: sum(problem.check == key for problem in problems) for key in titles}
    present = [key for key in titles if counts[key]]
    wanted = session.pick_several(
        lambda options, **wiring: st.pills(
            _("Show only"),
            options,
            selection_mode="multi",
            format_func=lambda key: f"{titles[key]} ({formats.count(counts[key])})",
            **wiring,
        ),
        "draft_checks",
        present,
    )
    kept = [problem for problem in problems if not wanted or problem.check in wanted]
    return sorted(kept, key=lambda problem: not problem.blocks)


def _page(pages: int) -> int:
    chosen = session.pick(
        lambda options, **wiring: st.segmented_control(_("Page"), options, label_visibility="collapsed", **wiring),
        "draft_checks_page",
        [str(number) for number in range(1, min(pages, 20) + 1)],
        "1",
    )
    return int(chosen or 1)


def _problem(draft: Draft, problem: Problem, at: int) -> None:
    with st.container(border=True, gap="xsmall", key=f"problem_{at}"):
        with st.container(horizontal=True, wrap=False, gap="small"):
            if problem.blocks:
                st.badge(_("Blocks"), color="red", icon=":material/block:")
            else:
                st.badge(_("Notice"), color="gray", icon=":material/info:")
            st.text(said(problem.message), width="stretch")
        with st.container(horizontal=True, gap="small"):
            if problem.cell:
                st.button(_("Show"), key=f"problem_show_{at}", icon=":material/my_location:", on_click=draft.jump_to, args=(problem.cell,))
            if problem.cells and draft.editable:
                count, chosen = len(problem.cells), (draft, problem.cells)
                words = ngettext("Select {count} cell", "Select {count} cells", count, **formats.counted(count))
                st.button(words, key=f"problem_select_{at}", icon=":material/select_check_box:", on_click=marks.mark, args=chosen)
