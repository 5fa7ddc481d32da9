"""The outline of a branch as files come in: made with its first rows, widened while nobody has drawn one."""

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import shapely

from gridmap import store as stores
from gridmap.market import Branch
from gridmap.schema import Table
from gridmap.scope import Scope
from gridmap.services import extent
from gridmap.store import Store


def ensure_outline(
    store: Store, scope: Scope, branch: Branch | None, branch_id: str, reached: shapely.Geometry | None, table: Table, *, now_us: int
) -> bool:
    """Make the branch where there is none, or widen the outline of one that is only as far as its data reaches.

    Returns
    -------
    Whether the branch was made.
    """
    if table.name == "branches":
        return False
    if branch is None:
        drawn = {} if reached is None else {"boundary": shapely.to_wkt(reached, rounding_precision=7)}
        return stores.ensure_branch(store, scope, branch_id, now_us=now_us, grid_resolution=extent.resolution_for(reached), **drawn)
    wider = extent.widened(branch.boundary, reached)
    if wider is not None:
        row: dict[str, Any] = {"branch_id": branch_id, "name": branch.name, "boundary": shapely.to_wkt(wider, rounding_precision=7)}
        if branch.boundary is None:  # nothing is on its grid yet, so the grid can still be chosen
            row["grid_resolution"] = extent.resolution_for(wider)
        told: dict[str, Any] = {"file_name": "", "file_sha256": "", "mapping": {}, "source": ""}
        for day in (None, *_days_ahead(store, scope, branch, now_us)):
            stores.write_rows(store, scope, branch_id, "branches", pd.DataFrame([row]), as_of=day, now_us=now_us, **told)
    return False


def _days_ahead(store: Store, scope: Scope, branch: Branch, now_us: int) -> tuple[date, ...]:
    """Return the days on which the branch's row changes in time to come, such as by a regrid: they get the wider outline too."""
    begins = stores.read_table(store, scope, branch.branch_id, "branches", columns=["name"])["valid_from_us"]
    zone = ZoneInfo(branch.time_zone)
    return tuple(datetime.fromtimestamp(begin / 1e6, tz=UTC).astimezone(zone).date() for begin in sorted(begins[begins > now_us]))
