"""What is wrong with the installation, the store and the data, and how to mend it."""

import platform
import re
import shutil
import sys
from collections.abc import Iterator
from datetime import datetime
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import pandas as pd

from gridmap import store as stores
from gridmap import texts
from gridmap.errors import N_, GridmapError, Message, say
from gridmap.scope import Scope
from gridmap.services import extent
from gridmap.services.check import Check
from gridmap.services.data_checks import check_data
from gridmap.services.duplicates import open_duplicates
from gridmap.settings import Settings
from gridmap.store import Store
from gridmap.store.health import health

LEAST_PYTHON = (3, 11)
LEAST_FREE_MB = 500
MOST_CELLS = 500_000
_PACKAGE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def examine(location: str, *, scope: Scope, settings: Settings, now_us: int) -> tuple[Check, ...]:
    """Look at everything that can be wrong.

    Parameters
    ----------
    location
        Path or URL of the store; one that does not exist is not made.
    scope
        Whose branches are looked at.
    settings
        The operator's.
    now_us
        The instant it is, microseconds UTC.

    Returns
    -------
    Checks in the order installation, store, data; what is well is listed too.
    """
    return (*_installation(), *_phone(settings.phone.url), *_store(location, scope=scope, settings=settings, now_us=now_us))


def _installation() -> Iterator[Check]:
    found = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info[:2] < LEAST_PYTHON:
        remedy = say(N_("Install Python 3.11 or newer, then make the environment again."))
        yield _mend("installation", "python", say(N_("Python {version} is too old."), version=found), remedy)
    else:
        named = say(N_("Python {version} on {system}, {machine}."), version=found, system=platform.system(), machine=platform.machine())
        yield Check("installation", "python", "ok", named)
    needed = _needed()
    missing = [package for package in needed if not _installed(package)]
    if missing:
        remedy = say(N_("Install them: pip install --require-hashes -r requirements.lock."))
        yield _mend("installation", "packages", say(N_("Packages are missing: {names}."), names=", ".join(missing)), remedy)
    else:
        yield Check("installation", "packages", "ok", say(N_("All {count} packages are there."), count=len(needed)))
    absent = [key for key, _ in texts.LANGUAGES if key != "en" and not texts.catalogue(key).info()]
    if absent:
        remedy = say(N_("Install gridmap again; its catalogues are part of it."))
        yield _mend("installation", "languages", say(N_("The texts of {names} are missing."), names=", ".join(absent)), remedy)


def _phone(url: str) -> Iterator[Check]:
    """Say whether phones can reach the phone page so that it works without signal, which it only does behind TLS."""
    if not url:
        what = say(N_("Phones cannot reach this server (phone.url is empty): links open on this computer only."))
        remedy = say(N_("Set phone.url to an https address of a proxy in front, or give phones the day pack, which needs no server."))
        yield Check("installation", "phone", "notice", what, remedy)
    elif urlsplit(url).scheme != "https":
        remedy = say(N_("Put a proxy with TLS in front and write its https address into phone.url, or give phones the day pack."))
        yield _mend("installation", "phone", say(N_("phone.url is not https, so the phone page cannot open without signal.")), remedy)
    else:
        what = say(N_("Phones reach the phone page at {url}, and nothing else here."), url=f"{url.rstrip('/')}/gm-phone/")
        yield Check("installation", "phone", "ok", what)


def _needed() -> list[str]:
    try:
        stated = requires("gridmap") or []
    except PackageNotFoundError:  # a checkout that was never installed states nothing
        return []
    return [found.group() for line in stated if "extra ==" not in line and (found := _PACKAGE.match(line))]


def _installed(package: str) -> bool:
    try:
        version(package)
    except PackageNotFoundError:
        return False
    return True


def _store(location: str, *, scope: Scope, settings: Settings, now_us: int) -> Iterator[Check]:
    if "://" not in location and location != ":memory:" and not Path(location).exists():
        remedy = say(N_("Import a file into it, build the sample with gridmap demo, or correct --store."))
        yield _mend("store", "exists", say(N_("There is no store at {path}."), path=location), remedy)
        return
    try:
        store = stores.open_store(location, settings=settings)
        yield from _health(store, scope)
        known = stores.branches(store, scope)
    except GridmapError as error:
        yield _mend("store", "opens", _as_message(error.what), _as_message(error.remedy))
        return
    yield from _snapshots(store)
    yield from _audit(store, scope)
    if known.empty:
        yield Check("store", "branches", "notice", say(N_("The store has no branch yet.")), say(N_("Import a file: gridmap import.")))
    people = stores.people(store, scope)
    for branch_id in known["branch_id"]:
        try:
            yield from _branch(store, scope, str(branch_id), people=people, now_us=now_us)
        except GridmapError as error:
            yield _mend("data", "opens", _as_message(error.what), _as_message(error.remedy), branch_id=str(branch_id))


