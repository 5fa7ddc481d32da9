"""Read CSV in any encoding of the trade and with any delimiter, in the child process."""

import codecs
import csv
import io
import re
import sys
from collections import Counter
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from pyarrow import csv as arrow_csv

from gridmap.errors import N_, FileError, say
from gridmap.files.formula import GUARDED, GUARDED_CODE, UNGUARDED
from gridmap.files.parsed import Ask, Parsed, Spot

DELIMITERS = (",", ";", "\t", "|", "^", "~", "\x01", "\x1f")
_HINT = re.compile(rb"\A(?:\xef\xbb\xbf)?sep=(.)\r?\n")
_SAMPLE_BYTES = 256 * 1024
_BLOCK_BYTES = 8 * 2**20


def read_delimited(data: bytes, ask: Ask) -> Parsed:
    """Read a CSV; columns are named by position, whether the first row is a header is decided by the parent.

    Raises
    ------
    FileError
        When the bytes are neither UTF-8, UTF-16 with a mark, nor GB18030, or cannot be cut into rows.
    """
    text, encoding = as_utf8(data)
    hint = _HINT.match(text)
    first_row = 1
    if hint is not None:
        text, first_row = text[hint.end() :], 2
    sample = text[:_SAMPLE_BYTES].decode("utf-8", errors="ignore")
    delimiter = hint.group(1).decode("latin-1") if hint is not None else guess_delimiter(sample, whole=len(text) <= _SAMPLE_BYTES)
    width = _usual_width(sample, delimiter)
    table, ragged = _cut(text, delimiter, width)
    _check_quotes(text, table, ragged)
    numbers = np.arange(1, table.num_rows + len(ragged) + 1, dtype=np.int64)
    flaws: list[Spot] = []
    if ragged:
        table, flaws = _weave(table, ragged, numbers, delimiter)
    table, numbers = _without_blank_rows(table, numbers)
    if len(numbers) > ask.rows + 1:
        raise FileError(say(N_("The file has more than {limit} rows."), limit=ask.rows), remedy=say(N_("Split it into smaller files.")))
    if b"'" in text:
        table = _unguarded(table)
    shift = first_row - 1
    return Parsed(
        table,
        numbers + shift,
        named=False,
        encoding=encoding,
        delimiter=delimiter,
        flaws=tuple((row + shift, column, rule, value) for row, column, rule, value in flaws),
    )


def as_utf8(data: bytes) -> tuple[bytes, str]:
    """Return the text as UTF-8 without a mark, and the encoding it had.

    Raises
    ------
    FileError
        When it is no text in an encoding that is read here.
    """
    if data[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        try:
            return data.decode("utf-16").encode("utf-8"), "utf-16"
        except UnicodeDecodeError as error:
            raise _not_text(error.start) from error
    if b"\x00" in data:
        raise _not_text(data.index(b"\x00"))
    if data[:3] == codecs.BOM_UTF8:
        data, name = data[3:], "utf-8-sig"
    else:
        name = "utf-8"
    if not _is_utf8(data):
        try:
            return data.decode("gb18030").encode("utf-8"), "gb18030"
        except UnicodeDecodeError as error:
            raise _not_text(error.start) from error
    return data, name


def _is_utf8(data: bytes) -> bool:
    # Arrow looks over a gigabyte a second without building the text; Python's decoder takes ten times as long.
    try:
        pa.Array.from_buffers(
            pa.large_binary(), 1, [None, pa.py_buffer(np.array([0, len(data)], dtype=np.int64)), pa.py_buffer(data)]
        ).cast(pa.large_string())
    except pa.ArrowInvalid:
        return False
    return True


def _not_text(position: int) -> FileError:
    return FileError(
        say(N_("The file is not text: byte {position} fits neither UTF-8 nor GB18030."), position=position + 1),
        remedy=say(N_("Save it as CSV in UTF-8, or send the workbook itself.")),
    )


def guess_delimiter(sample: str, *, whole: bool) -> str:
    """Return the delimiter that cuts the sample into the most even rows of more than one field; a comma if none does."""
    lines = sample if whole else sample[: sample.rfind("\n") + 1]
    best, best_score = ",", (0.0, 0)
    for delimiter in DELIMITERS:
        if delimiter not in lines:
            continue
        widths = Counter(len(row) for row in _rows(lines, delimiter) if row)
        width, count = max(widths.items(), key=lambda pair: (pair[1], pair[0]), default=(1, 0))
        score = (round(count / max(1, widths.total()), 1), width)
        if width > 1 and score > best_score:
            best, best_score = delimiter, score
    return best


def _usual_width(sample: str, delimiter: str) -> int:
    cut = sample.rfind("\n") + 1
    widths = Counter(len(row) for row in _rows(sample[:cut] or sample, delimiter) if any(row))
    return max(widths.items(), key=lambda pair: (pair[1], pair[0]), default=(1, 0))[0]


def _rows(text: str, delimiter: str) -> list[list[str]]:
    csv.field_size_limit(min(sys.maxsize, 2**31 - 1))
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))


