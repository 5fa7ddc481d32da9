"""The sample branch in a store of its own, brought in through the same gate as everybody's files."""

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import gridmap
from gridmap import store as stores
from gridmap.errors import N_, FileError, Message, TableError, say
from gridmap.scope import Scope
from gridmap.services.import_report import ImportReport
from gridmap.services.importing import import_file
from gridmap.settings import Settings
from gridmap.store import Store
from sample_geo.sample import NAMES
from sample_geo.writing import file_name, write_streaming

STORE, FILES, STAMP = "gridmap.db", "files", "sample.json"
SYSTEM_RULE = "wrong_system"


@dataclass(frozen=True)
class Demo:
    """Where the sample is, what each import came to, and what was told on the way; no reports where it was there already."""

    store: Path
    files: Path
    branch_id: str
    reports: tuple[ImportReport, ...] = ()
    told: tuple[Message, ...] = ()


def build_demo(
    folder: Path,
    *,
    seed: int,
    organisations: int,
    scope: Scope,
    settings: Settings,
    now_us: int,
    progress: Callable[[float, Message], None] | None = None,
) -> Demo:
    """Make the sample's files and import them one by one; what is there already, of the same seed and size, is kept.

    One file is in GCJ-02 and does not say so. The gate refuses it and names the system; the import is then asked for again as the
    finding advises, which `told` says.

    Parameters
    ----------
    folder
        Gets the store `gridmap.db` and the files.
    seed, organisations
        Of the sample; the same give the same.
    scope
        Who imports.
    settings
        The limits of every import.
    now_us
        The instant of recording, microseconds UTC.
    progress
        Called with a share from 0 to 1 and what is being done.

    Raises
    ------
    FileError
        When the folder holds something else, or the sample cannot be that small.
    TableError
        When the gate refuses a file of the sample for another reason than its coordinate system.
    """
    stamp = {"gridmap": gridmap.__version__, "seed": seed, "organisations": organisations}
    kept = _kept(folder, stamp)
    if kept is not None:
        return kept
    _clear(folder)
    files = folder / FILES
    if progress is not None:
        progress(0.0, say(N_("Making the sample's files")))
    try:
        write_streaming(seed, organisations, files, branches=1, tables=None)
    except ValueError as error:
        raise FileError(say(N_("The sample cannot be made: {reason}."), reason=str(error))) from error
    store = stores.open_store(str(folder / STORE), settings=settings)
    reports: list[ImportReport] = []
    told: list[Message] = []
    for number, name in enumerate(NAMES):
        if progress is not None:
            progress(number / len(NAMES), say(N_("Importing {name}"), name=file_name(name)))
        reports += _import(store, scope, files / file_name(name), name, settings=settings, now_us=now_us, told=told)
    store.engine.dispose()
    branch_id = reports[0].branch_id
    (folder / STAMP).write_text(json.dumps({**stamp, "branch_id": branch_id}), "utf-8")
    return Demo(folder / STORE, files, branch_id, tuple(reports), tuple(told))


def _import(
    store: Store, scope: Scope, path: Path, table: str, *, settings: Settings, now_us: int, told: list[Message]
) -> list[ImportReport]:
    def run(system: str | None) -> ImportReport:
        return import_file(
            store,
            scope,
            name=path.name,
            data=path.read_bytes(),
            table=table,
            branch_id=None,
            now_us=now_us,
            settings=settings,
            system=system,
        )

    first = run(None)
    if not first.refused:
        return [first]
    advice = next((each for each in first.findings if each.rule == SYSTEM_RULE), None)
    if advice is None:
        raise TableError(say(N_("The gate refuses {name}."), name=path.name), findings=first.findings)
    system = str(advice.remedy.values["system"])
    told.append(
        say(
            N_("{name} was refused: {message} It was imported again with --crs {system}."),
            name=path.name,
            message=advice.message,
            system=system,
        )
    )
    second = run(system)
    if second.refused:
        raise TableError(say(N_("The gate refuses {name}."), name=path.name), findings=second.findings)
    return [first, second]


def _kept(folder: Path, stamp: dict[str, object]) -> Demo | None:
    path = folder / STAMP
    if not path.is_file() or not (folder / STORE).is_file():
        return None
    try:
        found = json.loads(path.read_text("utf-8"))
    except ValueError:
        return None
    if not isinstance(found, dict) or {name: found.get(name) for name in stamp} != stamp:
        return None
    return Demo(folder / STORE, folder / FILES, str(found["branch_id"]))


def _clear(folder: Path) -> None:
    """Take an older or unfinished sample away; a folder that holds anything else is left alone."""
    beside = ("-journal", "-wal", "-shm", ".snapshots", ".key", ".audit", ".audit.new", ".audit.lock")
    ours = {STORE, FILES, STAMP, *(f"{STORE}{ending}" for ending in beside)}
    foreign = sorted(path.name for path in folder.iterdir() if path.name not in ours) if folder.is_dir() else []
    if foreign or (folder.exists() and not folder.is_dir()):
        raise FileError(
            say(N_("The folder {folder} holds something else: {names}."), folder=str(folder), names=", ".join(foreign[:5])),
            remedy=say(N_("Name an empty folder, or a new one: --folder FOLDER.")),
        )
    for name in sorted(ours):
        path = folder / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    folder.mkdir(parents=True, exist_ok=True)
