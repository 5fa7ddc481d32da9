import ast
import os
import re
from pathlib import Path

import branca
import folium
import pytest
from branca.element import Element
from streamlit_folium import generate_js_hash, generate_leaflet_string

from layers import guard
from layers.canvas import LocalMap, Shown, constant

ATTACK = "{{cycler.__init__.__globals__.os.environ.__setitem__('GRIDMAP_TRIPPED','1')}}"


@pytest.mark.parametrize(
    "value",
    [
        "{{7*7}}",  # a template
        "{% raw %}",  # the same
        "${parent.x}",  # a script inside a template literal
        "<img src=x onerror=alert(1)>",  # HTML
        "a\\x3cb",  # HTML written in a script's escapes
        "`",  # the end of a template literal
        'a"b',  # the end of a string
        "O'Neill",  # the same
        "城东工业园",  # a name: data, whatever it holds
        float("nan"),  # no number that JSON has
        b"bytes",  # no text
        {"key<": 1},  # as a key
        [{"deep": ["{{"]}],  # deep inside
        object(),  # anything else
    ],
)
def test_data_cannot_enter_a_folium_object(value):
    with pytest.raises(ValueError, match="not a constant"):
        constant(value)
    with pytest.raises(ValueError, match="not a constant"):
        Shown({"value": value})


def test_what_may_enter():
    kept = {"url": "/gm-values?branch_id=%7B%7B&token=17-ab_c", "dark": True, "none": None, "bounds": [[22.1, 112], [23, 113.5]]}
    assert constant(kept) == kept


def drawn(opacity=0.8, zoom=10):
    local = LocalMap("/gm", ("a.js",), ("a.css",), centre=(22.7, 112.2), zoom=zoom)
    local.get_root().render()
    script = generate_leaflet_string(local)  # the group is added after the key is made, as st_folium does
    shown = Shown({"opacity": opacity, "values": "/gm-values?x=1"})
    shown.add_to(local)
    return local, script, generate_leaflet_string(shown)


def test_the_map_asks_this_server_only():
    local, script, shown = drawn()
    assert [address for _, address in local.default_js] == ["/gm/a.js"]
    assert [address for _, address in local.default_css] == ["/gm/a.css"]
    assert not re.search(r"https?://|//[a-z]", script + shown)
    assert not any(sign in script + shown for sign in ("{{", "{%", "{#"))
    assert "gridmap.start(" in script
    assert "gridmap.show(" in shown


def test_what_changes_does_not_make_another_component():
    assert generate_js_hash(drawn(opacity=0.8)[1]) == generate_js_hash(drawn(opacity=0.3)[1])


# The second template pass of branca: every way a text can take into a map.
SINKS = {
    "marker popup": lambda text: folium.Marker([0, 0], popup=text),
    "marker tooltip": lambda text: folium.Marker([0, 0], tooltip=text),
    "icon": lambda text: folium.Marker([0, 0], icon=folium.DivIcon(html=text)),
    "layer name": lambda text: folium.FeatureGroup(name=text),
    "property": lambda text: folium.GeoJson(
        {"type": "Feature", "properties": {"n": text}, "geometry": {"type": "Point", "coordinates": [0, 0]}}
    ),
    "attribution": lambda text: folium.TileLayer("/{z}", attr=text),
}


@pytest.mark.parametrize("sink", SINKS)
def test_a_name_is_text_and_never_a_template(sink, monkeypatch):
    monkeypatch.delenv("GRIDMAP_TRIPPED", raising=False)
    page = folium.Map(tiles=None)
    SINKS[sink](ATTACK).add_to(page)
    page.get_root().render()
    assert not tripped()


def test_without_the_guard_the_same_name_runs(monkeypatch):
    # The negative control: were it to pass without the guard, the test above would show nothing.
    monkeypatch.delenv("GRIDMAP_TRIPPED", raising=False)
    monkeypatch.setattr(Element, "__init__", guard._original)
    page = folium.Map(tiles=None)
    SINKS["marker popup"](ATTACK).add_to(page)
    page.get_root().render()
    assert tripped()


def tripped():
    return os.environ.pop("GRIDMAP_TRIPPED", "") == "1"


def test_the_guard_is_in_and_leaves_own_templates_alone():
    assert guard.installed()
    assert Element("{{ 7 * 7 }}").render() == "{{ 7 * 7 }}"
    assert guard.literal(Element("x"))
    assert branca.element.Figure().render().startswith("<!DOCTYPE html>")


def test_nothing_in_the_house_writes_text_of_data_as_html_or_hands_it_to_folium():
    house = Path(__file__).parents[2]
    for path in [*house.glob("layers/*.py"), *house.glob("pages/**/*.py"), house / "streamlit_app.py"]:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call):
                called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                assert called not in {"Popup", "Tooltip", "DivIcon", "GeoJsonTooltip", "GeoJsonPopup", "Choropleth", "CustomIcon"}, path
                assert not any(word.arg == "unsafe_allow_html" for word in node.keywords), path
