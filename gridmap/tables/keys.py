"""Keys: made from content where a file has none, repeats found, references looked up."""

import hashlib
from collections.abc import Collection, Mapping

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from gridmap.schema import Table
from gridmap.tables.columns import text_series
from gridmap.tables.issues import Issues
from gridmap.tables.raw import RawTable
from gridmap.tables.values import clean_text

# Column -> table whose key it names. A column that is its own table's key refers to nothing.
REFERENCES: tuple[tuple[str, str], ...] = (
    ("org_id", "organisations"),
    ("manager_id", "managers"),
    ("holder_id", "managers"),
    ("sponsor_id", "managers"),
    ("owner", "managers"),
    ("assigned_to", "managers"),
    ("park_id", "parks"),
)
# An owner must be known, or a cell would be nobody's; other managers may come later.
_MAY_COME_LATER = frozenset({"manager_id", "holder_id", "sponsor_id", "assigned_to"})
_SEPARATOR = "\x1f"
CODE_MARK = "x"


def content_codes(texts: Mapping[str, pa.Array], chosen: NDArray[np.bool_]) -> pa.Array:
    """Return a code made from what the chosen rows say, null for the others.

    The same content gives the same code in every file and on every machine; the columns' names are part of it.
    """
    named = sorted(texts.items())
    where = pa.array(chosen)
    filled = [pc.fill_null(column.filter(where), "") for _, column in named]
    joined = pc.binary_join_element_wise(*filled, pa.scalar(_SEPARATOR, pa.large_string())).to_pylist()
    salt = hashlib.blake2b(_SEPARATOR.join(name for name, _ in named).encode("utf-8"), digest_size=16).digest()
    codes = np.full(len(chosen), None, dtype=object)
    codes[chosen] = [CODE_MARK + hashlib.blake2b(text.encode("utf-8"), digest_size=8, key=salt).hexdigest() for text in joined]
    return pa.array(codes, pa.large_string())


def row_codes(texts: Mapping[str, pa.Array], raw: RawTable, chosen: NDArray[np.bool_]) -> pa.Array:
    """Return codes made from the columns that are imported; rows that only differ in other columns are told apart by those.

    So a column that nobody imports can change without making new things of old rows.
    """
    codes = content_codes(texts, chosen)
    alike = pd.Series(codes.to_numpy(zero_copy_only=False))
    shared = chosen & alike.duplicated(keep=False).to_numpy()
    if not shared.any():
        return codes
    return pc.if_else(pa.array(shared), content_codes({header: clean_text(raw.frame[header]) for header in raw.columns}, shared), codes)


def fill_key(table: Table, texts: dict[str, pa.Array], raw: RawTable, issues: Issues) -> dict[str, pa.Array]:
    """Give a code to rows whose single id is empty: an organisation's credit code, else one made from the row's content."""
    if len(table.key) != 1 or table.column(table.key[0]).kind != "id":
        return texts
    key = table.key[0]
    count = len(issues.rows)
    codes = texts.get(key, pa.nulls(count, pa.large_string()))
    empty = pc.is_null(codes)
    if not pc.any(empty).as_py():
        return texts
    if "credit_code" in texts:
        codes = pc.coalesce(codes, texts["credit_code"])
    left = np.asarray(pc.is_null(codes))
    content = {name: column for name, column in texts.items() if name not in (key, "branch_id")}
    if left.any() and content:
        codes = pc.coalesce(codes, row_codes(content, raw, left))
    issues.add_whole("made_codes", key, count=int(pc.sum(empty).as_py()))
    return {key: codes, **{name: column for name, column in texts.items() if name != key}}


def check_key(table: Table, typed: dict[str, pd.Series], texts: Mapping[str, pa.Array], issues: Issues, headers: Mapping[str, str]) -> None:
    """Find rows whose key stands in an earlier row: repeats where all else is the same too, else duplicate keys."""
    parts = [name for name in table.key if name in typed]
    if not parts:
        return
    if len(parts) == 1 and _all_differ(typed[parts[0]]):
        return
    keys = pd.DataFrame({name: typed[name] for name in parts})
    repeated = keys.duplicated(keep="first").to_numpy()
    if len(parts) == 1:
        repeated = repeated & keys[parts[0]].notna().to_numpy()
    if not repeated.any():
        return
    later = np.flatnonzero(repeated)
    first = _first_positions(keys, later)
    same = np.ones(later.size, dtype=np.bool_)
    for column in texts.values():
        here, there = column.take(pa.array(later)), column.take(pa.array(first))
        same &= np.asarray(pc.fill_null(pc.equal(here, there), fill_value=False)) | np.asarray(pc.and_(pc.is_null(here), pc.is_null(there)))
    label = ", ".join(headers.get(name, name) for name in parts)
    values = [", ".join(str(keys[name].iloc[at]) for name in parts) for at in later]
    numbers = issues.rows[first]
    issues.add("repeat", label, later[same], [values[at] for at in np.flatnonzero(same)], each={"first": numbers[same].tolist()})
    issues.add("duplicate_key", label, later[~same], [values[at] for at in np.flatnonzero(~same)], each={"first": numbers[~same].tolist()})


def check_references(
    table: Table, typed: Mapping[str, pd.Series], known: Mapping[str, Collection[str]], issues: Issues, headers: Mapping[str, str]
) -> None:
    """Find codes that name nothing known; tables that are not in `known` are not looked up."""
    for name, target in REFERENCES:
        if name in typed and table.key != (name,) and target in known:
            broken = "unknown_manager" if name in _MAY_COME_LATER else "unknown_reference"
            issues.add(broken, headers.get(name, name), _strange(typed[name], known[target]), typed[name], table=target)
    if "parent_id" in typed and table.name in known:
        own = set(typed[table.key[0]].dropna()) | set(known[table.name])
        issues.add("unknown_parent", headers.get("parent_id", "parent_id"), _strange(typed["parent_id"], own), typed["parent_id"])


def check_branch(typed: dict[str, pd.Series], branch_id: str, issues: Issues, headers: Mapping[str, str]) -> dict[str, pd.Series]:
    """Fill in the branch where a row has none, and refuse rows of another branch."""
    count = len(issues.rows)
    given = typed.get("branch_id", text_series(pa.nulls(count, pa.large_string())))
    other = (given.notna() & (given != branch_id)).to_numpy(dtype=np.bool_)
    issues.add("other_branch", headers.get("branch_id", "branch_id"), other, given, branch=branch_id)
    return {**typed, "branch_id": given.fillna(branch_id)}


def _all_differ(codes: pd.Series) -> bool:
    # The usual case, and five times quicker than to look for which are repeated.
    texts = pa.array(codes, from_pandas=True)
    return bool(pc.count_distinct(texts, mode="only_valid").as_py() == len(texts) - texts.null_count)


def _strange(codes: pd.Series, known: Collection[str]) -> NDArray[np.bool_]:
    texts = pa.array(codes, from_pandas=True)
    there = pc.is_in(texts, value_set=pa.array(sorted(known), pa.large_string()))
    return np.asarray(pc.and_(pc.is_valid(texts), pc.invert(there)))


def _first_positions(keys: pd.DataFrame, later: NDArray[np.intp]) -> NDArray[np.int64]:
    groups = keys.groupby(list(keys.columns), dropna=False, sort=False).ngroup().to_numpy()
    first = np.full(int(groups.max()) + 1, -1, dtype=np.int64)
    first[groups[::-1]] = np.arange(len(groups) - 1, -1, -1)
    return np.asarray(first[groups[later]])
