"""From a Market to facts: every measure of every organisation, visit, win, survey and on-site day, added up per atom."""

import hashlib
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from gridmap.facts.campaigns import session_measures, sessions_in_window
from gridmap.facts.facts import LATEST, MEASURES, PLACE, Facts
from gridmap.facts.months import revenue_measures
from gridmap.facts.retention import information_measure, retention_measures
from gridmap.facts.stock import appraisal_measures, standing_of, stock_measures
from gridmap.facts.surveys import doors_measure, survey_measures, survey_places
from gridmap.facts.visits import first_known_on, read_visits, visit_measures
from gridmap.facts.wins import case_measures, cases_in_window, intent_measures, mean_members
from gridmap.market import Market
from gridmap.market.columns import NEVER, arrow, codes_of, rows_in
from gridmap.settings import Rules

Array = np.ndarray[Any, Any]


def measure(market: Market, holders: pd.Series, *, as_of: date, window_days: int, rules: Rules) -> Facts:
    """Measure a market at a day.

    Parameters
    ----------
    market
        What is; row history and dates decide what was so at the day.
    holders
        Manager who holds an organisation by name, index `org_id` (`plan.holders_now`).
    as_of, window_days
        The day, inclusive and local to the branch; flows count the `window_days` days that end with it.
    rules
        Cycles, tiers, guesses.

    Returns
    -------
    Facts with every measure of `MEASURES`. Organisations without a place are atoms with an empty cell.
    """
    # 1. what each organisation, case, survey and on-site day is
    standing = standing_of(market, as_of=as_of, window_days=window_days, rules=rules)
    organisations = standing.rows
    row_of = counts_for(organisations)
    cases = cases_in_window(market, standing)
    case_row = _rows_of(cases, organisations, row_of)
    sessions = sessions_in_window(market, standing)
    session_row = _rows_of(sessions, organisations, row_of)
    surveys = survey_places(market, as_of)
    # 2. one atom number for each
    count = len(organisations)
    homeless = cases[case_row < 0]
    outside = sessions[session_row < 0]
    atom, places = _atoms((organisations, homeless, outside, surveys), _named(organisations["org_id"], holders))
    own, of_cases, of_sessions, of_surveys = np.split(atom, np.cumsum([count, len(homeless), len(outside)]))
    case_atom, session_atom = _joined(case_row, own, of_cases), _joined(session_row, own, of_sessions)
    # 3. add up
    seen = read_visits(market, standing, row_of, organisations["org_id"])
    first_known = first_known_on(market, organisations)
    per_organisation = {
        **stock_measures(standing, rules),
        **visit_measures(standing, seen, rules, first_known=first_known),
        **appraisal_measures(standing, first_known),
        **intent_measures(cases, standing, case_row),
        "mean_members": mean_members(market, standing),
        **revenue_measures(market, organisations["org_id"], standing.live, start=standing.start, as_of=as_of, row_of=row_of),
        **information_measure(market, standing, row_of),
        **retention_measures(market, standing, row_of, rules),
        "doors_final": doors_measure(market, standing, surveys, row_of),
    }
    sums = _add_up(per_organisation, own, len(places)) | _add_up(case_measures(cases, standing, case_row), case_atom, len(places))
    sums |= _add_up(survey_measures(surveys, as_of=as_of, start=standing.start), of_surveys, len(places))
    sums |= _add_up(session_measures(sessions), session_atom, len(places))
    names = tuple(name for name, _ in MEASURES)
    latest = np.full(len(places), NEVER)
    np.maximum.at(latest, own, np.where(standing.live, seen.last, NEVER))
    atoms = places.assign(**{name: sums[name] for name in names}, **{LATEST: latest.astype("datetime64[D]").astype("datetime64[s]")})
    name = facts_print(market, holders, as_of=as_of, window_days=window_days, rules=rules)
    return Facts(atoms, names, as_of, window_days, name, seen.credits)


def facts_print(market: Market, holders: pd.Series, *, as_of: date, window_days: int, rules: Rules) -> str:
    """Return the fingerprint of the facts that `measure` finds for these arguments."""
    text = f"{market.fingerprint}|{as_of}|{window_days}|{rules}"
    return hashlib.sha256(text.encode() + pd.util.hash_pandas_object(holders).to_numpy().tobytes()).hexdigest()[:20]


def counts_for(organisations: pd.DataFrame) -> Array:
    """Return for each organisation the row it counts for: what happened to one merged away happened to the one it was merged into."""
    itself = np.arange(len(organisations))
    if "merged_into" not in organisations:
        return itself
    into = rows_in(organisations["merged_into"], organisations["org_id"])
    target = np.where(into >= 0, into, itself)
    while not np.array_equal(target, target[target]):
        target = target[target]
    return target


def _named(org_ids: pd.Series, holders: pd.Series) -> pa.Array:
    place = rows_in(org_ids, holders.index)
    return arrow(holders).take(pa.array(place, mask=place < 0)) if len(holders) else pa.nulls(len(org_ids), pa.large_string())


def _rows_of(happened: pd.DataFrame, organisations: pd.DataFrame, row_of: Array) -> Array:
    """Return the organisation row that each thing counts for, -1 where it happened to none that is known."""
    place = rows_in(happened["org_id"], organisations["org_id"])
    return np.where(place >= 0, row_of[place] if len(row_of) else -1, -1)


def _joined(row: Array, own: Array, others: Array) -> Array:
    # What happened to an organisation is in its atom; the rest, in order, in atoms of its own place.
    atom = np.empty(len(row), dtype=np.int64)
    atom[row >= 0], atom[row < 0] = own[row[row >= 0]], others
    return atom


def _atoms(frames: tuple[pd.DataFrame, ...], named: pa.Array) -> tuple[Array, pd.DataFrame]:
    # The first frame is that of the organisations, whom `named` are about.
    nobody = pa.nulls(sum(len(frame) for frame in frames[1:]), pa.large_string())
    columns = {name: pa.concat_arrays([arrow(frame[name]) for frame in frames]) for name in PLACE[:3]}
    columns["named"] = pa.concat_arrays([named.combine_chunks() if isinstance(named, pa.ChunkedArray) else named, nobody])
    encoded = {name: codes_of(column) for name, column in columns.items()}
    key = np.zeros(len(named) + len(nobody), dtype=np.int64)
    for codes, texts in encoded.values():
        key = key * len(texts) + codes
    distinct, first, atom = np.unique(key, return_index=True, return_inverse=True)
    places = pd.DataFrame({name: pd.Series(texts[codes[first]], dtype="str") for name, (codes, texts) in encoded.items()})
    return atom.reshape(-1), places if len(distinct) else places.iloc[:0]


def _add_up(measures: dict[str, Array], atom: Array, count: int) -> dict[str, Array]:
    sums = {}
    for name, values in measures.items():
        if values.dtype == bool:
            sums[name] = np.bincount(atom[values], minlength=count).astype(float)
        else:
            sums[name] = np.bincount(atom, weights=values, minlength=count)
    return sums