def _cut(text: bytes, delimiter: str, width: int) -> tuple[pa.Table, list[tuple[int, str]]]:
    ragged: list[tuple[int, str]] = []

    def keep_apart(row: Any) -> str:
        ragged.append((int(row.number), str(row.text)))
        return "skip"

    names = [str(position) for position in range(width)]
    try:
        table = arrow_csv.read_csv(
            pa.py_buffer(text),
            # One thread: only then does a row that is cut wrongly know its number.
            read_options=arrow_csv.ReadOptions(use_threads=False, column_names=names, block_size=_BLOCK_BYTES),
            parse_options=arrow_csv.ParseOptions(
                delimiter=delimiter, newlines_in_values=b'"' in text, ignore_empty_lines=False, invalid_row_handler=keep_apart
            ),
            convert_options=arrow_csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False),
        )
    except pa.ArrowInvalid as error:
        raise FileError(
            say(N_("The file cannot be cut into rows: {reason}"), reason=str(error)[:200]),
            remedy=say(N_("Look for a quotation mark that is opened and never closed.")),
        ) from error
    return table, ragged


def _check_quotes(text: bytes, table: pa.Table, ragged: list[tuple[int, str]]) -> None:
    """Refuse a file whose last row swallowed all that follows a quotation mark; a lone one inside a text does no harm."""
    if text.count(b'"') % 2 == 0:
        return
    last = [str(column[-1].as_py()) for column in table.columns] if table.num_rows else []
    last += [ragged[-1][1]] if ragged else []
    if any("\n" in cell.strip() for cell in last):
        raise FileError(
            say(N_("A quotation mark is opened in row {row} and never closed."), row=table.num_rows + len(ragged)),
            remedy=say(N_("Close it, or take it out.")),
        )


def _weave(table: pa.Table, ragged: list[tuple[int, str]], numbers: NDArray[np.int64], delimiter: str) -> tuple[pa.Table, list[Spot]]:
    """Put the rows that had too few or too many fields back in their places."""
    width, flaws, mended = table.num_columns, [], []
    for number, text in ragged:
        fields = next(iter(_rows(text, delimiter)), [])
        spare = fields[width:]
        if len(fields) < width or any(field.strip() for field in spare):
            flaws.append((number, -1, "ragged", str(len(fields))))
        kept = [*fields[:width], *[""] * (width - len(fields))]
        if any(spare):
            kept[-1] = delimiter.join([kept[-1], *spare])
        mended.append(kept)
    extra = pa.table([pa.array([row[at] for row in mended], pa.string()) for at in range(width)], names=table.column_names)
    odd = np.array([number for number, _ in ragged], dtype=np.int64)
    even = np.setdiff1d(numbers, odd, assume_unique=True)
    order = np.argsort(np.concatenate((even, odd)), kind="stable")
    return pa.concat_tables([table, extra]).combine_chunks().take(pa.array(order)), flaws


def _without_blank_rows(table: pa.Table, numbers: NDArray[np.int64]) -> tuple[pa.Table, NDArray[np.int64]]:
    blank: Any = None
    for column in table.columns:
        empty = pc.equal(column, "")
        blank = empty if blank is None else pc.and_(blank, empty)
        if not pc.any(blank).as_py():
            return table, numbers
    keep = pc.invert(blank)
    return table.filter(keep), numbers[np.asarray(keep)]


def _unguarded(table: pa.Table) -> pa.Table:
    return pa.table([_plain(column) for column in table.columns], names=table.column_names)


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    if not pc.any(pc.starts_with(column, "'")).as_py():
        return column
    for guarded in (GUARDED, GUARDED_CODE):
        column = pc.replace_substring_regex(column, guarded, UNGUARDED)
    return column
