"""What in the records of visits deserves a question, from the moments of recording alone: where somebody was in between nobody knows.

An oddity is no proof: a place may be drawn wrong, a phone may have stood in a basement. It is told to those who may review visits, in
words and figures, and its place only as the cell of the door.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from gridmap.coordinates import offset_m
from gridmap.errors import N_, Message, say
from gridmap.market import Market
from gridmap.market.columns import rows_in
from gridmap.settings import SweepRules

Array = np.ndarray[Any, Any]
# A phone that does not say how sure it is of its place is taken to be this unsure. What it says is the radius that holds about two
# thirds of its errors; nobody is asked about the last third, so twice that is taken off.
UNSAID_ACCURACY_M, BENEFIT = 100.0, 2.0
# Faster than any way through a county town and its roads.
FASTEST_KMH = 120.0
# A phone may be without a signal until the next noon; what a file of a day pack brings is late by its nature.
LATE_H = 36
LATE_BY_NATURE = ("pack",)
CLOCK_AHEAD_MIN = 10
NIGHT_H = (22, 6)
# So many doors recorded away from them, after work, were written down from memory.
EVENING_DOORS, EVENING_AFTER_MIN = 5, 60
_S, _MIN, _H = 1_000_000, 60_000_000, 3_600_000_000

COLUMNS = (
    *("capture_id", "manager_id", "org_id", "way", "captured_us", "received_us", "lat", "lon", "accuracy_m"),
    *("door_lat", "door_lon", "cell", "local", "away_m"),
)


@dataclass(frozen=True)
class Oddity:
    """One thing to ask about: by which rule, whose records, in words; `cell` of the first door, empty where nobody knows it."""

    rule: str
    manager_id: str
    at_us: int
    capture_ids: tuple[str, ...]
    org_ids: tuple[str, ...]
    cell: str
    said: Message


Find = Callable[[pd.DataFrame, SweepRules], Iterator[tuple[Array, Message]]]


@dataclass(frozen=True)
class Rule:
    """A rule: `find` is given the records of one manager in order of time and yields which of them (positions) and why."""

    key: str
    title: str
    find: Find


def records_of(captures: pd.DataFrame, check_ins: pd.DataFrame, market: Market) -> pd.DataFrame:
    """Join captured visits with their check-ins and the places of their doors.

    Parameters
    ----------
    captures
        `capture_id`, `manager_id`, `org_id`, `kind`, `way`, `captured_us`, `received_us`; other kinds than visits are left out.
    check_ins
        `capture_id`, `lat`, `lon`, `accuracy_m`, as far as there are any.
    market
        Where the doors are, and the clock of the branch.

    Returns
    -------
    One row per visit, `COLUMNS`, in order of manager and time: `local` is the local moment of recording, `away_m` metres from
    the door with twice the accuracy taken off (NaN where either place is unknown).
    """
    visits = captures[captures["kind"].eq("visit")]
    places = check_ins.drop_duplicates("capture_id", keep="last").set_index("capture_id")[["lat", "lon", "accuracy_m"]]
    table = visits.join(places, on="capture_id")
    doors = market.tables["organisations"].drop_duplicates("org_id", keep="last")
    row = rows_in(table["org_id"], doors["org_id"])
    for name, source in (("door_lat", "lat"), ("door_lon", "lon")):
        table[name] = np.append(doors[source].to_numpy(dtype=float), np.nan)[row]
    table["cell"] = np.append(doors["cell"].astype("str").fillna("").to_numpy(dtype=object), np.array([""], dtype=object))[row]
    for name in ("lat", "lon", "accuracy_m"):
        table[name] = table[name].astype(float)
    moments = pd.to_datetime(table["captured_us"].to_numpy(dtype=np.int64), unit="us", utc=True)
    table["local"] = moments.tz_convert(market.branch.time_zone).tz_localize(None)
    table["away_m"] = offset_m(table["lat"], table["lon"], table["door_lat"], table["door_lon"]) - _accuracy(table)
    return table[list(COLUMNS)].sort_values(["manager_id", "captured_us", "capture_id"], kind="stable").reset_index(drop=True)


def find_oddities(records: pd.DataFrame, rules: SweepRules) -> tuple[Oddity, ...]:
    """Look for oddities.

    Parameters
    ----------
    records
        As `records_of` gives them.
    rules
        `odd_distance_m`, `odd_pace`, `shift`.

    Returns
    -------
    Oddities in order of time, the latest first.
    """
    found = [
        _oddity(rule.key, own, np.sort(which), told)
        for _, own in records.groupby("manager_id", sort=True)
        for rule in RULES
        for which, told in rule.find(own.reset_index(drop=True), rules)
    ]
    return tuple(sorted(found, key=lambda each: (-each.at_us, each.rule, each.manager_id, each.capture_ids)))


def _oddity(rule: str, own: pd.DataFrame, which: Array, told: Message) -> Oddity:
    rows = own.iloc[which]
    first = rows.iloc[0]
    return Oddity(
        rule,
        str(first["manager_id"]),
        int(first["captured_us"]),
        tuple(rows["capture_id"]),
        tuple(dict.fromkeys(rows["org_id"])),
        str(first["cell"]),
        told,
    )


def _far(own: pd.DataFrame, rules: SweepRules) -> Iterator[tuple[Array, Message]]:
    away = own["away_m"].to_numpy()
    for place in np.flatnonzero(away > rules.odd_distance_m):
        told = say(N_("Recorded at least {metres} m from the door, or the door is drawn at a wrong place."), metres=_round(away[place]))
        yield np.array([place]), told


def _pace(own: pd.DataFrame, rules: SweepRules) -> Iterator[tuple[Array, Message]]:
    doors, minutes = rules.odd_pace
    at = own["captured_us"].to_numpy(dtype=np.int64)
    first_try = ~own.duplicated("org_id").to_numpy() | (np.diff(at, prepend=at[:1]) > minutes * _MIN)
    rows = np.flatnonzero(first_try)
    # Where the door that is `doors - 1` further on came within the minutes, all between were too fast.
    fast = [
        range(place, place + doors)
        for place in range(len(rows) - doors + 1)
        if at[rows[place + doors - 1]] - at[rows[place]] <= minutes * _MIN
    ]
    for run in _joined(fast):
        which = rows[run]
        took = int(at[which[-1]] - at[which[0]]) // _S
        yield which, say(N_("{count} doors were recorded within {seconds} seconds."), count=len(which), seconds=took)


def _same_point(own: pd.DataFrame, rules: SweepRules) -> Iterator[tuple[Array, Message]]:
    known = own[(own["lat"] + own["lon"] + own["door_lat"] + own["door_lon"]).notna()]
    for _, group in known.groupby([known["local"].dt.date, known["lat"].round(6), known["lon"].round(6)], sort=True):
        apart = offset_m(
            group["door_lat"].to_numpy()[:, None],
            group["door_lon"].to_numpy()[:, None],
            group["door_lat"].to_numpy()[None, :],
            group["door_lon"].to_numpy()[None, :],
        )
        if apart.max() > rules.odd_distance_m:
            told = say(
                N_("{count} doors, {metres} m apart, were recorded at exactly one point."), count=len(group), metres=_round(apart.max())
            )
            yield group.index.to_numpy(), told


def _travel(own: pd.DataFrame, rules: SweepRules) -> Iterator[tuple[Array, Message]]:
    known = own[(own["lat"] + own["lon"]).notna()]
    lat, lon, at = known["lat"].to_numpy(), known["lon"].to_numpy(), known["captured_us"].to_numpy(dtype=np.int64)
    unsure = _accuracy(known)
    metres = offset_m(lat[:-1], lon[:-1], lat[1:], lon[1:]) - unsure[:-1] - unsure[1:]
    hours = np.maximum(np.diff(at), _S) / _H
    for place in np.flatnonzero((metres > rules.odd_distance_m) & (metres / 1000 / hours > FASTEST_KMH)):
        told = say(
            N_("{metres} m lie between two check-ins that are {seconds} seconds apart."),
            metres=_round(metres[place]),
            seconds=int(at[place + 1] - at[place]) // _S,
        )
        yield known.index.to_numpy()[[place, place + 1]], told


def _late(own: pd.DataFrame, rules: SweepRules) -> Iterator[tuple[Array, Message]]:
    del rules
    waited = (own["received_us"] - own["captured_us"]).to_numpy(dtype=np.int64)
    late = (waited > LATE_H * _H) & ~own["way"].isin(LATE_BY_NATURE).to_numpy()
    for day, group in own[late].groupby(own["local"].dt.date, sort=True):
        del day
        hours = int(waited[group.index].max()) // _H
        told = say(N_("{count} doors came in up to {hours} hours after they were recorded."), count=len(group), hours=hours)
        yield group.index.to_numpy(), told


def _clock(own: pd.DataFrame, rules: SweepRules) -> Iterator[tuple[Array, Message]]:
    del rules
    ahead = (own["captured_us"] - own["received_us"]).to_numpy(dtype=np.int64)
    for place in np.flatnonzero(ahead > CLOCK_AHEAD_MIN * _MIN):
        yield np.array([place]), say(N_("The clock of the phone was {minutes} minutes ahead."), minutes=int(ahead[place]) // _MIN)


def _evening(own: pd.DataFrame, rules: SweepRules) -> Iterator[tuple[Array, Message]]:
    minute = _minute(own)
    at_the_door = (own["away_m"] <= rules.odd_distance_m).to_numpy()
    after = (minute >= rules.shift[1] + EVENING_AFTER_MIN) & ~at_the_door
    for _, group in own[after].groupby(own["local"].dt.date, sort=True):
        took = int(group["captured_us"].iloc[-1] - group["captured_us"].iloc[0])
        # Whoever still knocks in the evening needs minutes for each door, whoever writes down what they remember does not.
        if len(group) >= EVENING_DOORS and took < (len(group) - 1) * rules.knock_min * _MIN:
            told = say(
                N_("{count} doors were recorded after work within {minutes} minutes from {time} on, without a check-in at the door."),
                count=len(group),
                minutes=-(-took // _MIN),
                time=f"{group['local'].iloc[0]:%H:%M}",
            )
            yield group.index.to_numpy(), told


def _night(own: pd.DataFrame, rules: SweepRules) -> Iterator[tuple[Array, Message]]:
    del rules
    hour = own["local"].dt.hour.to_numpy()
    for _, group in own[(hour >= NIGHT_H[0]) | (hour < NIGHT_H[1])].groupby(own["local"].dt.date, sort=True):
        told = say(
            N_("{count} doors were recorded at night, the first at {time}."), count=len(group), time=f"{group['local'].iloc[0]:%H:%M}"
        )
        yield group.index.to_numpy(), told


RULES: tuple[Rule, ...] = (
    Rule("far", N_("Far from the door"), _far),
    Rule("pace", N_("Too many doors too fast"), _pace),
    Rule("same_point", N_("One point for doors far apart"), _same_point),
    Rule("travel", N_("Faster than any travel"), _travel),
    Rule("late", N_("Came in long after"), _late),
    Rule("clock", N_("Clock ahead"), _clock),
    Rule("evening", N_("Written down after work"), _evening),
    Rule("night", N_("At night"), _night),
)
TITLES: Mapping[str, str] = {rule.key: rule.title for rule in RULES}


def _accuracy(table: pd.DataFrame) -> Array:
    return BENEFIT * np.asarray(table["accuracy_m"].fillna(UNSAID_ACCURACY_M).clip(lower=0.0), dtype=float)


def _minute(own: pd.DataFrame) -> Array:
    return np.asarray(own["local"].dt.hour * 60 + own["local"].dt.minute)


def _round(metres: float) -> int:
    return int(metres // 10) * 10


def _joined(runs: list[range]) -> Iterator[list[int]]:
    """Join runs of positions that overlap."""
    whole: list[int] = []
    for run in runs:
        if whole and run.start > whole[-1]:
            yield whole
            whole = []
        whole.extend(place for place in run if not whole or place > whole[-1])
    if whole:
        yield whole
