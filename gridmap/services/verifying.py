"""A round of verification: the list goes out, comes back, is compared, and what is accepted is written in one transaction."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

import pandas as pd

from gridmap import files
from gridmap.errors import N_, PlanError, say
from gridmap.market import Market
from gridmap.reports.verification_sheet import write_list
from gridmap.scope import Scope
from gridmap.services.corrections import refuse_changed, stored_organisations, write_organisations
from gridmap.settings import Settings
from gridmap.store import Store
from gridmap.verification import ASKED, Returned, Which, changes_of, list_of, read_returned

_KEPT = (*ASKED, "stage", "closed_on", "verified_on", "surveyed_on", "source")


@dataclass(frozen=True, eq=False)
class Verified:
    """What one acceptance did: the rows as they were before, those that are new (org_ids), and the day from which it holds."""

    before: pd.DataFrame
    new: tuple[str, ...]
    written: int
    as_of: date


def list_to_send(
    scope: Scope,
    market: Market,
    *,
    towns: Collection[str],
    which: Which,
    as_of: date,
    told: tuple[tuple[str, str], ...],
    language: str,
    made_at: datetime,
) -> bytes:
    """Write the list of some towns as a workbook.

    Raises
    ------
    PlanError
        When no organisation is on it.
    ScopeError
        When the scope may not export or not see organisations by name here.
    """
    for action in ("export_data", "see_organisations"):
        scope.require(action, market.branch.branch_id)
    rows = list_of(market, as_of, towns=towns, which=which)
    if rows.empty:
        raise PlanError(say(N_("No organisation is on this list.")), remedy=say(N_("Choose other towns, or all organisations.")))
    return write_list(rows, told=told, language=language, made_at=made_at)


def read_list(
    scope: Scope, market: Market, data: bytes, name: str, *, settings: Settings, as_of: date, today: date, language: str
) -> Returned:
    """Read a list that came back and compare it with what is known.

    Raises
    ------
    FileError
        When the file cannot be read.
    ScopeError
        When the scope may not import data here.
    """
    scope.require("import_data", market.branch.branch_id)
    raw = files.read_file(data, name, limits=settings.limits, table="organisations")
    return read_returned(market, raw, as_of=as_of, today=today, language=language)


def accept(
    store: Store, scope: Scope, market: Market, returned: Returned, chosen: Collection[str], *, as_of: date, now_us: int
) -> Verified:
    """Write what the chosen rows say, all or nothing.

    Raises
    ------
    Conflict
        When one of them was changed since the list was compared; nothing is written.
    PlanError
        When none of them changes anything.
    ScopeError
        When the scope may not import data here.
    """
    scope.require("import_data", market.branch.branch_id)
    rows = changes_of(returned, market, chosen, as_of=as_of)
    if rows.empty:
        raise PlanError(say(N_("No answer was chosen.")), remedy=say(N_("Choose at least one row that was answered.")))
    stored = stored_organisations(store, scope, market, rows["org_id"], as_of, columns=_KEPT)
    known = market.at("organisations", as_of).drop_duplicates("org_id", keep="last").set_index("org_id")
    refuse_changed(_moved(stored, known.reindex(stored.index)))
    new = tuple(str(each) for each in rows.loc[~rows["org_id"].isin(stored.index), "org_id"])
    write_organisations(store, scope, market, rows, as_of=as_of, now_us=now_us, name="verification")
    return Verified(stored.reset_index(), new, len(rows), as_of)


def take_back(store: Store, scope: Scope, market: Market, done: Verified, *, now_us: int) -> None:
    """Undo an acceptance by a new change: what was there is restored, and what was found is closed on the day it was found.

    Raises
    ------
    ScopeError
        When the scope may not import data here.
    """
    scope.require("import_data", market.branch.branch_id)
    new = pd.Series(done.new, dtype="str")
    found = stored_organisations(store, scope, market, new, done.as_of, columns=_KEPT).reset_index()[["org_id", *_KEPT]]
    closed = found.assign(closed_on=pd.Timestamp(done.as_of), source="verification taken back")
    parts = [each for each in (done.before[["org_id", *_KEPT]], closed) if len(each)]
    write_organisations(
        store, scope, market, pd.concat(parts, ignore_index=True), as_of=done.as_of, now_us=now_us, name="verification taken back"
    )


def _moved(stored: pd.DataFrame, known: pd.DataFrame) -> pd.Index:
    same = pd.Series(data=True, index=stored.index)
    for name in ASKED:
        one, other = stored[name].astype("string"), known[name].astype("string")
        same &= (one.eq(other).fillna(value=False) | (one.isna() & other.isna())).astype(bool)
    return stored.index[~same]