def _health(store: Store, scope: Scope) -> Iterator[Check]:
    found = health(store, scope)
    yield Check("store", "schema", "ok", say(N_("{database}, schema {schema}."), database=found.database, schema=found.schema))
    if not found.wal_safe:
        what = say(N_("This SQLite can lose writes in WAL mode, so the journal mode is {mode}."), mode=found.journal_mode)
        remedy = say(N_("Nothing has to be done; SQLite 3.51.3, 3.50.7 or 3.44.6 would be faster."))
        yield Check("store", "journal", "mend" if found.journal_mode == "wal" else "notice", what, remedy)
    if found.faults:
        what = say(N_("The database is damaged: {faults}."), faults="; ".join(found.faults))
        yield _mend("store", "integrity", what, say(N_("Stop all writers, keep a copy of the file, and go back to the last backup.")))
    else:
        yield Check("store", "integrity", "ok", say(N_("The database is whole.")))
    if found.missing_guards:
        what = say(N_("What defends the history is gone: {names}."), names=", ".join(found.missing_guards))
        yield _mend("store", "guards", what, say(N_("Somebody changed the schema by hand: go back to the last backup.")))


def _audit(store: Store, scope: Scope) -> Iterator[Check]:
    """Look at the audit chains and their heads; what they seal is not worked out anew, which would take its time."""
    try:
        reports = [stores.verify_audit(store, scope, branch_id, records=False) for branch_id in stores.audited_branches(store, scope)]
    except GridmapError as error:  # the key cannot be read
        yield _mend("store", "audit", _as_message(error.what), _as_message(error.remedy))
        return
    for report in reports:
        if report.problems:
            what = say(N_("The audit chain is broken in {count} places: {what}"), count=len(report.problems), what=report.problems[0])
            remedy = say(N_("See all of it with gridmap audit verify. If a backup was put back on purpose, go on with gridmap audit keep."))
            yield _mend("store", "audit", what, remedy, branch_id=report.branch_id)
    if reports and not any(report.problems for report in reports):
        count = sum(report.entries for report in reports)
        what = say(N_("The audit chain holds ({count} entries); gridmap audit verify also works out what they seal."), count=count)
        yield Check("store", "audit", "ok", what)


def _snapshots(store: Store) -> Iterator[Check]:
    folder = next(each for each in (store.snapshots, *store.snapshots.absolute().parents) if each.exists())
    free_mb = shutil.disk_usage(folder).free // 2**20
    if free_mb < LEAST_FREE_MB:
        what = say(N_("{free} MB are free where snapshots are kept ({path})."), free=free_mb, path=str(folder))
        yield _mend("store", "snapshots", what, say(N_("Make room on the disk, or name another folder in GRIDMAP_SNAPSHOTS.")))
    else:
        size_mb = (
            sum(path.stat().st_size for path in store.snapshots.rglob("*") if path.is_file()) // 2**20 if store.snapshots.exists() else 0
        )
        yield Check("store", "snapshots", "ok", say(N_("Snapshots take {size} MB; {free} MB are free."), size=size_mb, free=free_mb))


def _branch(store: Store, scope: Scope, branch_id: str, *, people: pd.DataFrame, now_us: int) -> Iterator[Check]:
    market = stores.open_market(store, scope, branch_id)
    branch = market.branch
    if branch.boundary is None:
        remedy = say(N_("Import the branch or its towns: gridmap import FILE --table areas."))
        yield _mend("data", "grid", say(N_("The branch has no outline, so it has no grid.")), remedy, branch_id=branch_id)
    elif len(market.grid.cells) > MOST_CELLS:
        what = say(N_("The grid has {count} cells, more than a map shows well."), count=f"{len(market.grid.cells):,}")
        yield _mend("data", "grid", what, say(N_("Import the branch with a smaller grid_resolution.")), branch_id=branch_id)
    elif extent.is_extent(branch.boundary):
        what = say(N_("The outline of the branch is only a box around its data ({count} cells)."), count=f"{len(market.grid.cells):,}")
        yield Check("data", "grid", "notice", what, say(N_("Import the branch with its boundary, or its towns.")), branch_id)
    else:
        yield Check("data", "grid", "ok", say(N_("{count} cells."), count=f"{len(market.grid.cells):,}"), None, branch_id)
    plan = stores.plan_as_of(store, scope, branch_id, valid_us=now_us)
    today = datetime.fromtimestamp(now_us / 1_000_000, tz=ZoneInfo(branch.time_zone)).date()
    pairs = open_duplicates(store, scope, market, as_of=today)
    yield from check_data(market, plan, people, today=today, pairs=pairs)


def _as_message(part: Message | str) -> Message:
    return part if isinstance(part, Message) else say(part)


def _mend(area: Literal["installation", "store", "data"], key: str, what: Message, remedy: Message, *, branch_id: str = "") -> Check:
    return Check(area, key, "mend", what, remedy, branch_id)
