"""From text to typed columns, whole columns at a time; what cannot be read is marked, never dropped."""

import re
import unicodedata
from collections.abc import Callable, Container, Mapping
from typing import Any, TypeVar

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from gridmap.tables.words import NO, YES, missing_texts, plain_word

Mask = NDArray[np.bool_]
T = TypeVar("T")

_NUMBER = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$"
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(?:[,'\s]\d{3})+(?:\.\d+)?")
_DECIMAL_COMMA = re.compile(r"[+-]?\d+,\d+")
_MONEY = re.compile(r"^[¥$€£]\s*|\s*(?:元|yuan|rmb|cny|usd)$", re.IGNORECASE)
_ANGLE = re.compile(
    r"(?P<before>[NSEW])?\s*(?P<d>\d+(?:\.\d+)?)\s*°\s*(?:(?P<m>\d+(?:\.\d+)?)\s*['\u2032]\s*)?"
    r"(?:(?P<s>\d+(?:\.\d+)?)\s*(?:\"|\u2033|'')\s*)?(?P<after>[NSEW])?",
    re.IGNORECASE,
)
_WIDE_BLANKS = ("\u3000", "\u00a0")
_MISSING = missing_texts()


def clean_text(column: pd.Series, own_words: Container[str] = ()) -> pa.Array:
    """Return a column's texts without blanks around them, null where they say that there is nothing.

    Parameters
    ----------
    column
        Texts as they were read.
    own_words
        Plain words that mean something in this column, whatever they mean elsewhere: an agreement `none` is no unknown agreement.
    """
    found = pa.array(column, from_pandas=True)
    texts = found.combine_chunks() if isinstance(found, pa.ChunkedArray) else found
    if texts.type != pa.large_string():
        texts = texts.cast(pa.large_string()) if not pa.types.is_null(texts.type) else pa.nulls(len(texts), pa.large_string())
    texts = pc.ascii_trim_whitespace(texts)
    # Trimming by Unicode costs twenty times as much, and only these two blanks occur.
    if any(pc.any(test(texts, blank)).as_py() for test in (pc.starts_with, pc.ends_with) for blank in _WIDE_BLANKS):
        texts = pc.utf8_trim_whitespace(texts)
    missing = pc.is_in(texts, value_set=pa.array([text for text in _MISSING if plain_word(text) not in own_words], pa.large_string()))
    return pc.if_else(missing, None, texts) if pc.any(missing).as_py() else texts


def to_numbers(texts: pa.Array, *, degrees: bool = False) -> tuple[NDArray[np.float64], Mask]:
    """Read numbers, also with thousands separators, a decimal comma, full-width digits, money signs; NaN where there is none.

    Parameters
    ----------
    texts
        Text, null where missing.
    degrees
        Whether 22°42'12"N may be written, and a comma is always a decimal comma.

    Returns
    -------
    The numbers, and which texts are no finite number.
    """
    try:
        numbers = texts.cast(pa.float64())
    except pa.ArrowInvalid:
        plain = pc.match_substring_regex(texts, _NUMBER)
        numbers = pc.if_else(plain, texts, None).cast(pa.float64())
        odd = pc.if_else(plain, None, texts)
        numbers = pc.coalesce(numbers, _spread(odd, lambda text: _number(text, degrees=degrees), pa.float64()))
    values = np.array(numbers.to_numpy(zero_copy_only=False), dtype=np.float64)
    bad = np.asarray(pc.is_valid(texts)) & ~np.isfinite(values)
    values[bad] = np.nan
    return values, bad


def to_booleans(texts: pa.Array) -> tuple[pa.Array, Mask]:
    """Read yes and no in English and Chinese; null is unknown."""
    read = _spread(texts, lambda text: True if plain_word(text) in YES else False if plain_word(text) in NO else None, pa.bool_())
    return read, _unread(texts, read)


def to_choices(texts: pa.Array, known: Mapping[str, str]) -> tuple[pa.Array, Mask]:
    """Read choices by what each word means, see `words.choice_words`."""
    read = _spread(texts, lambda text: known.get(plain_word(text)), pa.large_string())
    return read, _unread(texts, read)


def to_ids(texts: pa.Array) -> pa.Array:
    """Return codes with full-width letters and digits made half width."""
    if pc.all(pc.string_is_ascii(texts)).as_py() is not False:
        return texts
    return pc.utf8_normalize(texts, form="NFKC")


def to_id_lists(texts: pa.Array) -> pa.Array:
    """Return lists of codes, separated by semicolons however they were separated before."""

    def joined(text: str) -> str | None:
        codes = (part.strip() for part in re.split(r"[;,|\s]+", unicodedata.normalize("NFKC", text)))
        return ";".join(dict.fromkeys(code for code in codes if code)) or None

    return _spread(texts, joined, pa.large_string())


def _spread(texts: pa.Array, read: Callable[[str], Any], kind: pa.DataType) -> pa.Array:
    """Work something out once per different text."""
    encoded = texts.dictionary_encode()
    return pa.array([read(text) for text in encoded.dictionary.to_pylist()], kind).take(encoded.indices)


def _unread(texts: pa.Array, read: pa.Array) -> Mask:
    return np.asarray(pc.and_(pc.is_valid(texts), pc.is_null(read)))


def _number(text: str, *, degrees: bool) -> float | None:
    plain = unicodedata.normalize("NFKC", text).strip()
    if degrees:
        found = _ANGLE.fullmatch(plain)
        if found is not None:
            return _angle(found)
        plain = plain.replace(",", ".") if _DECIMAL_COMMA.fullmatch(plain) else plain
    plain = _MONEY.sub("", plain)
    share = plain.endswith("%") and not degrees
    plain = plain.removesuffix("%").strip()
    if _THOUSANDS.fullmatch(plain):
        plain = re.sub(r"[,'\s]", "", plain)
    elif _DECIMAL_COMMA.fullmatch(plain):
        plain = plain.replace(",", ".")
    if not re.fullmatch(_NUMBER, plain):
        return None
    return float(plain) / 100 if share else float(plain)


def _angle(found: re.Match[str]) -> float:
    size = float(found["d"]) + float(found["m"] or 0) / 60 + float(found["s"] or 0) / 3600
    side = (found["before"] or found["after"] or "").upper()
    return -size if side in ("S", "W") else size
