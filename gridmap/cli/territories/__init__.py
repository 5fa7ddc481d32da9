"""`gridmap territories`: suggest who should own what, and say what that is worth, what it costs and what has to give."""

from gridmap.cli.arguments import nested
from gridmap.cli.territories import staffing, suggesting
from gridmap.errors import N_

COMMAND = nested(
    "territories",
    N_("Suggest territories within limits, with what they are worth and why; nothing is changed but drafts."),
    (*suggesting.PARTS, *staffing.PARTS),
)
