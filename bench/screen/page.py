"""One map as the address asks for it: `show` empty or map, layers, day, language, manager, tools, a plan, and how often it ran."""

from datetime import date

import folium
import streamlit as st
from streamlit_folium import st_folium

from bench.branches import BRANCH, NOW_US, TODAY
from gridmap.scope import Scope, operator
from gridmap.store import save_plan
from layers.canvas import LocalMap
from pages.parts import map_view, session
from pages.shared import app, cached
from pages.shared.view import View, plan_text
from pages.web import assets

st.set_page_config(layout="wide")
asked = st.query_params
st.session_state[session.LANGUAGE] = asked.get("lang", "en")
who = Scope("m", "m", "community_manager", frozenset({BRANCH}), asked["manager"]) if "manager" in asked else operator("bench")
if "role" in asked:
    who = Scope("r", "r", asked["role"], None)


def view(layer: str, day: date = TODAY, plan: str = "") -> View:
    """Return the view of a layer as the person of the address has it."""
    return cached.view(who, asked.get("branch", BRANCH), layer, as_of=day, window_days=365, plan=plan)


def drafted() -> str:
    """Return the save of the plan of the address that is drawn; a button gives it what is selected."""
    if "plan" not in asked:
        return ""
    record, plan = cached.draft(who, BRANCH, int(asked["plan"]))
    if st.button("Give to m00"):
        moves = plan.reassigned("cell", st.session_state["marked"], "m00").moves
        record = save_plan(app.store(), who, BRANCH, record.plan_id, expected=record.version, now_us=NOW_US, moves=moves)
    return plan_text(record.plan_id, record.version)


@st.fragment
def picture() -> None:
    """Draw what was asked for, and say what was clicked."""
    st.session_state["fragment_runs"] = st.session_state.get("fragment_runs", 0) + 1
    if asked.get("show") == "empty":
        empty = LocalMap(app.base(), assets.scripts(), assets.styles(), centre=(22.7, 112.23), zoom=10)
        st_folium(empty, height=600, returned_objects=[], use_container_width=True, feature_group_to_add=[folium.FeatureGroup("none")])
        return
    over = [view(key) for key in asked.get("over", "").split(",") if key]
    beside = view(asked["beside"], date.fromisoformat(asked.get("beside_day", TODAY.isoformat()))) if "beside" in asked else None
    chosen = st.session_state.setdefault("marked", ())
    told = map_view.show(
        [view(layer, plan=drafted()), *over],
        height=600,
        compare=beside,
        selected=st.session_state.get("cell"),
        opacity=opacity / 100,
        tools="tools" in asked,
        marked=chosen,
    )
    if told and told.kind == "click":
        st.session_state["cell"] = told.cell
        st.session_state["clicks"] = st.session_state.get("clicks", 0) + 1
        st.rerun(scope="fragment")
    if told:
        cells = set(told.cells)
        now = {"replace": cells, "add": cells | {*chosen}, "remove": {*chosen} - cells}[told.change]
        st.session_state["marked"] = tuple(sorted(now))
        st.session_state["drawn"] = f"{told.kind} {told.change} {len(told.cells)}"
        st.rerun(scope="fragment")
    st.text(f"selected {len(chosen)} by {st.session_state.get('drawn')}")
    st.text(f"clicked {st.session_state.get('clicks', 0)} {st.session_state.get('cell')}")
    st.text(f"fragment runs {st.session_state['fragment_runs']}")


st.session_state["runs"] = st.session_state.get("runs", 0) + 1
choices = asked.get("layers", "prospect_density,filing_rate_C,visit_history,territories").split(",")
layer = st.radio("Layer", choices, horizontal=True) if asked.get("show") != "empty" else ""
opacity = st.slider("Opacity", 10, 100, 80)
picture()
st.text(f"page runs {st.session_state['runs']}")
