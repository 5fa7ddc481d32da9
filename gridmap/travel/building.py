"""Prepare the roads of an OpenStreetMap extract, all or nothing: a folder per mode appears when it is whole."""

import errno
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from importlib import metadata
from pathlib import Path

from gridmap.errors import N_, FileError, Message, TravelError, say
from gridmap.travel.local_roads import ABOUT, PROFILES, About, osrm_bindings, read_about

_BASE = "roads"
# Estimates with room to spare of what OSRM writes on the way, and holds, per byte of a .osm.pbf; a small city took less of both.
_DISK_PER_BYTE, _MEMORY_PER_BYTE = 6, 8
_MARK, _PIECE = b"OSMHeader", 2**20
_STARTS = ".building-"
Told = Callable[[float, Message], None]


def build_roads(extract: Path, folder: Path, *, modes: Sequence[str], told: Told | None = None) -> tuple[About, ...]:
    """Prepare roads for some modes, from an extract such as those of Geofabrik.

    Parameters
    ----------
    extract
        A file `.osm.pbf`.
    folder
        Where the modes' folders go; those of the same mode are replaced when the new ones are whole.
    modes
        Which, of `PROFILES`.
    told
        Hears how far it is.

    Returns
    -------
    What each folder says of itself.

    Raises
    ------
    FileError
        When the extract is missing, is none, or there is no room for what comes out of it.
    TravelError
        When the extra is not there, or OSRM fails.
    """
    bindings = osrm_bindings()
    profiles = {mode: profile for mode, profile, _ in PROFILES}
    for mode in modes:
        if mode not in profiles:
            raise TravelError(
                say(N_("No roads can be prepared for {mode}."), mode=mode), expected=say(N_("One of: {known}."), known=", ".join(profiles))
            )
    size = _checked_extract(extract)
    _room(extract, folder, size)
    tell = told or _silent
    tell(0.0, say(N_("Reading {name}."), name=extract.name))
    digest = _sha256(extract)
    shelf = Path(str(bindings.__file__)).parent / "share" / "profiles"
    made = []
    for place, mode in enumerate(modes):
        tell(place / len(modes), say(N_("Preparing roads for {mode}."), mode=mode))
        made.append(_built(extract, folder, mode, shelf / profiles[mode], (size, digest)))
    return tuple(made)


def prepared_roads(folder: Path) -> tuple[About, ...]:
    """Return what the modes' folders in a folder say of themselves, in the order of `PROFILES`; none where there are none."""
    return tuple(read_about(folder / mode) for mode, *_ in PROFILES if (folder / mode / ABOUT).is_file())


def _silent(share: float, doing: Message) -> None:
    """Tell nobody."""


def _checked_extract(extract: Path) -> int:
    try:
        with extract.open("rb") as opened:
            start = opened.read(64)
        size = extract.stat().st_size
    except OSError as error:
        raise FileError(
            say(N_("The extract cannot be read: {reason}."), reason=os.strerror(error.errno or errno.EIO)),
            where=str(extract),
            remedy=say(N_("Give the path of a file .osm.pbf, such as those of download.geofabrik.de.")),
        ) from error
    if _MARK not in start:
        raise FileError(
            say(N_("This is no OpenStreetMap extract.")),
            where=str(extract),
            expected=say(N_("A file in the format .osm.pbf.")),
            remedy=say(N_("Download it again, or export it as .osm.pbf.")),
        )
    return size


