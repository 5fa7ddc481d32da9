"""Which organisations have a file, since when and how good it is; and who holds the big ones by name."""

from dataclasses import dataclass

import numpy as np

from sample_geo import words
from sample_geo.crowd import DUPLICATES, OPENED_A_YEAR, YEARS, Crowd, mean_live
from sample_geo.frames import HISTORY_FROM, NONE, TODAY, choose_some, day, days_between, pick, share_out
from sample_geo.staff import Staff

COMPLETE_AB, COMPLETE_C, COMPLETE_VACUUM, COMPLETE_M, COMPLETE_M_VACUUM = 0.92, 0.65, 0.25, 0.18, 0.05
OVERLOADED_FILES = 83
OVERLOADED_C = 58  # of them at most so many C organisations of the manager's own cells
FILED_INCOMPLETE = {"AB": 7, "C": 12}
LOST_C, LOST_M_SHARE = 14, 0.011
FILED_BEFORE = {"A": 0.88, "B": 0.86, "C": 0.58, "M": 0.40}  # share of today's files made before the history begins
NOTHING, INCOMPLETE, COMPLETE, LOST = range(4)
TODAY_D, FROM_D = day(TODAY), day(HISTORY_FROM)
LOST_UNTIL = day("2026-07-05")  # in the county town, where what comes after belongs to the planted cluster of wins


@dataclass(frozen=True)
class Files:
    """State of the file (NOTHING, INCOMPLETE, COMPLETE, LOST), its dates, and holders and sponsors by position (-1 none)."""

    state: np.ndarray
    opened_on: np.ndarray
    closed_on: np.ndarray
    filed_on: np.ndarray
    lost_on: np.ndarray
    holder: np.ndarray
    sponsor: np.ndarray
    overloaded: int


def build_files(generator: np.random.Generator, crowd: Crowd, owner: np.ndarray, staff: Staff) -> Files:
    """Decide who is filed so that the shares of the county come out exactly.

    Parameters
    ----------
    owner
        Position of the owner of each organisation's cell today, -1 for none.
    """
    opened_on, closed_on = _life(generator, crowd)
    settled = ~crowd.closed & (opened_on < TODAY_D - 10)
    state = np.full(len(crowd), NOTHING)
    c_of = np.bincount(owner[settled & (crowd.tier == "C") & (owner >= 0)], minlength=len(staff.ids))
    overloaded = int(np.argmax(c_of[staff.account]))
    _file_c(generator, crowd, settled, owner, state, overloaded)
    own_c = int(((state == COMPLETE) & (owner == overloaded)).sum())
    _file_m(generator, crowd, settled, owner, state)
    holder = _hold(generator, crowd, state, overloaded, OVERLOADED_FILES - own_c, len(staff.account))
    sponsor = np.full(len(crowd), -1)
    named = np.flatnonzero(holder >= 0)
    sponsor[named] = generator.permutation(np.arange(len(named)) % len(staff.leaders))
    _former(generator, crowd, state)
    filed_on = _filed_on(generator, crowd, state, opened_on, closed_on, owner < 0)
    until = np.where(crowd.town == words.SEAT, LOST_UNTIL, TODAY_D)
    lost_on = np.where(state == LOST, days_between(generator, np.minimum(np.maximum(filed_on, FROM_D) + 20, until), until), NONE)
    return Files(state, opened_on, closed_on, filed_on, lost_on, holder, sponsor, overloaded)


def _life(generator: np.random.Generator, crowd: Crowd) -> tuple[np.ndarray, np.ndarray]:
    """Return opening and closing days: openings of 14 % and closures of 11 % a year in the 18 months."""
    count = len(crowd)
    age = np.floor(generator.random(count) ** 1.6 * 26 * 365).astype(int)
    opened = (FROM_D - 30) - age
    small = np.isin(crowd.tier, ("C", "M")) & (crowd.special == None)  # noqa: E711 - elementwise
    closed_on = np.where(crowd.closed, days_between(generator, np.full(count, FROM_D), TODAY_D), NONE)
    young = round(OPENED_A_YEAR * YEARS * mean_live(int((~crowd.closed).sum()) + DUPLICATES))
    short_lived = choose_some(generator, np.flatnonzero(small & crowd.closed & (closed_on > FROM_D + 90)), round(young * 0.08))
    opened[short_lived] = days_between(generator, np.full(len(short_lived), FROM_D), closed_on[short_lived] - 60)
    new = choose_some(generator, np.flatnonzero(small & ~crowd.closed), young - len(short_lived))
    opened[new] = days_between(generator, np.full(len(new), FROM_D), TODAY_D)
    return opened, closed_on


