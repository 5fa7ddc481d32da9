"""The Market of a branch: made once per version from the tables, kept as a folder beside the store, a cache to delete at will."""

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pandas as pd
import shapely
import sqlalchemy as sa

from gridmap import market as markets
from gridmap import schema
from gridmap.errors import N_, ScopeError, StoreError, say
from gridmap.market import Branch, Market, Version, day_end_us
from gridmap.scope import Scope
from gridmap.store.aliases import aliases_known
from gridmap.store.engine import Store, reading
from gridmap.store.eras import Era, era_at, eras
from gridmap.store.facts import read_facts, read_newest
from gridmap.store.positions import position, zone_of
from gridmap.store.sight import market_in_sight
from gridmap.store.successors import surveys_on
from gridmap.store.tables import CHANGES, FACTS, IMPORTS, PERSONAL, STORE

KEPT = 4  # snapshots of a branch that stay when a new one is made
_LEFT_OUT = PERSONAL | {"branches"}  # numbers of persons never reach a file beside the store


def current_version(store: Store, scope: Scope, branch_id: str, *, known_us: int | None = None) -> Version:
    """Return the version of a branch: its last import, last change of ownership and number of visits; or that known at an instant."""
    scope.require("see_map", branch_id)
    with reading(store) as connection:
        return version_known(connection, branch_id, known_us=known_us)


def open_market(
    store: Store,
    scope: Scope,
    branch_id: str,
    *,
    as_of: date | None = None,
    valid_us: int | None = None,
    known_us: int | None = None,
) -> Market:
    """Open what is, in the version now current or as known at an instant, on the grid in force at the instant asked about.

    The first call of a version builds it from the tables (seconds per million rows) and keeps it in the store's folder
    of snapshots; later calls map the files into memory. Merged organisations are left out and their visits, months, wins,
    tasks and bases read as the kept one's. Who may not see organisations by name gets none of their names; who sees only
    their own cells gets what lies in the cells they own now.

    Parameters
    ----------
    as_of, valid_us
        The day asked about, local to the branch, or the instant (microseconds UTC); neither: now. It decides the grid of a branch that
        was regridded, and nothing else.
    known_us
        The instant of the knowledge; None for all that is recorded.

    Raises
    ------
    ScopeError
        When the branch lies outside the scope, or does not exist.
    """
    scope.require("see_map", branch_id)
    with reading(store) as connection:
        version = version_known(connection, branch_id, known_us=known_us)
        known = eras(connection, branch_id, known_us=known_us)
        era = era_at(known, _asked(connection, branch_id, as_of, store.clock() if valid_us is None else valid_us))
        folder = _folder(store, connection, branch_id, version, era)
        market = _opened(folder)
        base = _base(folder, version) if market is None else None
        if base is not None:
            added = _added_visits(connection, branch_id, version.visit_no - _visit_no(base), known_us=known_us)
        elif market is None:
            read = _read(connection, branch_id, known, era, known_us=known_us)
    # Built when the transaction has ended: in rollback-journal mode it would keep writers out.
    if base is not None:
        market = _grown(base, folder, added, version)
        if market is None:  # the base could not be opened, and is gone now
            return open_market(store, scope, branch_id, as_of=as_of, valid_us=valid_us, known_us=known_us)
    elif market is None:
        market = _built(*read, version, folder)
    return market_in_sight(store, scope, replace(market, version=version))


def _asked(connection: sa.Connection, branch_id: str, as_of: date | None, instant_us: int) -> int:
    return instant_us if as_of is None else day_end_us(as_of, str(zone_of(connection, branch_id))) - 1


