"""The child process that parses what strangers made: bytes in on standard input, Arrow out; limits before anything else."""

import json
import sys
from typing import Any, BinaryIO

from gridmap.errors import N_, FileError, GridmapError, Message, say
from gridmap.files.parsed import Ask


def main() -> None:
    """Read the request and the file from standard input, write a header and an Arrow stream to standard output."""
    source, target = sys.stdin.buffer, sys.stdout.buffer
    ask = Ask(**json.loads(source.read(int.from_bytes(source.read(8), "big"))))
    limit_resources(ask)
    respond(source.read(), ask, target)


def respond(data: bytes, ask: Ask, target: BinaryIO) -> None:
    """Parse a file and write the answer: a header of JSON behind its length, then an Arrow stream; or an error alone."""
    try:
        _answer(data, ask, target)
    except GridmapError as error:
        _write(target, {"error": {part: _packed(getattr(error, part)) for part in ("what", "where", "expected", "remedy")}})
    except MemoryError:
        _write(target, {"error": {"what": _packed(say(N_("The file needs more than {limit} MB of memory."), limit=ask.memory_mb))}})


def limit_resources(ask: Ask) -> None:
    """Take memory, CPU time and disk from this process for good; where the system has no such limits, the parent's clock remains."""
    try:
        import resource  # noqa: PLC0415 - Windows has none
    except ImportError:
        return
    for kind, most in (
        (resource.RLIMIT_AS, ask.memory_mb * 2**20),
        (resource.RLIMIT_CPU, ask.cpu_s),
        (resource.RLIMIT_FSIZE, ask.unpacked_mb * 2**20),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(kind)[1]
        least = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (least, least))


def _answer(data: bytes, ask: Ask, target: BinaryIO) -> None:
    import pyarrow as pa  # noqa: PLC0415

    from gridmap.files.parse import parse  # noqa: PLC0415 - the limits stand before a parser is loaded

    try:
        source_format, parsed = parse(data, ask)
    except pa.ArrowMemoryError as error:
        raise MemoryError from error
    except RecursionError as error:
        raise FileError(say(N_("The file is nested too deeply."))) from error
    _write(
        target,
        {
            "format": source_format,
            "named": parsed.named,
            "encoding": parsed.encoding,
            "delimiter": parsed.delimiter,
            "crs": parsed.crs,
            "notes": [_packed(note) for note in parsed.notes],
            "flaws": parsed.flaws,
        },
    )
    table = parsed.table.append_column("\0row", pa.array(parsed.rows))
    with pa.ipc.new_stream(target, table.schema) as stream:
        stream.write_table(table)


def _write(target: BinaryIO, header: dict[str, Any]) -> None:
    packed = json.dumps(header).encode("utf-8")
    target.write(len(packed).to_bytes(8, "big") + packed)
    target.flush()


def _packed(value: Any) -> Any:
    if isinstance(value, Message):
        return {"text": value.text, "values": {name: _packed(each) for name, each in value.values.items()}}
    return value if isinstance(value, int | float) else str(value)