def _room(extract: Path, folder: Path, size: int) -> None:
    """Refuse what would fill the disk, or has no chance in this computer's memory."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(folder).free
    except OSError as error:
        raise FileError(
            say(N_("Roads cannot be written there: {reason}."), reason=os.strerror(error.errno or errno.EIO)),
            where=str(folder),
            remedy=say(N_("Choose another folder with --to.")),
        ) from error
    memory = _memory_free()
    for name, needed, there in (
        (N_("the disk"), size * _DISK_PER_BYTE, free),
        (N_("memory"), size * _MEMORY_PER_BYTE, memory if memory is not None else sys.maxsize),
    ):
        if needed > there:
            raise FileError(
                say(N_("The extract is too large for {what}: about {needed} MB are needed, {there} MB are free."), what=say(name),
                    needed=f"{needed // 2**20:,}", there=f"{there // 2**20:,}"),
                where=str(extract),
                remedy=say(N_("Cut out the branch's province or city, for example with osmium extract.")),
            )  # fmt: skip


def _memory_free() -> int | None:
    """Return bytes of memory to be had, None where the system does not say."""
    try:
        lines = Path("/proc/meminfo").read_text("ascii").splitlines()
    except (OSError, UnicodeDecodeError):
        return None
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable:")), None)


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as opened:
        while piece := opened.read(_PIECE):
            digest.update(piece)
    return digest.hexdigest()


def _built(extract: Path, folder: Path, mode: str, profile: Path, seen: tuple[int, str]) -> About:
    for left in folder.glob(f"{_STARTS}{mode}-*"):
        if not _alive(left.name.rpartition("-")[2]):  # of a build that was killed
            shutil.rmtree(left, ignore_errors=True)
    work = folder / f"{_STARTS}{mode}-{os.getpid()}"
    work.mkdir()
    try:
        source = work / f"{_BASE}.osm.pbf"
        source.symlink_to(extract.resolve())
        _osrm(work, ("extract", "--profile", str(profile), str(source)), extract)
        _osrm(work, ("contract", str(work / f"{_BASE}.osrm")), extract)
        source.unlink()
        about = _about(work, extract, mode, seen)
        (work / ABOUT).write_text(json.dumps(asdict(about) | {"made": dict(about.made)}, indent=1, sort_keys=True), "utf-8")
        _put(work, folder / mode)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return about


def _alive(process: str) -> bool:
    try:
        os.kill(int(process), 0)
    except (ValueError, ProcessLookupError):
        return False
    except PermissionError:
        return True
    return True


def _osrm(work: Path, words: Sequence[str], extract: Path) -> None:
    """Run a tool of OSRM; what it says goes to a file, of which an error tells the last line."""
    log = work / "osrm.log"
    with log.open("wb") as opened:
        ended = subprocess.run([sys.executable, "-m", "osrm", *words], stdout=opened, stderr=subprocess.STDOUT, cwd=work, check=False)  # noqa: S603 - the package's own tool
    lines = [line.strip() for line in log.read_text("utf-8", errors="replace").splitlines() if line.strip()]
    log.unlink()
    if ended.returncode in (-9, 137):
        raise TravelError(
            say(N_("The system ended OSRM, most likely for want of memory.")),
            where=str(extract),
            remedy=say(N_("Cut out the branch's province or city, for example with osmium extract.")),
        )
    if ended.returncode:
        told = next((line for line in reversed(lines) if "[error]" in line or "rror" in line), lines[-1] if lines else "")
        raise TravelError(
            say(N_("OSRM could not prepare the roads: {reason}"), reason=told.rpartition("[error]")[2].strip()[:300]),
            where=str(extract),
            remedy=say(N_("Download the extract again; a broken download is the commonest cause.")),
        )


def _about(work: Path, extract: Path, mode: str, seen: tuple[int, str]) -> About:
    size, digest = seen
    version = metadata.version("osrm-bindings")
    made = {path.name: path.stat().st_size for path in sorted(work.iterdir()) if path.is_file()}
    fingerprint = hashlib.sha256(f"{digest} {mode} {version}".encode()).hexdigest()[:24]
    return About(mode, extract.name.removesuffix(".pbf").removesuffix(".osm"), size, digest, version, fingerprint, made)


def _put(work: Path, target: Path) -> None:
    """Move a whole folder to its place; the one that stood there goes only when the new one stands."""
    if not target.exists():
        work.rename(target)
        return
    old = target.with_name(f"{_STARTS}{target.name}-old-{os.getpid()}")
    target.rename(old)
    try:
        work.rename(target)
    except OSError:
        old.rename(target)
        raise
    shutil.rmtree(old, ignore_errors=True)