def version_known(connection: sa.Connection, branch_id: str, *, known_us: int | None = None) -> Version:
    """Return the version at an instant of knowledge; None for now."""
    now = position(connection, branch_id)
    if known_us is None or known_us >= now.recorded_us:
        return Version(now.import_id, now.change_id, now.visit_no)
    visits = FACTS["visits"]
    conditions = (
        sa.select(sa.func.max(IMPORTS.c.import_id)).where(
            IMPORTS.c.branch_id == branch_id, IMPORTS.c.recorded_us <= known_us, IMPORTS.c.new_version
        ),
        sa.select(sa.func.max(CHANGES.c.change_id)).where(CHANGES.c.branch_id == branch_id, CHANGES.c.recorded_us <= known_us),
        sa.select(sa.func.count()).where(visits.c.branch_id == branch_id, visits.c.recorded_from <= known_us),
    )
    return Version(*(int(connection.execute(query).scalar() or 0) for query in conditions))


def prune_snapshots(store: Store, scope: Scope, branch_id: str, *, kept: int = KEPT) -> int:
    """Delete all but the newest snapshots of a branch; return how many went. They are made again when asked for."""
    scope.require("import_data", branch_id)
    return _prune(_home(store, branch_id), kept)


def _home(store: Store, branch_id: str) -> Path:
    return store.snapshots / f"branch-{quote(branch_id, safe='')}"


def _folder(store: Store, connection: sa.Connection, branch_id: str, version: Version, era: Era) -> Path:
    """Name the folder by what the Market depends on; a restored or another store of the same path never meets it."""
    stamp = connection.execute(sa.select(IMPORTS.c.recorded_us).where(IMPORTS.c.import_id == version.import_id)).scalar()
    identity = connection.execute(sa.select(STORE.c.store_id)).scalar_one()
    mark = sha256(f"{identity}|{branch_id}|{stamp}|{era.regrid_id}".encode()).hexdigest()[:12]
    return _home(store, branch_id) / f"{version.import_id}-{version.visit_no}-{mark}"


def _opened(folder: Path) -> Market | None:
    if not folder.is_dir():
        return None
    try:
        return markets.open_market(folder)
    except StoreError:  # damaged, or of an older format: the store makes it anew
        shutil.rmtree(folder, ignore_errors=True)
        return None


def _visit_no(folder: Path) -> int:
    return int(folder.name.split("-")[1])


def _base(folder: Path, version: Version) -> Path | None:
    """Return the newest snapshot that lacks nothing but the last visits: of the same import and grid, with fewer of them."""
    mark = folder.name.rsplit("-", 1)[1]
    there = [path for path in folder.parent.glob(f"{version.import_id}-*-{mark}") if path.is_dir() and _visit_no(path) < version.visit_no]
    return max(there, key=_visit_no, default=None)


def _added_visits(connection: sa.Connection, branch_id: str, count: int, *, known_us: int | None) -> pd.DataFrame:
    frame = read_newest(connection, schema.table("visits"), branch_id, count, known_us=known_us)
    return resolve_aliases({"visits": frame}, aliases_known(connection, branch_id, known_us=known_us))["visits"]


def _grown(base: Path, folder: Path, added: pd.DataFrame, version: Version) -> Market | None:
    try:
        markets.grow_market(base, folder, added, version=replace(version, change_id=0))
    except (StoreError, FileNotFoundError):  # damaged, or another process has just taken it away
        shutil.rmtree(base, ignore_errors=True)
        return None
    except OSError as error:
        raise _unwritten(folder, error) from error
    for path in folder.parent.glob(f"{folder.name.split('-', 1)[0]}-*-{folder.name.rsplit('-', 1)[1]}"):
        if _visit_no(path) < _visit_no(base):  # the base itself stays: another process may just be opening it
            shutil.rmtree(path, ignore_errors=True)
    _prune(folder.parent, KEPT)
    return markets.open_market(folder)


def _read(
    connection: sa.Connection, branch_id: str, known: Sequence[Era], era: Era, *, known_us: int | None
) -> tuple[Branch, dict[str, pd.DataFrame]]:
    branch = _branch(connection, branch_id, known_us=known_us)
    if era.grid is not None:  # the names and the outline are the latest in every era, the grid is the era's own
        kind, resolution = era.grid
        branch = replace(branch, grid_kind=kind, grid_resolution=resolution if kind == "h3" else branch.grid_resolution)
    names = [table.name for table in schema.TABLES if table.name in FACTS and table.name not in _LEFT_OUT]
    tables = {name: read_facts(connection, schema.table(name), branch_id, known_us=known_us) for name in names}
    tables["surveys"] = surveys_on(connection, tables["surveys"], known, era)
    return branch, resolve_aliases(tables, aliases_known(connection, branch_id, known_us=known_us))


