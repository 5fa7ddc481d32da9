"""Visit history: how long ago organisations were last effectively visited, measured against their cycle."""

from gridmap.errors import N_
from layers.layer import Layer, State

LAYER = Layer(
    "visit_history",
    N_("Visit history"),
    "coverage",
    "states",
    help=N_("What most organisations of the cell are: visited on time, due, overdue, or never visited."),
    states=(
        State("visit_on_time", N_("On time"), "#2b7bba", "#7cc0ee"),
        State("visit_due", N_("Due"), "#f4d35e", "#ffe27a"),
        State("visit_overdue", N_("Overdue"), "#e0701a", "#ff9a3d"),
        State("visit_never", N_("Never visited"), "#5b2a6e", "#d6a6ea"),
    ),
)
