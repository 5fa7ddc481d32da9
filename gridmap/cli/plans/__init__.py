"""`gridmap plan`: draft who shall have which cells, check it, have it approved, publish it, and take it back."""

from gridmap.cli.arguments import nested
from gridmap.cli.plans import drafting, reading, steps
from gridmap.errors import N_

COMMAND = nested(
    "plan", N_("Draft, check, submit, approve and publish changes of ownership."), (*drafting.PARTS, *reading.PARTS, *steps.PARTS)
)
