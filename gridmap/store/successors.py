"""What came of the cells of an earlier grid: so that what was said of them counts on the present one."""

from collections.abc import Sequence

import pandas as pd
import sqlalchemy as sa

from gridmap.store.eras import Era, grids_of
from gridmap.store.records import LINEAGE


def surveys_on(connection: sa.Connection, surveys: pd.DataFrame, known: Sequence[Era], era: Era) -> pd.DataFrame:
    """Let surveys of cells of an earlier grid count for the cells of an era that came of them.

    Returns
    -------
    The surveys with a column `walked`, the cell that was really walked. A survey of an earlier cell has a row for each cell that came
    mostly of it, at least one; its doors stand in the first of them, so that no door is counted twice. Where nothing has to be
    followed the frame as it is.
    """
    if era.grid is None or surveys["cell"].isna().all():
        return surveys
    foreign = sorted(cell for cell, grid in grids_of(surveys["cell"].dropna().unique()).items() if grid != era.grid)
    came = _came_of(connection, foreign, known, era)
    if came.empty:
        return surveys
    followed = surveys["cell"].isin(came["walked"])
    spread = surveys[followed].rename(columns={"cell": "walked"}).merge(came, on="walked")
    spread["doors"] = spread["doors"].where(spread["first"])
    kept = surveys[~followed]
    whole = pd.concat([kept.assign(walked=kept["cell"]), spread[[*surveys.columns, "walked"]]], ignore_index=True)
    return whole.astype(surveys.dtypes.to_dict() | {"walked": "str"})


def _came_of(connection: sa.Connection, cells: Sequence[str], known: Sequence[Era], era: Era) -> pd.DataFrame:
    """Follow cells of earlier grids to the cells of an era: `walked`, `cell`, `first`; what no earlier grid had is left out."""
    at = known.index(era)
    grids = grids_of(cells)
    found = []
    for position in range(at):
        grid = known[position].grid
        if any(each.grid == grid for each in known[position + 1 : at + 1]):
            continue  # the last time the branch had that grid is nearest
        mine = [cell for cell in cells if grids[cell] == grid]
        frame = pd.DataFrame({"walked": mine, "cell": mine, "first": True})
        for step in known[position + 1 : at + 1] if mine else ():
            frame = _one_step(frame, _lineage(connection, step.regrid_id))
        found.append(frame)
    return pd.concat(found, ignore_index=True) if found else pd.DataFrame({"walked": [], "cell": [], "first": []})


def _one_step(frame: pd.DataFrame, lineage: pd.DataFrame) -> pd.DataFrame:
    """Go from old cells to the new ones of which they are the main origin, or else to their largest part."""
    ordered = lineage.sort_values(["share", "old_cell", "new_cell"], ascending=[False, True, True], kind="stable")
    origins = ordered.drop_duplicates("new_cell")
    rest = ordered[~ordered["old_cell"].isin(origins["old_cell"])].drop_duplicates("old_cell")
    chosen = pd.concat([origins, rest], ignore_index=True)
    chosen["leads"] = ~chosen.duplicated("old_cell")
    joined = frame.rename(columns={"cell": "old_cell"}).merge(chosen, on="old_cell")
    joined["first"] &= joined["leads"]
    # Parts of one walked cell may come together again, where a finer grid was followed by a coarser one.
    return joined.rename(columns={"new_cell": "cell"}).groupby(["walked", "cell"])["first"].any().reset_index()


def _lineage(connection: sa.Connection, regrid_id: int) -> pd.DataFrame:
    columns = [LINEAGE.c[name] for name in ("old_cell", "new_cell", "share")]
    rows = connection.execute(sa.select(*columns).where(LINEAGE.c.regrid_id == regrid_id)).all()
    return pd.DataFrame(rows, columns=["old_cell", "new_cell", "share"])
