"""Names of companies made comparable: what they are made of, and how telling each part is."""

import re
import unicodedata
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gridmap.matching.variants import simplified, sounding_alike

Positions = NDArray[np.int64]
Floats = NDArray[np.float64]

_TOKEN = re.compile(r"[0-9a-z]+|[^\W_]")
_REGION = re.compile(
    r"^(?:[^\W\d_a-z]{2,3}省)?(?:[^\W\d_a-z]{2,3}(?<![超门夜集城])市)?(?:[^\W\d_a-z]{1,3}[县区])?(?:[^\W\d_a-z]{1,3}(?:镇|乡|街道))?"
)
# A region in brackets says nothing; a branch such as (East Gate shop) does.
_BRACKETED_REGION = re.compile(r"[(\[【][^\W\d_a-z]{1,2}[^\W\d_a-z店部厂园校院馆场站行号楼座](?:市|县|区|镇)?[)\]】]")
_LEGAL = (("有限责任公司", "有限公司"), ("股份有限公司", "有限公司"), ("农民专业合作社", "专业合作社"))
_SHORTEST_CORE = 3


@dataclass(frozen=True)
class Names:
    """Names as sets of tokens (one Chinese character, one Latin word), with how telling each token is."""

    written: NDArray[np.object_]
    plain: NDArray[np.object_]
    owners: Positions
    tokens: Positions
    weights: Floats
    totals: Floats
    bigram_owners: Positions
    bigrams: Positions

    @property
    def keys(self) -> Positions:
        """One sorted number per (name, token)."""
        return self.owners * len(self.weights) + self.tokens


def plain_name(name: str) -> str:
    """Make a company's name comparable: half width, simplified, without brackets, legal forms alike, regions in front left out.

    Characters that clerks confuse, being written or spoken alike, count as the same.
    """
    text = simplified(unicodedata.normalize("NFKC", name).casefold())
    for long, short in _LEGAL:
        text = text.replace(long, short)
    text = _BRACKETED_REGION.sub("", text)
    text = re.sub(r"[^\w]|_", "", text) if not text.isascii() else " ".join(_TOKEN.findall(text))
    core = _REGION.sub("", text, count=1)
    return sounding_alike(core if len(core) >= _SHORTEST_CORE else text)


def region(name: str) -> str:
    """Return the province, city, county and town that a name begins with, or ""."""
    found = _REGION.match(simplified(unicodedata.normalize("NFKC", name).casefold()))
    return found.group() if found is not None else ""


def read_names(names: pd.Series) -> Names:
    """Take names apart into tokens and neighbouring tokens; the rarer a token among them, the more it weighs."""
    written = ["" if pd.isna(name) else str(name) for name in names]
    plain = np.array([plain_name(name) for name in written], dtype=object)
    listed = [_TOKEN.findall(name) for name in plain]
    vocabulary: dict[str, int] = {}
    flat = np.array([vocabulary.setdefault(token, len(vocabulary)) for tokens in listed for token in tokens], dtype=np.int64)
    lengths = np.array([len(tokens) for tokens in listed], dtype=np.int64)
    owners = np.repeat(np.arange(len(listed), dtype=np.int64), lengths)
    size = max(1, len(vocabulary))
    keys = np.unique(owners * size + flat)
    weights = _rarity(np.bincount(keys % size, minlength=size), len(listed))
    totals = _sums(keys // size, weights[keys % size], len(listed))
    # A name of one token is its own bigram.
    follows = owners[1:] == owners[:-1]
    single = np.flatnonzero(lengths == 1)
    first = np.searchsorted(owners, single)
    bigram_owners = np.concatenate([owners[:-1][follows], single])
    bigrams = np.concatenate([flat[:-1][follows] * size + flat[1:][follows], flat[first] * size + flat[first]])
    pairs = np.unique(np.column_stack([bigram_owners, bigrams]), axis=0) if len(bigrams) else np.empty((0, 2), dtype=np.int64)
    return Names(np.array(written, dtype=object), plain, keys // size, keys % size, weights, totals, pairs[:, 0], pairs[:, 1])


def _sums(groups: Positions, values: Floats, count: int) -> Floats:
    return np.asarray(np.bincount(groups, weights=values, minlength=count), dtype=np.float64)


def _rarity(counts: NDArray[np.int64], names: int) -> Floats:
    # A token in every tenth name is worth little; one in all of them, nothing.
    return np.asarray(np.log1p(names / np.maximum(counts, 1)) - np.log(2.0), dtype=np.float64)


def shared_weight(names: Names, pairs: Positions) -> Floats:
    """Return the weight of the tokens that both names of each pair have."""
    size = len(names.weights)
    keys = names.keys
    begin = np.searchsorted(names.owners, pairs[:, 0], side="left")
    count = np.searchsorted(names.owners, pairs[:, 0], side="right") - begin
    rows = np.repeat(np.arange(len(pairs)), count)
    within = np.arange(len(rows)) - np.repeat(np.cumsum(count) - count, count)
    tokens = names.tokens[begin[rows] + within]
    wanted = pairs[rows, 1] * size + tokens
    at = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return _sums(rows, np.where(keys[at] == wanted, names.weights[tokens], 0.0), len(pairs))
