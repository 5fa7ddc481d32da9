"""The morning board (早班会): what is due today, what was done since the last working day, and what stood in the way."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
import pandas as pd

from gridmap.errors import N_, Message, say
from gridmap.fieldwork.due import LEFT_OVER_DAYS, due_items, due_rows, visits_to_do
from gridmap.fieldwork.yesterday import DIFFICULTIES, DONE, difficulties_between, done_between, last_working_day
from gridmap.market import Market
from gridmap.plan import UNASSIGNED, Plan
from gridmap.settings import SweepRules
from gridmap.sweeps.holders import VISITING, at_work
from gridmap.texts import Day, Name

# What is summed for each manager; the branch is the sum of its managers.
SUMS = (
    "due", "overdue", "left_over", "held_back", "planned", "planned_done", *DONE, "difficulties",
)  # fmt: skip
BEHIND = 5


@dataclass(frozen=True, eq=False)
class Board:
    """The board of a day; `UNASSIGNED` stands for nobody among managers.

    `due` as `due_rows` gives it, `done` as `done_between` of the days from `first` to `last`, `difficulties` likewise. `sums`: index
    manager_id, `SUMS` and `oldest` (most days anything is overdue); planned counts the visits planned for the day.
    """

    day: date
    first: date
    last: date
    due: pd.DataFrame
    done: pd.DataFrame
    difficulties: pd.DataFrame
    sums: pd.DataFrame

    def of(self, manager_id: str) -> "Board":
        """Return the part of the board that is one manager's."""
        mine = {name: getattr(self, name) for name in ("due", "difficulties")}
        kept = {name: frame[frame["manager_id"].eq(manager_id)].reset_index(drop=True) for name, frame in mine.items()}
        wanted = pd.Index([manager_id], dtype="str", name="manager_id")
        tables = {name: getattr(self, name).reindex(wanted).fillna(0).astype("int64") for name in ("done", "sums")}
        return replace(self, **kept, **tables)

    @property
    def total(self) -> pd.Series:
        """The sums over all managers."""
        return self.sums[list(SUMS)].sum()


def morning_board(market: Market, plan: Plan, planned: pd.DataFrame, *, day: date, rules: SweepRules) -> Board:
    """Make the board of a day.

    Parameters
    ----------
    market, plan
        What is, as far as whoever asks may see it, and who holds what.
    planned
        Visits of published sweeps (`due.PLANNED`).
    day
        The morning it is for; what happened on the day itself counts as done.
    rules
        How often a month an organisation is contacted, and after how many tries nobody being in is final.
    """
    first, last = last_working_day(market, day), day - timedelta(days=1)
    due = due_rows(market, due_items(market, plan, planned, day=day), day=day, rules=rules)
    due["manager_id"] = due["manager_id"].replace("", UNASSIGNED)
    done = done_between(market, plan, first, last).rename(index={"": UNASSIGNED})
    hard = difficulties_between(market, first, last, final_tries=rules.final_tries)
    hard["manager_id"] = hard["manager_id"].replace("", UNASSIGNED)
    return Board(day, first, last, due, done, hard, _sums(market, planned, due, done, hard, day=day))


def _sums(market: Market, planned: pd.DataFrame, due: pd.DataFrame, done: pd.DataFrame, hard: pd.DataFrame, *, day: date) -> pd.DataFrame:
    today = planned[planned["day"].eq(pd.Timestamp(day)).to_numpy(dtype=bool)]
    left = visits_to_do(market, today, day=day)["manager_id"].value_counts()
    held, left_over = (due[name].to_numpy(dtype=bool) for name in ("held_back", "left_over"))
    live = due[~held & ~left_over]
    counts = {
        "due": live["manager_id"].value_counts(),
        "overdue": live.loc[live["late_days"] > 0, "manager_id"].value_counts(),
        "left_over": due.loc[~held & left_over, "manager_id"].value_counts(),
        "held_back": due.loc[held, "manager_id"].value_counts(),
        "planned": today["manager_id"].value_counts(),
        **{name: done[name] for name in DONE},
        "difficulties": hard["manager_id"].value_counts(),
        "oldest": due[~held].groupby("manager_id")["late_days"].max(),
    }
    index = at_work(market, day, roles=VISITING)
    for each in counts.values():
        index = index.union(each.index.astype("str"))
    table = pd.DataFrame({name: each.reindex(index) for name, each in counts.items()}, index=index)
    table["planned_done"] = table["planned"].fillna(0) - left.reindex(index).fillna(0)
    return table.fillna(0).astype("int64").rename_axis("manager_id")[[*SUMS, "oldest"]]


def announcement(board: Board, *, branch: Name, managers: Mapping[str, Name], rules: SweepRules) -> tuple[Message, ...]:
    """Write the board as lines for a group chat (通报): figures and managers, no organisation by name."""
    total = board.total
    share = round(100 * total["effective"] / total["attempts"]) if total["attempts"] else 0
    hard = board.difficulties["kind"].value_counts()
    lines = [
        say(N_("Morning board of {branch}, {day}"), branch=branch, day=Day(board.day)),
        say(
            N_("Done since {first}: visits {attempts}, effective {effective} ({share} %), filed {filings}, calls {calls}"),
            first=Day(board.first), share=share, **{name: int(total[name]) for name in ("attempts", "effective", "filings", "calls")},
        ),
        say(
            N_("Follow-ups kept {kept}, missed {missed}; tasks done {done}"),
            kept=int(total["kept"]), missed=int(total["missed"]), done=int(total["tasks_done"]),
        ),
        say(
            N_("Due today: organisations {due}, overdue {overdue}; planned visits {planned}"),
            **{name: int(total[name]) for name in ("due", "overdue", "planned")},
        ),
    ]  # fmt: skip
    if total["left_over"]:
        lines.append(say(N_("Left over for more than {days} days: {count}"), days=LEFT_OVER_DAYS, count=int(total["left_over"])))
    if total["held_back"]:
        lines.append(
            say(
                N_("Held back: {count}, contacted {cap} times this month already"),
                count=int(total["held_back"]),
                cap=rules.most_contacts_month,
            )
        )
    lines.extend(_behind(board, managers))
    counted = [(title, int(hard[kind])) for kind, title in DIFFICULTIES if kind in hard and kind != "note"]
    lines.extend(say(N_("{difficulty}: {count}"), difficulty=say(title), count=count) for title, count in counted)
    return tuple(lines)


def _behind(board: Board, managers: Mapping[str, Name]) -> list[Message]:
    late = board.sums[board.sums["overdue"] > 0].sort_values(["overdue", "oldest"], ascending=False, kind="stable").head(BEHIND)
    return [
        say(
            N_("Behind: {manager}, overdue {overdue}, the oldest by {days} days"),
            manager=managers.get(manager, Name(manager)),
            overdue=overdue,
            days=oldest,
        )
        for manager, overdue, oldest in zip(late.index, late["overdue"].tolist(), late["oldest"].tolist(), strict=True)
    ]


def effective_share(done: pd.DataFrame) -> pd.Series:
    """Return the share of attempts that were effective, index of the input; NaN where there was none."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return (done["effective"] / done["attempts"].where(done["attempts"] > 0)).rename("effective_share")
