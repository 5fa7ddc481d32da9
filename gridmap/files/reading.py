"""Read a stranger's file: its bytes go to a child process with limits, its table comes back."""

import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

import numpy as np
import pandas as pd
import pyarrow as pa

import gridmap
from gridmap import schema
from gridmap.errors import N_, FileError, Message, say
from gridmap.files.heading import name_columns
from gridmap.files.parsed import Ask
from gridmap.settings import Limits
from gridmap.tables.raw import Flaw, RawTable

Progress = Callable[[float, Message], None]

# The drivers of GDAL that a file may reach; VRT, which opens any path and URL, and all others are switched off.
DRIVERS = ("ESRI Shapefile", "GPKG", "MEM")
_ROW = "\0row"
_BOOT = "import sys; sys.path[:0] = {paths!r}; from gridmap.files.child import main; main()"


def read_file(data: bytes, name: str, *, limits: Limits, table: str | None = None, progress: Progress | None = None) -> RawTable:
    """Read a file of any format of `FORMATS`, recognised by its content.

    Parameters
    ----------
    data
        The bytes; nothing is ever opened by name.
    name
        What the file is called, for messages.
    limits
        Size, memory, CPU and wall clock it may take.
    table
        Name of the table it is for: helps to tell a header from a first row, and a sheet or layer from others.
    progress
        Called with a share from 0 to 1 and what is being done.

    Raises
    ------
    FileError
        When the file is over a limit, is of no known format, is broken, or has no columns.
    """
    if len(data) > limits.file_mb * 2**20:
        raise FileError(
            say(N_("The file has {size} MB; {limit} MB are allowed."), size=round(len(data) / 2**20), limit=limits.file_mb),
            where=name,
            remedy=say(N_("Split it into smaller files.")),
        )
    if progress is not None:
        progress(0.0, say(N_("Reading {name}"), name=name))
    answer = _ask_child(data, ask_for(name, limits, table), limits, progress)
    raw = read_answer(answer, name, table)
    if progress is not None:
        progress(1.0, say(N_("Read {count} rows of {name}"), count=len(raw.rows), name=name))
    return raw


def read_answer(answer: bytes, name: str, table: str | None) -> RawTable:
    """Turn what the child wrote into a table.

    Parameters
    ----------
    answer
        A header of JSON behind its length, then an Arrow stream, or an error in the header alone.
    name, table
        What the file is called, and the table it is for.

    Raises
    ------
    FileError
        The one that the child met; or where the file has no columns.
    """
    size = int.from_bytes(answer[:8], "big")
    header: dict[str, Any] = json.loads(answer[8 : 8 + size])
    if "error" in header:
        parts = {part: _unpacked(value) for part, value in header["error"].items()}
        parts["where"] = parts.get("where") or name
        raise FileError(parts.pop("what"), **parts)
    raw = _raw_table(header, memoryview(answer)[8 + size :], schema.table(table) if table else None)
    if not raw.columns:
        raise FileError(say(N_("The file has no columns.")), where=name)
    return raw


def child_environment(drivers: dict[str, str]) -> dict[str, str]:
    """Return the environment of the child: nothing of the parent's but what an interpreter needs to start.

    Parameters
    ----------
    drivers
        Every driver that GDAL was built with, by name.
    """
    kept = {name: os.environ[name] for name in ("SYSTEMROOT", "PATH", "LD_LIBRARY_PATH", "TMPDIR", "TEMP") if name in os.environ}
    return kept | {
        "LANG": "C.UTF-8",
        "GDAL_SKIP": ",".join(sorted(driver for driver in drivers if driver not in DRIVERS)),
        "CPL_VSIL_CURL_ALLOWED_EXTENSIONS": ".none",
        "GDAL_DISABLE_READDIR_ON_OPEN": "EMPTY_DIR",
        "PROJ_NETWORK": "OFF",
        # A thread pool reserves address space for every core, which the limit on memory counts.
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
    }


def ask_for(name: str, limits: Limits, table: str | None) -> Ask:
    """Return the request that goes to the child with a file."""
    return Ask(
        name=name,
        table=table or "",
        unpacked_mb=limits.unpacked_mb,
        members=limits.members,
        ratio=limits.ratio,
        memory_mb=limits.memory_mb,
        cpu_s=limits.cpu_s,
        rows=limits.rows,
        xlsx_rows=limits.xlsx_rows,
    )