def _file_c(
    generator: np.random.Generator, crowd: Crowd, settled: np.ndarray, owner: np.ndarray, state: np.ndarray, overloaded: int
) -> None:
    """File the C organisations: 25 % of the vacuum towns' ones, many of the overloaded manager's, 65 % of all."""
    c_all = ~crowd.closed & (crowd.tier == "C")
    in_vacuum = np.isin(crowd.town, words.VACUUM)
    done = np.concatenate(
        [
            choose_some(
                generator,
                np.flatnonzero(c_all & settled & (crowd.town == town)),
                round(COMPLETE_VACUUM * (c_all & (crowd.town == town)).sum()),
            )
            for town in words.VACUUM
        ]
    )
    mine = choose_some(generator, np.flatnonzero(c_all & settled & (owner == overloaded) & ~in_vacuum), OVERLOADED_C)
    state[done] = state[mine] = COMPLETE
    others = np.flatnonzero(c_all & settled & ~in_vacuum & (owner >= 0) & (owner != overloaded))
    wanted = round(COMPLETE_C * c_all.sum()) - len(done) - len(mine)
    state[choose_some(generator, others, wanted)] = COMPLETE
    left = others[state[others] == NOTHING]
    left = generator.permutation(left)
    state[left[: FILED_INCOMPLETE["C"]]] = INCOMPLETE
    state[left[FILED_INCOMPLETE["C"] :][:LOST_C]] = LOST


def _file_m(generator: np.random.Generator, crowd: Crowd, settled: np.ndarray, owner: np.ndarray, state: np.ndarray) -> None:
    """File 18 % of the M organisations; a twentieth in the vacuum towns, none where a park has no owner."""
    m_all = ~crowd.closed & (crowd.tier == "M")
    in_vacuum = np.isin(crowd.town, words.VACUUM)
    vacuum = np.flatnonzero(m_all & settled & in_vacuum)
    done = choose_some(generator, vacuum, round(COMPLETE_M_VACUUM * len(vacuum)))
    state[done] = COMPLETE
    others = generator.permutation(np.flatnonzero(m_all & settled & ~in_vacuum & (owner >= 0)))
    # The duplicates are planted later, all M and none filed: the share counts them.
    wanted = round(COMPLETE_M * (m_all.sum() + DUPLICATES)) - len(done)
    state[others[:wanted]] = COMPLETE
    rest = others[wanted:]
    part = round(0.03 * m_all.sum())
    state[rest[:part]] = INCOMPLETE
    state[rest[part : part + round(LOST_M_SHARE * m_all.sum())]] = LOST


def _hold(generator: np.random.Generator, crowd: Crowd, state: np.ndarray, overloaded: int, extra: int, managers: int) -> np.ndarray:
    """File 92 % of A and B, and give each a holder by name; the overloaded manager gets `extra` filed ones and no others."""
    named = np.flatnonzero(np.isin(crowd.tier, ("A", "B")) & ~crowd.closed)
    mixed = generator.permutation(named)
    filed = round(COMPLETE_AB * len(named))
    state[mixed[:filed]] = COMPLETE
    state[mixed[filed:][: FILED_INCOMPLETE["AB"]]] = INCOMPLETE
    holder = np.full(len(crowd), -1)
    holder[mixed[:extra]] = overloaded
    others = np.setdiff1d(np.arange(managers), [overloaded])
    holder[mixed[extra:]] = np.repeat(others, share_out(len(mixed) - extra, np.ones(len(others))))
    return holder


def _former(generator: np.random.Generator, crowd: Crowd, state: np.ndarray) -> None:
    """Give some of the closed organisations a file, as they had one while they lived."""
    for tier, share in (("B", 0.9), ("C", 0.5), ("M", 0.12)):
        gone = np.flatnonzero(crowd.closed & (crowd.tier == tier))
        state[choose_some(generator, gone, round(share * len(gone)))] = COMPLETE


def _filed_on(
    generator: np.random.Generator, crowd: Crowd, state: np.ndarray, opened_on: np.ndarray, closed_on: np.ndarray, unowned: np.ndarray
) -> np.ndarray:
    """Return filing days: most before the history, the others with sprints each June; nobody files where nobody looks after."""
    count = len(crowd)
    early = days_between(generator, np.full(count, day("2021-06-01")), FROM_D - 1)
    window = np.arange(FROM_D, TODAY_D + 1)
    month = window.astype("datetime64[M]").astype(int) % 12 + 1
    weights = np.select([month == 6, month == 2, month == 3, month == 12], [6.0, 0.3, 1.5, 1.2], 1.0)
    weekday = (window.astype(int) + 3) % 7
    late = window[pick(generator, weights * np.where(weekday >= 5, 0.15, 1.0), count)]
    before = np.vectorize(FILED_BEFORE.get, otypes=[float])(crowd.tier)
    filed = np.where((generator.random(count) < before) | unowned & ~np.isin(crowd.tier, ("A", "B")), early, late)
    end = np.where(np.isnat(closed_on), TODAY_D, closed_on - 20)
    end = np.where(state == LOST, np.minimum(end, LOST_UNTIL - 20), end)
    after_opening = days_between(generator, np.minimum(opened_on + 5, end), end)
    misfit = (filed < opened_on + 5) | (filed > end)
    return np.where(state == NOTHING, NONE, np.where(misfit, after_opening, filed))
