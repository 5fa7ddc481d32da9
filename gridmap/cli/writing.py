"""Files that a command writes: which format an ending means, and how a failure to write is told."""

import os
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gridmap.cli.console import Console, UsageError
from gridmap.errors import N_, FileError, say
from gridmap.files.formats import FORMATS


def format_of(path: Path) -> str:
    """Return the key of the format that a file's ending means.

    Raises
    ------
    UsageError
        When it means none.
    """
    ending = path.suffix.lower()
    found = next((each.key for each in FORMATS if ending in each.extensions), None)
    if found is None:
        raise UsageError(say(N_("Say which format is meant: --format, one of {known}."), known=", ".join(each.key for each in FORMATS)))
    return found


def write_folder(folder: Path, files: Mapping[str, bytes]) -> frozenset[str]:
    """Write files into a folder: each is whole under its name, or is not there; what is the same already is left alone.

    All are written beside their names before the first is put in its place, so that a full disk leaves the old ones as they were.

    Returns
    -------
    Names of the files that changed.

    Raises
    ------
    FileError
        When the folder cannot be made or written.
    """
    waiting: list[tuple[Path, Path]] = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, data in files.items():
            place = folder / name
            if place.is_file() and place.read_bytes() == data:
                continue
            waiting.append((_beside(folder, name, data), place))
        for written, place in waiting:
            written.replace(place)
    except OSError as error:
        remedy = say(N_("Name a folder that can be written."))
        raise FileError(say(N_("The file cannot be written: {reason}."), reason=str(error)), where=str(folder), remedy=remedy) from error
    finally:
        for written, _place in waiting:
            written.unlink(missing_ok=True)
    return frozenset(place.name for _written, place in waiting)


def _beside(folder: Path, name: str, data: bytes) -> Path:
    """Write a file under a name of its own, on the disk before it is given; nothing of it stays where that fails."""
    handle, path = tempfile.mkstemp(prefix=f".{name}.", suffix=".part", dir=folder)
    try:
        with os.fdopen(handle, "wb") as target:
            target.write(data)
            target.flush()
            os.fsync(target.fileno())
        Path(path).chmod(0o666 & ~_mask())
    except BaseException:
        Path(path).unlink(missing_ok=True)
        raise
    return Path(path)


def _mask() -> int:
    """Return what the process takes from the rights of new files, as for any other file it makes."""
    mask = os.umask(0)
    os.umask(mask)
    return mask


def write_file(path: Path, data: bytes, console: Console, **told: Any) -> None:
    """Write a file, `-` for standard output, and say so; `told` is added where the answer is JSON.

    Raises
    ------
    FileError
        When it cannot be written.
    """
    if str(path) == "-":
        sys.stdout.buffer.write(data)
        return
    try:
        path.write_bytes(data)
    except OSError as error:
        remedy = say(N_("Name a file in a folder that can be written."))
        raise FileError(say(N_("The file cannot be written: {reason}."), reason=str(error)), where=str(path), remedy=remedy) from error
    if console.json:
        console.value({"file": str(path), "bytes": len(data), **told})
    console.line(say(N_("{file}: {size} kB written."), file=str(path), size=f"{len(data) / 1000:,.1f}"))
