"""Travel that a router answered, kept in a folder under the fingerprint of everything it depends on."""

import hashlib
import os
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np

from gridmap.travel.line import Pace
from gridmap.travel.matrix import Floats, Travel

_VERSION = "1"
_STARTS, _ENDS = "travel-", ".npz"
_KEPT = 24


def fingerprint(lat: Floats, lon: Floats, *, way: Pace, identity: str) -> str:
    """Return what travel depends on as a short hash: points in order, the mode's figures, and where it is from.

    Parameters
    ----------
    lat, lon
        As `checked_points` gives them.
    way
        How the mode moves.
    identity
        Of the router.
    """
    digest = hashlib.sha256(f"{_VERSION}\n{identity}\n{way!r}\n{len(lat)}\n".encode())
    digest.update(lat.astype("<f8").tobytes())
    digest.update(lon.astype("<f8").tobytes())
    return digest.hexdigest()[:32]


def cached_travel(folder: Path | None, key: str, make: Callable[[], Travel], *, kept: int = _KEPT) -> Travel:
    """Return kept travel, or make it and keep it.

    A damaged file is made anew; a folder that cannot be written keeps nothing, which costs only time.

    Parameters
    ----------
    folder
        Where; it is made if need be. None keeps nothing.
    key
        Of `fingerprint`.
    make
        Makes it.
    kept
        How many are kept at most; the longest unused go first.
    """
    if folder is None:
        return make()
    path = folder / f"{_STARTS}{key}{_ENDS}"
    found = _read(path, key)
    if found is not None:
        return found
    travel = make()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _write(path, key, travel)
        _prune(folder, kept)
    except OSError:
        return travel
    return travel


def _read(path: Path, key: str) -> Travel | None:
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as opened:
            points = tuple(map(tuple, opened["points"].tolist()))
            travel = Travel(
                points, opened["seconds"].astype(np.int64), opened["metres"].astype(np.int64), str(opened["source"]), int(opened["filled"])
            )
            whole = str(opened["digest"]) == _digest(key, travel)
        os.utime(path)  # used now: the last to be pruned
    except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile):
        return None
    return travel if whole else None


def _write(path: Path, key: str, travel: Travel) -> None:
    """Write beside and rename, so that a reader never meets half a file; figures take half the room as 32-bit ones."""
    handle, name = tempfile.mkstemp(prefix=".", suffix=_ENDS, dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as opened:
            np.savez(
                opened,
                points=np.array(travel.points, dtype=np.float64).reshape(-1, 2),
                seconds=_narrow(travel.seconds),
                metres=_narrow(travel.metres),
                source=np.array(travel.source),
                filled=np.array(travel.filled),
                digest=np.array(_digest(key, travel)),
            )
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _narrow(values: np.ndarray) -> np.ndarray:
    return values.astype(np.int32) if values.size and values.max() <= np.iinfo(np.int32).max else values


def _digest(key: str, travel: Travel) -> str:
    digest = hashlib.blake2b(f"{key}\n{travel.source}\n{travel.filled}\n{travel.points!r}\n".encode(), digest_size=16)
    digest.update(travel.seconds.tobytes())
    digest.update(travel.metres.tobytes())
    return digest.hexdigest()


def _prune(folder: Path, kept: int) -> None:
    by_use = sorted(((path.stat().st_mtime_ns, path) for path in folder.glob(f"{_STARTS}*{_ENDS}")), reverse=True)
    for _, path in by_use[kept:]:
        path.unlink(missing_ok=True)
