"""Files that a command writes: which format an ending means, and how a failure to write is told."""

import sys
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
