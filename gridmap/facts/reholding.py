"""Facts when other managers hold organisations by name: only the atoms concerned are measured again."""

from dataclasses import replace
from datetime import timedelta
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from gridmap.facts.facts import PLACE, Facts
from gridmap.facts.measure import counts_for, facts_print, measure
from gridmap.facts.months import billed_months
from gridmap.market import Market
from gridmap.market.columns import arrow, rows_in
from gridmap.settings import Rules

Array = np.ndarray[Any, Any]


def with_holders(market: Market, facts: Facts, before: pd.Series, after: pd.Series, *, rules: Rules) -> Facts:
    """Return the facts that `measure` would find with other holders, measuring little again.

    Parameters
    ----------
    market, facts
        Facts measured of the market with the holders `before` and these rules.
    before, after
        Manager who holds an organisation by name, index `org_id`.
    """
    name = facts_print(market, after, as_of=facts.as_of, window_days=facts.window_days, rules=rules)
    changed = _changed(before, after)
    rows = market.at("organisations", facts.as_of).reset_index(drop=True)
    moved = rows_in(rows["org_id"], changed) >= 0
    if not moved.any():
        return replace(facts, fingerprint=name)
    had, has = _keys(rows, _named(rows, before)), _keys(rows, _named(rows, after))
    kept = pa.array(np.flatnonzero(moved))
    concerned = pc.unique(pa.concat_arrays([had.take(kept), has.take(kept)]))
    inside = rows_in(has, concerned) >= 0
    target = counts_for(rows)
    # An organisation comes with all that was merged into it, and with the one it was merged into.
    ids = rows.loc[np.isin(target, target[inside]), "org_id"]
    part = measure(_narrowed(market, facts, ids), after, as_of=facts.as_of, window_days=facts.window_days, rules=rules)
    new = rows_in(_keys(part.atoms, arrow(part.atoms["named"])), concerned) >= 0
    old = rows_in(_keys(facts.atoms, arrow(facts.atoms["named"])), concerned) >= 0
    atoms = pd.concat([facts.atoms[~old], part.atoms[new]], ignore_index=True)
    return replace(facts, atoms=atoms, fingerprint=name)


def measure_each(market: Market, facts: Facts, org_ids: pd.Index, *, rules: Rules) -> pd.DataFrame:
    """Return the measures of single organisations, as they are in the facts of a market.

    Parameters
    ----------
    org_ids
        Organisations of the market; what happened to those merged into one counts for it.

    Returns
    -------
    Index `org_id` as given; a column per measure.
    """
    if not len(org_ids):
        return pd.DataFrame(0.0, index=org_ids.rename("org_id"), columns=list(facts.measures))
    rows = market.at("organisations", facts.as_of).reset_index(drop=True)
    target = counts_for(rows)
    ids = rows.loc[np.isin(target, target[rows_in(rows["org_id"], org_ids) >= 0]), "org_id"]
    itself = pd.Series(ids.to_numpy(), index=pd.Index(ids, dtype="str"), dtype="str")  # each held by a name of its own
    part = measure(_narrowed(market, facts, ids), itself, as_of=facts.as_of, window_days=facts.window_days, rules=rules)
    found = part.atoms[part.atoms["named"].ne("")].set_index("named")[list(facts.measures)]
    return found.reindex(org_ids).fillna(0.0).rename_axis("org_id")


def narrowed(market: Market, org_ids: Any) -> Market:
    """Return the market with these organisations alone and what happened to them, and all that happened to no known organisation.

    Its fingerprint is the whole market's: it is for measuring and throwing away.
    """
    changed = dict(market.tables)
    everybody = market.tables["organisations"]["org_id"]
    for name in ("organisations", "org_months", "visits", "tasks"):
        changed[name] = changed[name][rows_in(changed[name]["org_id"], org_ids) >= 0]
    for name in ("wins", "campaigns"):
        rows = changed[name]
        changed[name] = rows[(rows_in(rows["org_id"], org_ids) >= 0) | (rows_in(rows["org_id"], everybody) < 0)]
    return replace(market, tables=MappingProxyType(changed))


def _narrowed(market: Market, facts: Facts, org_ids: pd.Series) -> Market:
    # Whether the branch has a visit history and account months is asked of the tables: one row of each stays for that.
    part = narrowed(market, org_ids)
    visits, months = market.tables["visits"], market.tables["org_months"]
    first = visits.iloc[[int(visits["visited_at"].argmin())]] if len(visits) else visits
    start = facts.as_of - timedelta(days=facts.window_days - 1)
    billed = months.loc[billed_months(market, "revenue", start=start, as_of=facts.as_of).index[:1]]
    added = {"visits": first, "org_months": billed}
    tables = {name: pd.concat([part.tables[name], rows[~rows.index.isin(part.tables[name].index)]]) for name, rows in added.items()}
    return replace(part, tables=MappingProxyType({**part.tables, **tables}))


def _changed(before: pd.Series, after: pd.Series) -> Array:
    everybody = before.index.union(after.index)
    one, other = (np.asarray(each.reindex(everybody).fillna(""), dtype=object) for each in (before, after))
    ids: Array = np.asarray(everybody[one != other], dtype=object)
    return ids


def _named(rows: pd.DataFrame, holders: pd.Series) -> pa.Array:
    place = rows_in(rows["org_id"], holders.index)
    return arrow(holders).take(pa.array(place, mask=place < 0)) if len(holders) else pa.nulls(len(rows), pa.large_string())


def _keys(frame: pd.DataFrame, named: pa.Array) -> pa.Array:
    columns = [pc.fill_null(arrow(frame[column]), "") for column in PLACE[:3]]
    separator = pa.scalar("\x1f", pa.large_string())
    joined = pc.binary_join_element_wise(*columns, pc.fill_null(named, ""), separator)
    return joined.combine_chunks() if isinstance(joined, pa.ChunkedArray) else joined
