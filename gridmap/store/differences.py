"""What a change did to who had what: the rows it superseded against the rows it inserted; pure, over frames."""

import numpy as np
import pandas as pd

from gridmap.store.tables import FOREVER_US

KEY = ("change_id", "layer", "subject")
SPAN_COLUMNS = (*KEY, "owner", "valid_from", "valid_to")


def differences(superseded: pd.DataFrame, inserted: pd.DataFrame) -> pd.DataFrame:
    """Work out from whom to whom each subject went, and over which time.

    A change that cuts a span inserts what is left of it again, so its rows are more than its moves; only what differs is one. That
    a subject is nobody's is one too where nothing was known of it before: somebody released it on purpose.

    Parameters
    ----------
    superseded, inserted
        One row per ledger row with the columns `SPAN_COLUMNS`; `change_id` is the change that closed, or that made, the row. The rows
        of one subject do not overlap in valid time.

    Returns
    -------
    One row per subject and range of time, in order of change, layer, subject, time: `change_id`, `layer`, `subject`, `giver` and `taker`
    (empty: nobody), `valid_from` and `valid_to` (microseconds UTC, half open, `FOREVER_US` = open).
    """
    names = pd.concat([superseded[list(KEY)], inserted[list(KEY)]], ignore_index=True)
    code = names.groupby(list(KEY), sort=True).ngroup().to_numpy()
    before = superseded.assign(code=code[: len(superseded)])
    after = inserted.assign(code=code[len(superseded) :])
    ranges = _ranges(pd.concat([before, after], ignore_index=True))
    (giver, was_known), (taker, is_known) = _owners_at(ranges, before), _owners_at(ranges, after)
    differs = (giver != taker) | (is_known & ~was_known)
    moved = ranges.assign(giver=giver, taker=taker)[differs].sort_values(["code", "begin"], ignore_index=True)
    same = (moved[["code", "giver", "taker"]] == moved[["code", "giver", "taker"]].shift()).all(axis=1)
    follows = same & moved["begin"].eq(moved["end"].shift())
    runs = moved.groupby((~follows).cumsum())
    joined = runs[["code", "giver", "taker", "begin"]].first().assign(end=runs["end"].last())
    named = names.assign(code=code).drop_duplicates("code").set_index("code")
    result: pd.DataFrame = named.loc[joined["code"]].reset_index(drop=True)
    result["giver"], result["taker"] = joined["giver"].to_numpy(), joined["taker"].to_numpy()
    result["valid_from"], result["valid_to"] = joined["begin"].to_numpy(), joined["end"].to_numpy()
    return result


def instants_of_change(rows: pd.DataFrame) -> np.ndarray:
    """Return the instants at which any subject's owner changes, in order.

    Parameters
    ----------
    rows
        Ledger rows known at one instant: `layer`, `subject`, `owner`, `valid_from`. Rows that follow each other with the same owner
        (the traces of an undo) are no change, nor is a release of what nobody had.
    """
    ordered = rows.assign(owner=rows["owner"].fillna("")).sort_values(["layer", "subject", "valid_from"], ignore_index=True)
    new = (ordered[["layer", "subject"]] != ordered[["layer", "subject"]].shift()).any(axis=1)
    earlier = ordered["owner"].shift().fillna("").mask(new, "")
    return np.unique(ordered.loc[ordered["owner"].ne(earlier), "valid_from"].to_numpy(dtype="int64"))


def _ranges(rows: pd.DataFrame) -> pd.DataFrame:
    """Cut the time of each subject at every instant at which a row begins or ends: `code`, `begin`, `end`."""
    instants = pd.concat([rows["valid_from"], rows["valid_to"]], ignore_index=True).astype("int64")
    points = pd.DataFrame({"code": np.tile(rows["code"].to_numpy(), 2), "begin": instants}).drop_duplicates()
    points = points.sort_values(["code", "begin"], ignore_index=True)
    end = points["begin"].shift(-1, fill_value=FOREVER_US)
    inner = points["code"].eq(points["code"].shift(-1))
    return points.assign(end=end)[inner].reset_index(drop=True)


def _owners_at(ranges: pd.DataFrame, rows: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Return who had each subject over each range, empty for nobody; and whether any row says so."""
    lying = rows[["code", "valid_from", "valid_to", "owner"]].astype({"valid_from": "int64"}).sort_values("valid_from")
    asked = ranges[["code", "begin"]].reset_index(names="at").sort_values("begin")
    found = pd.merge_asof(asked, lying, left_on="begin", right_on="valid_from", by="code").set_index("at").sort_index()
    covered = found["valid_to"].gt(found["begin"]).to_numpy(dtype=bool)
    return np.where(covered, found["owner"].fillna("").astype(object), ""), covered
