"""Selecting without the map: cells by town, park, manager or rule, by a search or by their codes; all of it works with the keyboard."""

import re

import pandas as pd
import streamlit as st

from gridmap.errors import N_
from gridmap.facts import UNASSIGNED
from gridmap.reallocation import selecting
from pages.parts import formats, session, tables
from pages.parts.drafts import marks
from pages.parts.drafts.draft import Draft
from pages.parts.session import _, ngettext
from pages.shared import effects

ANY = "any"
LONGEST = 400
CODES = "draft_codes"
MOST_CODES = 20_000
HOW = ((marks.REPLACE, N_("Select"), ":material/select_check_box:"), (marks.ADD, N_("Add"), ":material/add:"),
       (marks.REMOVE, N_("Take out"), ":material/remove:"))  # fmt: skip


def show(draft: Draft) -> None:
    """Show the cells that fit what is chosen above them, with buttons that select all of these, or those that are ticked."""
    listed = _narrowed(draft)
    shown = _rows(draft, listed)
    left, right = st.columns(2)
    with left:
        shown = tables.search(shown, ("where", "owner", "cell"), key="draft_cells_search")
    first = shown.head(LONGEST)
    with right:
        ticked = _ticked(first)
    if shown.empty:
        st.info(_("No cell fits all of this. Set one of the choices back to Any."), icon=":material/search_off:")
    else:
        _buttons(draft, ticked, list(shown["cell"]))
        _table(first, len(shown))
    _codes(draft)


def _buttons(draft: Draft, ticked: list[str], listed: list[str]) -> None:
    """Offer to select what is ticked, or everything that is listed where nothing is."""
    chosen = ticked or listed
    count = len(chosen)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        words = (
            ngettext("{count} ticked cell:", "{count} ticked cells:", count, **formats.counted(count))
            if ticked
            else ngettext("All {count} listed cell:", "All {count} listed cells:", count, **formats.counted(count))
        )
        st.text(words, width="content")
        for how, title, icon in HOW:
            st.button(_(title), key=f"cells_{how}", icon=icon, on_click=marks.mark, args=(draft, chosen, how))


def _narrowed(draft: Draft) -> pd.Index:
    """Return the cells that fit every choice, in the order of the grid."""
    market = draft.branch.market
    towns, parks = (_in_words(shapes) for shapes in (market.towns, market.parks))
    known = {*draft.takers, *draft.owners, *draft.plan.owners} - {UNASSIGNED}  # who has nothing left can still be looked for
    owners = {UNASSIGNED: _("Unassigned"), **{each: draft.name_of(each) for each in sorted(known)}}
    rules = {rule.key: _(rule.title) for rule in selecting.RULES}
    choices = (("town", _("Town"), towns), ("owner", _("Manager"), owners), ("park", _("Park"), parks), ("rule", _("Rule"), rules))
    kept = market.grid.cells
    for place, (by, label, words) in zip((*st.columns(2), *st.columns(2)), choices, strict=True):
        with place:
            value = _pick(f"cells_{by}", label, words)
        if value != ANY:
            kept = kept[kept.isin(_found(draft, by, value))]
    return kept


def _found(draft: Draft, by: str, value: str) -> pd.Index:
    if by == "owner":
        return draft.owners.index[draft.owners.eq(value).to_numpy(dtype=bool)]
    return effects.cells_found(draft.branch.market, draft.plan, draft.facts, by=by, value=value)


def _in_words(shapes: pd.DataFrame) -> dict[str, str]:
    named = {str(code): str(name) for code, name in formats.names(shapes).items()}
    return dict(sorted(named.items(), key=lambda item: (item[1], item[0])))


def _pick(name: str, label: str, words: dict[str, str]) -> str:
    known = {ANY: _("Any"), **formats.distinct(words)}
    chosen = session.pick(
        lambda options, **wiring: st.selectbox(label, options, format_func=known.__getitem__, **wiring), name, list(known), ANY
    )
    return chosen or ANY


def _rows(draft: Draft, listed: pd.Index) -> pd.DataFrame:
    """Write cells as rows, those with the most organisations first."""
    found = draft.cells.loc[listed]
    names = {manager: draft.name_of(manager) for manager in set(draft.owners.loc[listed])}
    locked, marked = draft.locks.cells, set(marks.marked(draft))
    rows = pd.DataFrame(
        {
            "cell": listed,
            "where": draft.town_names.loc[listed].to_numpy(),
            "owner": draft.owners.loc[listed].map(names).to_numpy(),
            "organisations": found["organisations"].to_numpy(),
            "prospects": found["prospects"].to_numpy(),
            "mark": [_("selected") if cell in marked else _("locked") if cell in locked else "" for cell in listed],
        }
    )
    return rows.sort_values(["organisations", "cell"], ascending=[False, True], kind="stable").reset_index(drop=True)


def _ticked(first: pd.DataFrame) -> list[str]:
    """Return the cells ticked one by one in a list that a keyboard can use, and which forgets what is no longer listed."""
    outside = _("Outside of every town")
    words = {row.cell: f"{row.where or outside} · {row.owner} · {row.cell}" for row in first.itertuples()}
    return session.pick_several(
        lambda options, **wiring: st.multiselect(
            _("Tick single cells"), options, format_func=words.__getitem__, placeholder=_("Town, manager or code"), **wiring
        ),
        "draft_ticked",
        list(words),
    )


def _table(first: pd.DataFrame, count: int) -> None:
    headings = {
        "where": _("Town"),
        "owner": _("Manager"),
        "organisations": _("Organisations"),
        "prospects": _("Prospects"),
        "mark": _("Mark"),
        "cell": _("Cell"),
    }
    tables.show(first, headings, {"organisations": "count", "prospects": "count"}, key="draft_cells", height=320, widths={"mark": 90})
    if count > LONGEST:
        st.caption(_("The first {shown} of {all} cells; all of them are selected.").format(shown=LONGEST, all=formats.count(count)))


def _codes(draft: Draft) -> None:
    with st.expander(_("Paste cell codes"), icon=":material/content_paste:"):
        st.text_area(_("Codes, one per line or with commas"), key=CODES, max_chars=400_000, height=100)
        st.button(_("Select these codes"), key="cells_codes", on_click=select_codes, args=(draft,))
        missing = session.held("draft_codes_missing")
        if missing:
            st.caption(_("These are no cells of the branch:"))
            st.text(", ".join(missing))


def select_codes(draft: Draft) -> None:
    """Select the cells whose codes were pasted; keep those that are none for the reader."""
    codes = [code for code in re.split(r"[\s,;]+", session.typed(CODES)) if code][:MOST_CODES]
    known = {str(cell).lower(): str(cell) for cell in draft.cells.index}
    marks.mark(draft, [known[code.lower()] for code in codes if code.lower() in known])
    missing = [code[:80] for code in codes if code.lower() not in known]
    session.hold("draft_codes_missing", missing[:20] or None)
