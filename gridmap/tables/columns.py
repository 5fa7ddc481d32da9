"""Check one column after another: each kind read from text, its limits held, what is wrong told."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from gridmap.schema import Column
from gridmap.tables.dates import read_moments, read_months
from gridmap.tables.issues import Issues
from gridmap.tables.trades import trade_of
from gridmap.tables.values import to_booleans, to_choices, to_id_lists, to_ids, to_numbers
from gridmap.tables.words import NO, YES, choice_words, plain_word
from gridmap.texts import LANGUAGES, translator

# What happened cannot have happened tomorrow; plans and contracts may.
_HAPPENED = ("visited_at", "happened_on", "surveyed_on", "verified_on", "joined_on", "filed_on", "lost_on", "done_on")
_OTHER = "other"
_DAY_US = 86_400_000_000


@dataclass(frozen=True)
class Frame:
    """What a column's check needs to know of the branch and the day."""

    time_zone: str
    today: date


def check_column(column: Column, texts: pa.Array, issues: Issues, header: str, frame: Frame) -> pd.Series:
    """Return a column as its kind asks for; a value that cannot be read is missing there and a finding.

    Parameters
    ----------
    column
        Its declaration. `lat`, `lon` and `geometry` are not read here.
    texts
        Trimmed text, null where missing.
    issues
        Where findings go.
    header
        Header in the user's file, for messages.
    frame
        Time zone and day.
    """
    if column.kind in ("id", "ids", "text"):
        return _check_text(column, texts, issues, header)
    if column.kind in ("integer", "number"):
        return _check_number(column, texts, issues, header)
    if column.kind == "boolean":
        flags, bad = to_booleans(texts)
        issues.add("not_boolean", header, bad, texts)
        return pd.Series(flags.to_pandas(types_mapper=None), dtype="boolean")
    if column.kind == "choice":
        return _check_choice(column, texts, issues, header)
    if column.kind == "month":
        months, bad = read_months(texts)
        issues.add("not_month", header, bad, texts)
        return text_series(months)
    return _check_moment(column, texts, issues, header, frame)


def foreign_words(column: Column, texts: pa.Array) -> pa.Array:
    """Return the texts of a choice column that are no known word for a choice, null elsewhere."""
    _, bad = to_choices(texts, _known_words(column))
    return pc.if_else(pa.array(bad), texts, None)


def own_words(column: Column) -> Collection[str]:
    """Return the plain words that mean something in a column: those of its choices, or yes and no; empty for other kinds."""
    if column.kind == "boolean":
        return YES | NO
    return _known_words(column) if column.kind == "choice" else ()


def text_series(texts: pa.Array) -> pd.Series:
    """Return Arrow text as a pandas text column; null is NaN."""
    return pd.Series(pa.chunked_array([texts.cast(pa.large_string())]).to_pandas(), dtype="str")


def _check_text(column: Column, texts: pa.Array, issues: Issues, header: str) -> pd.Series:
    if column.kind == "id":
        texts = to_ids(texts)
    elif column.kind == "ids":
        texts = to_id_lists(texts)
    lengths = pc.utf8_length(texts)
    if (pc.max(lengths).as_py() or 0) > column.longest:
        long = np.asarray(pc.fill_null(pc.greater(lengths, column.longest), fill_value=False))
        told = lengths.filter(pa.array(long)).to_pylist()
        issues.add("too_long", header, long, texts, each={"length": told}, limit=column.longest)
    nul = pc.find_substring(texts, "\0")
    if (pc.max(nul).as_py() or -1) >= 0:
        issues.add("bad_character", header, np.asarray(pc.fill_null(pc.greater_equal(nul, 0), fill_value=False)))
    return text_series(texts)


def _check_number(column: Column, texts: pa.Array, issues: Issues, header: str) -> pd.Series:
    values, bad = to_numbers(texts)
    issues.add("not_number", header, bad, texts)
    least = -np.inf if column.minimum is None else column.minimum
    most = np.inf if column.maximum is None else column.maximum
    with np.errstate(invalid="ignore"):
        outside = (values < least) | (values > most)
        issues.add("out_of_range", header, outside, texts, minimum=_bound(column.minimum), maximum=_bound(column.maximum))
        values[outside] = np.nan
        if column.kind == "number":
            return pd.Series(values, dtype="float64")
        broken = ~np.isnan(values) & (np.floor(values) != values)
    issues.add("not_integer", header, broken, texts)
    values[broken] = np.nan
    missing = np.isnan(values)
    whole = np.where(missing, 0, values).astype(np.int64)
    return pd.Series(pd.arrays.IntegerArray(whole, missing))


def _check_choice(column: Column, texts: pa.Array, issues: Issues, header: str) -> pd.Series:
    choices, bad = to_choices(texts, _known_words(column))
    if bad.any() and _OTHER in column.choices:
        return _check_open_choice(column, texts, choices, bad, issues, header)
    issues.add("not_choice", header, bad, texts, choices=", ".join(column.choices))
    return text_series(choices)


def _known_words(column: Column) -> dict[str, str]:
    known = choice_words(column.name, column.choices)
    for language, _ in LANGUAGES:
        translate = translator(language)
        for choice in column.choices:
            for label in (translate(choice), translate(choice.replace("_", " ").capitalize())):
                known.setdefault(plain_word(label), choice)
    return known


def _check_open_choice(
    column: Column, texts: pa.Array, choices: pa.Array, bad: NDArray[np.bool_], issues: Issues, header: str
) -> pd.Series:
    """Read foreign words by what they mean; the rest becomes `other`, with one finding for the column."""
    foreign = pc.if_else(pa.array(bad), texts, None).dictionary_encode()
    words = foreign.dictionary.to_pylist()
    meant = [trade_of(word) if column.name == "trade" else _by_first_word(word, column.choices) for word in words]
    unknown = [word for word, choice in zip(words, meant, strict=True) if choice is None]
    read = pa.array([choice or _OTHER for choice in meant], pa.large_string()).take(foreign.indices)
    if unknown:
        rows = int(pc.sum(pc.is_in(texts, value_set=pa.array(unknown, pa.large_string()))).as_py())
        issues.add_whole("other_choice", header, unknown[0], count=rows, kinds=len(unknown), choices=", ".join(column.choices))
    return text_series(pc.coalesce(choices, read))


def _by_first_word(text: str, choices: tuple[str, ...]) -> str | None:
    plain = text.casefold()
    return next((choice for choice in choices if choice != _OTHER and plain.startswith(choice)), None)


def _check_moment(column: Column, texts: pa.Array, issues: Issues, header: str, frame: Frame) -> pd.Series:
    read = read_moments(texts, frame.time_zone)
    issues.add("not_date", header, read.bad, texts)
    issues.add("ambiguous_date", header, read.ambiguous, texts)
    days = read.moments.astype("datetime64[D]")
    if column.name in _HAPPENED:
        issues.add("in_future", header, days > np.datetime64(frame.today), texts)
    if column.kind == "date":
        return pd.Series(days.astype("datetime64[us]"))
    # A day alone means noon there.
    local = pd.DatetimeIndex(np.where(read.day_only, read.moments + np.timedelta64(_DAY_US // 2, "us"), read.moments))
    # In the hour that comes twice, the first; an hour that is skipped begins when clocks go on.
    zoned = local.tz_localize(frame.time_zone, ambiguous=np.ones(len(local), dtype=np.bool_), nonexistent="shift_forward")
    return pd.Series(zoned.tz_convert("UTC").as_unit("us"))


def _bound(value: float | None) -> str:
    return "∞" if value is None else f"{value:g}"