def _built(branch: Branch, tables: Mapping[str, pd.DataFrame], version: Version, folder: Path) -> Market:
    # Ownership is no part of a Market: its position stays out of the fingerprint, and a move makes no new snapshot.
    market = markets.build_market(branch, tables, replace(version, change_id=0))
    try:
        markets.save_market(market, folder)
        _prune(folder.parent, KEPT)
    except OSError as error:
        raise _unwritten(folder, error) from error
    return markets.open_market(folder)


def _unwritten(folder: Path, error: OSError) -> StoreError:
    return StoreError(
        say(N_("The snapshot of the data cannot be written: {reason}."), reason=str(error)),
        where=str(folder),
        remedy=say(N_("Make room on the disk, or name another folder in GRIDMAP_SNAPSHOTS.")),
    )


def _prune(home: Path, kept: int) -> int:
    folders = sorted((path for path in home.glob("[0-9]*") if path.is_dir()), key=lambda path: path.stat().st_mtime_ns, reverse=True)
    for path in folders[kept:]:
        shutil.rmtree(path, ignore_errors=True)  # on another process's open map the files live on until it lets go
    return len(folders[kept:])


def _branch(connection: sa.Connection, branch_id: str, *, known_us: int | None) -> Branch:
    rows = read_facts(connection, schema.table("branches"), branch_id, known_us=known_us).sort_values("valid_from_us")
    if rows.empty:
        raise ScopeError(
            say(N_("There is no branch {branch}."), branch=branch_id), remedy=say(N_("Choose another branch, or import its data first."))
        )
    row = {name: value for name, value in rows.iloc[-1].items() if not pd.isna(value)}
    chosen: dict[str, Any] = {name: row[name] for name in ("name", "name_en", "time_zone", "grid_kind") if name in row}
    if "grid_resolution" in row:
        chosen["grid_resolution"] = int(row["grid_resolution"])
    outline = shapely.from_wkt(row["boundary"]) if "boundary" in row else None
    return Branch(branch_id, boundary=outline, **chosen)


def resolve_aliases(tables: Mapping[str, pd.DataFrame], aliases: pd.Series) -> dict[str, pd.DataFrame]:
    """Let merged organisations count as the kept ones.

    Parameters
    ----------
    tables
        Frames by table name.
    aliases
        Index merged org_id, values the kept one.

    Returns
    -------
    The tables without the merged organisations; rows about them are about the kept one. Where both have a row for one key
    (an account month, a place in a base), the two are added.
    """
    if aliases.empty:
        return dict(tables)
    result = dict(tables)
    for name, frame in tables.items():
        if name == "organisations":
            kept = frame[~frame["org_id"].isin(aliases.index)]
            result[name] = kept.assign(parent_id=_kept(kept["parent_id"], aliases)).reset_index(drop=True)
        elif "org_id" in frame:
            result[name] = _added(frame.assign(org_id=_kept(frame["org_id"], aliases)), schema.table(name))
    return result


def _kept(ids: pd.Series, aliases: pd.Series) -> pd.Series:
    return ids.map(aliases).astype("str").fillna(ids)


def _added(frame: pd.DataFrame, table: schema.Table) -> pd.DataFrame:
    if "org_id" not in table.key:
        return frame
    amounts = [column.name for column in table.columns if column.kind in ("integer", "number")]
    key = [*table.key, "valid_from_us", "valid_to_us"]
    twice = frame.duplicated(key, keep=False)
    groups = frame[twice].groupby(key, dropna=False, sort=True)
    rest = [name for name in frame.columns if name not in (*key, *amounts)]
    parts = groups[amounts].sum(min_count=1).join(groups[rest].first()).reset_index()
    return pd.concat([frame[~twice], parts], ignore_index=True)[frame.columns]
