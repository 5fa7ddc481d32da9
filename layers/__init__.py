"""Map layers: what is drawn, in what colours, and how it reaches the browser; no Streamlit."""

from layers import choropleths, danger, guard, parks, routes, schools, territories, towns, visits, wins
from layers.groups import GROUPS
from layers.layer import Layer

guard.install()  # before any folium object can be rendered

# In the order of the picker within each group; what lies over the cells is drawn in this order too.
LAYERS: tuple[Layer, ...] = (
    *choropleths.LAYERS,
    visits.LAYER,
    territories.LAYER,
    territories.OUTLINES,
    territories.MOVES,
    towns.LAYER,
    parks.LAYER,
    schools.LAYER,
    wins.LAYER,
    danger.LAYER,
    routes.LAYER,
)


def layer(key: str) -> Layer:
    """Return the layer of that key; KeyError where there is none."""
    for each in LAYERS:
        if each.key == key:
            return each
    raise KeyError(key)


__all__ = ["GROUPS", "LAYERS", "Layer", "layer"]
