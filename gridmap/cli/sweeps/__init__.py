"""`gridmap sweep`: plan the days of managers, publish them, take them along, record what happened, and repair what is left."""

from gridmap.cli.arguments import nested
from gridmap.cli.sweeps import field, planning, reading, steps
from gridmap.errors import N_

COMMAND = nested(
    "sweep",
    N_("Plan which doors are visited on which day, publish it, take it along, record and repair."),
    (*planning.PARTS, *reading.PARTS, *steps.PARTS, *field.PARTS),
)
