"""Corrections of organisations by people: what is stored now, whether somebody else was faster, and the one transaction that writes."""

from collections.abc import Sequence
from datetime import date
from hashlib import sha256

import pandas as pd

from gridmap.errors import N_, Clash, Conflict, say
from gridmap.market import Market, day_end_us
from gridmap.scope import Scope
from gridmap.store import Store, read_table, write_rows


def stored_organisations(
    store: Store, scope: Scope, market: Market, org_ids: pd.Series, as_of: date, *, columns: Sequence[str]
) -> pd.DataFrame:
    """Read some columns of organisations as they are stored now for a day; index org_id, those that are not there are left out."""
    branch = market.branch
    at = day_end_us(as_of, branch.time_zone) - 1
    rows = read_table(store, scope, branch.branch_id, "organisations", valid_us=at, columns=list(columns))
    return pd.DataFrame(rows[rows["org_id"].isin(org_ids)].set_index("org_id"))


def refuse_changed(changed: pd.Index) -> None:
    """Refuse where somebody else changed one of the organisations.

    Raises
    ------
    Conflict
        With every one of them.
    """
    if len(changed):
        raise Conflict(
            say(N_("Somebody else changed these organisations in the meantime.")),
            clashes=tuple(Clash(str(each), "", 0) for each in changed),
            remedy=say(N_("Nothing was changed. Look at the list again.")),
        )


def write_organisations(store: Store, scope: Scope, market: Market, rows: pd.DataFrame, *, as_of: date, now_us: int, name: str) -> None:
    """Write rows of organisations in one transaction, in force from a day; `name` says in the list of imports what it was."""
    content = rows.to_csv(index=False).encode() + str(now_us).encode()  # the same given again after it was taken back is a new change
    write_rows(
        store,
        scope,
        market.branch.branch_id,
        "organisations",
        rows,
        as_of=as_of,
        now_us=now_us,
        file_name=name,
        file_sha256=sha256(content).hexdigest(),
        mapping={},
        source="",
    )
