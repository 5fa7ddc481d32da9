"""The few folium objects there are; they hold constants only, and the browser's own script draws the map."""

import json
import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

import folium
from branca.element import MacroElement
from jinja2 import Template

# Addresses made of percent-encoded parts, codes of ours, colours. Nothing a template, HTML or a script could read as its own.
_CONSTANT = re.compile(r"[\w\-.~%/:?&=,#+ ]*", re.ASCII)


def constant(value: Any) -> Any:
    """Return a value that may be handed to folium: numbers, booleans, None, plain texts, and lists and mappings of them.

    Raises
    ------
    ValueError
        When a text holds anything but letters, digits and the signs of an address: it could be data, and data never enters
        a folium object.
    """
    if isinstance(value, bool) or value is None or isinstance(value, int):
        return value
    if isinstance(value, float) and math.isfinite(value):
        return value
    if isinstance(value, str) and _CONSTANT.fullmatch(value):
        return value
    if isinstance(value, Mapping):
        return {constant(key): constant(each) for key, each in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return [constant(each) for each in value]
    raise ValueError(f"not a constant, so not for folium: {value!r}")


class LocalMap(folium.Map):
    """A Leaflet map whose every script and style comes from this server."""

    def __init__(self, base: str, scripts: Sequence[str], styles: Sequence[str], *, centre: tuple[float, float], zoom: int) -> None:
        # half steps of zoom let a branch fill the map; the buttons still go by whole ones
        super().__init__(
            list(centre), tiles=None, zoom_start=zoom, fade_animation=False, font_size="0.8125rem", zoom_snap=0.5, zoom_delta=1
        )
        self.default_js = [(f"script-{number}", constant(f"{base}/{each}")) for number, each in enumerate(scripts)]
        self.default_css = [(f"style-{number}", constant(f"{base}/{each}")) for number, each in enumerate(styles)]
        self.add_child(_Start())


class _Start(MacroElement):
    """Gives the map its panes, pointer and controls; the same text for every map, so that the component stays the same."""

    _template = Template("{% macro script(this, kwargs) %}gridmap.start({{ this._parent.get_name() }});{% endmacro %}")

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "Start"


class Shown(folium.FeatureGroup):
    """Tells the map what to show; it changes as a whole and the browser touches only what differs."""

    _template = Template(
        "{% macro script(this, kwargs) %}"
        "var {{ this.get_name() }} = L.featureGroup();\n"
        "gridmap.show({{ this._parent.get_name() }}, {{ this.state }});"
        "{% endmacro %}"
    )

    def __init__(self, state: Mapping[str, Any]) -> None:
        super().__init__(name="shown")
        self.state = json.dumps(constant(state), separators=(",", ":"), sort_keys=True)
