"""Tasks, and which cells and parks were ever walked."""

# ruff: noqa: RUF001 - Chinese punctuation is meant

import numpy as np
import pandas as pd

from sample_geo import words
from sample_geo.frames import MONTHS, NONE, TODAY, chance, choose_some, day, days_between, text, typed
from sample_geo.land import County
from sample_geo.organisations import Roll
from sample_geo.parks import Park
from sample_geo.seasons import DAYS, FIRST
from sample_geo.staff import ACCOUNT_TOWNS, Staff
from sample_geo.territories import Territories

TODAY_D = day(TODAY)
DONE = {"warning": 0.41, "expiry": 0.72, "call": 0.86, "check": 0.66, "follow_up": 0.78, "supervised": 0.55}
VOID = 0.05
SUPERVISED, CHECKED, CALLED = 8, 0.45, 0.06
WALKED, WALKED_IN_VACUUM = 0.78, 3
WALKED_PARKS = ("steel", "feed", "tiny", "split")
DONE_WORDS = ("已联系，情况稳定", "已上门", "已续约", "对方出差，改期后完成")


def tasks_table(seed: int, county: County, *, roll: Roll, staff: Staff, visits: pd.DataFrame) -> pd.DataFrame:
    """Return the tasks: at most one open task of a kind for each organisation."""
    generator = chance(seed, county.number, "tasks")
    wanted = [(kind, *part) for kind, part in _wanted(generator, roll, visits).items()]
    kind = np.concatenate([np.full(len(row), name, object) for name, row, _ in wanted])
    row = np.concatenate([row for _, row, _ in wanted])
    due = np.concatenate([days for _, _, days in wanted])
    held = roll.holder_now[row] >= 0
    kind, row, due = kind[held], row[held], due[held]
    count = len(row)
    likely = np.vectorize(DONE.get, otypes=[float])(kind)
    drawn = generator.random(count)
    past = due <= TODAY_D
    done = drawn < np.where(past, likely, 0.06)
    void = ~done & past & (drawn > 1 - VOID)
    # Nine in ten that get done are done by the day they are due.
    done_on = due + np.where(generator.random(count) < 0.9, -generator.integers(0, 12, count), generator.integers(1, 20, count))
    done_on = np.minimum(done_on, TODAY_D)
    state = np.where(done, "done", np.where(void, "void", "open")).astype(object)
    first = ~pd.DataFrame({"row": row, "kind": kind, "state": state}).duplicated().to_numpy() | (state != "open")
    said = text(np.array(DONE_WORDS, object)[generator.integers(0, len(DONE_WORDS), count)], done)
    order = np.flatnonzero(first)[np.lexsort((row[first], due[first]))]
    return typed(
        "tasks",
        {
            "task_id": [f"{county.prefix}K{number:05d}" for number in range(1, len(order) + 1)],
            "org_id": roll.frame["org_id"].to_numpy(object)[row[order]],
            "branch_id": county.branch_id,
            "kind": kind[order],
            "due_on": due[order],
            "assigned_to": staff.ids[roll.holder_now[row[order]]],
            "state": state[order],
            "done_on": np.where(done, done_on, NONE)[order],
            "outcome": said[order],
        },
        len(order),
    )


def _wanted(generator: np.random.Generator, roll: Roll, visits: pd.DataFrame) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Return rows and due days of each kind of task."""
    frame = roll.frame
    account = (frame["stage"] == "account").to_numpy()
    core = np.flatnonzero(account & frame["tier"].isin(("A", "B", "C")).to_numpy())
    weak = account & (frame["relationship"].fillna(3).to_numpy(int) <= 1) & (frame["tier"] != "M").to_numpy()
    warned = np.repeat(np.flatnonzero(weak), 2)
    end = frame["contract_end"].to_numpy("datetime64[D]")
    ending = np.flatnonzero(account & (end >= FIRST) & (end <= TODAY_D + 60))
    promised = visits[visits["next_due"] >= "2026-06-01"]
    position = pd.Index(frame["org_id"]).get_indexer(promised["org_id"])
    some = choose_some(generator, np.arange(len(promised)), len(promised) // 3)
    checked = choose_some(generator, core, round(CHECKED * len(core)))
    called = choose_some(generator, np.flatnonzero(account), round(CALLED * account.sum()))
    watched = choose_some(generator, core, SUPERVISED)

    def drawn(rows: np.ndarray, first: str, last: str) -> tuple[np.ndarray, np.ndarray]:
        return rows, days_between(generator, np.full(len(rows), day(first)), day(last))

    return {
        "warning": drawn(warned, "2025-11-01", "2026-11-20"),
        "expiry": (ending, end[ending] - 5),
        "follow_up": (position[some], promised["next_due"].to_numpy("datetime64[D]")[some]),
        "check": drawn(checked, "2026-01-05", "2026-11-30"),
        "call": drawn(called, "2026-06-01", "2026-11-15"),
        "supervised": drawn(watched, "2026-08-01", "2026-11-30"),
    }


def surveys_table(seed: int, county: County, *, roll: Roll, staff: Staff, land: tuple[tuple[Park, ...], Territories]) -> pd.DataFrame:
    """Return which cells and parks were walked, when, and how many doors were listed; the uncovered park never was."""
    generator = chance(seed, county.number, "surveys")
    parks, territories = land
    doors = np.bincount(roll.cell[roll.cell >= 0], minlength=len(territories.cells))
    owned = np.flatnonzero((doors > 0) & (territories.owner >= 0))
    walked = choose_some(generator, owned, round(WALKED * len(owned)))
    vacuum = np.flatnonzero((doors > 0) & (territories.owner < 0) & np.isin(territories.town, words.VACUUM))
    walked = np.concatenate([walked, choose_some(generator, vacuum, WALKED_IN_VACUUM)])
    when = days_between(generator, np.full(len(walked), DAYS[0]), TODAY_D)
    who = territories.owner_at(walked, when)
    who = np.where(who >= 0, who, len(ACCOUNT_TOWNS))
    numbers = [number for number, park in enumerate(parks) if park.key in WALKED_PARKS]
    outlines = [parks[number].outline for number in numbers]
    middles = np.array([(outline.centroid.y, outline.centroid.x) for outline in outlines if outline is not None])
    inside = territories.positions(middles[:, 0], middles[:, 1])
    park_days = days_between(generator, np.full(len(numbers), day(f"{MONTHS[-7]}-01")), TODAY_D)
    count = len(walked) + len(numbers)
    order = np.argsort(np.concatenate([when, park_days]), kind="stable")
    columns = {
        "cell": np.concatenate([territories.cells[walked], np.full(len(numbers), None, object)]),
        "park_id": np.array([None] * len(walked) + [f"{county.prefix}-PK{number + 1:02d}" for number in numbers], object),
        "surveyed_on": np.concatenate([when, park_days]),
        "manager_id": np.concatenate([staff.ids[who], staff.ids[territories.owner[inside]]]),
        "doors": np.concatenate([np.rint(doors[walked] * 1.15).astype(int) + 1, generator.integers(20, 90, len(numbers))]),
    }
    sorted_columns = {name: values[order] for name, values in columns.items()}
    ids = [f"{county.prefix}S{number:05d}" for number in range(1, count + 1)]
    return typed("surveys", {**sorted_columns, "survey_id": ids, "branch_id": county.branch_id}, count)