def _ask_child(data: bytes, ask: Ask, limits: Limits, progress: Progress | None) -> bytes:
    from pyogrio import list_drivers  # noqa: PLC0415 - loads GDAL, which no other part of the reader needs

    request = json.dumps(asdict(ask)).encode("utf-8")
    # A checkout that is not installed is found too: `-I` takes the current folder and PYTHONPATH away.
    boot = _BOOT.format(paths=[str(Path(gridmap.__file__).parents[1])])
    with tempfile.TemporaryDirectory() as empty:
        child = subprocess.Popen(  # noqa: S603 - our own interpreter with our own code
            [sys.executable, "-I", "-X", "utf8", "-c", boot],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=child_environment(list_drivers()),
            cwd=empty,
        )
        assert child.stdin is not None and child.stdout is not None and child.stderr is not None  # noqa: S101, PT018 - for mypy
        said: list[str] = []
        clock = threading.Timer(limits.wall_s, child.kill)
        helpers = (
            threading.Thread(target=_feed, args=(child.stdin, request, data), daemon=True),
            threading.Thread(target=_listen, args=(child.stderr, said, progress), daemon=True),
        )
        clock.start()
        for helper in helpers:
            helper.start()
        try:
            answer = child.stdout.read()
            child.wait()
        finally:
            clock.cancel()
            child.kill()
            child.wait()
            for helper in helpers:
                helper.join()
            child.stdout.close()
    _check_answer(answer, ask, child.returncode, said)
    return answer


def _feed(pipe: IO[bytes], request: bytes, data: bytes) -> None:
    # The child may have died, or have refused the file already; its answer, or its absence, says which.
    with suppress(OSError):
        pipe.write(len(request).to_bytes(8, "big") + request)
        pipe.write(data)
    with suppress(OSError):
        pipe.close()


def _listen(pipe: IO[bytes], said: list[str], progress: Progress | None) -> None:
    with pipe:
        for line in pipe:
            text = line.decode("utf-8", errors="replace").rstrip()
            if text.startswith("@"):
                if progress is not None:
                    progress(float(text[1:]), say(N_("Reading rows")))
            else:
                said.append(text)


def _check_answer(answer: bytes, ask: Ask, code: int, said: list[str]) -> None:
    if len(answer) >= 8 and len(answer) >= 8 + int.from_bytes(answer[:8], "big"):
        return
    # Killed, or out of memory where Python itself could not say so any more.
    short = code < 0 or not said or "MemoryError" in said[-1]
    raise FileError(
        say(N_("The file could not be read within {memory} MB and {seconds} s."), memory=ask.memory_mb, seconds=ask.cpu_s)
        if short
        else say(N_("The file could not be read: {reason}"), reason=said[-1][:200]),
        where=ask.name,
        remedy=say(N_("Split it into smaller files, or save it as CSV.")),
    )


def _unpacked(value: Any) -> Any:
    if isinstance(value, dict):
        return say(value["text"], **{name: _unpacked(each) for name, each in value["values"].items()})
    return value


def _raw_table(header: dict[str, Any], body: memoryview, table: schema.Table | None) -> RawTable:
    with pa.ipc.open_stream(pa.py_buffer(body)) as stream:
        arrow = stream.read_all()
    arrow.validate(full=True)
    rows = np.asarray(arrow.column(_ROW)).astype(np.int64, copy=False)
    frame = arrow.drop_columns([_ROW]).to_pandas()
    notes = tuple(_unpacked(note) for note in header["notes"])
    spots = header["flaws"]
    has_header = True
    if not header["named"]:
        ragged = frozenset(row for row, _, rule, _ in spots if rule == "ragged")
        frame, rows, has_header, more = name_columns(frame, rows, table, ragged)
        notes = (*notes, *more)
    here = set(rows.tolist()) if spots else set()
    flaws = tuple(
        Flaw(row, str(frame.columns[column]) if column >= 0 else "", rule, value) for row, column, rule, value in spots if row in here
    )
    return RawTable(
        frame=frame if isinstance(frame, pd.DataFrame) else pd.DataFrame(frame),
        rows=rows,
        source_format=header["format"],
        encoding=header["encoding"],
        delimiter=header["delimiter"],
        has_header=has_header,
        crs=header["crs"],
        notes=notes,
        flaws=flaws,
    )
