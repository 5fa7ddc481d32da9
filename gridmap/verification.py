"""A round of verification: the list of organisations that goes out to a town, and what its answers change when it comes back."""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np
import pandas as pd

from gridmap.errors import N_, Finding
from gridmap.market import Market, live_at, stage_at
from gridmap.schema import Column, Table, table
from gridmap.tables import RawTable, check_table
from gridmap.tables.gate import BranchFrame
from gridmap.tables.mapping import propose_mapping

Which = Literal["all", "unfiled", "unverified"]
WHICH: tuple[tuple[Which, str], ...] = (
    ("unfiled", N_("Without a file")),
    ("unverified", N_("Not verified for a year")),
    ("all", N_("All of them")),
)
VERIFIED_FOR_DAYS = 365
ANSWERS = (("there", N_("It is there")), ("gone", N_("It is gone")), ("unsure", N_("Nobody could tell")))
# What whoever stands before the door can see; the rest of a row stays out of the list.
ASKED = ("name", "address", "street", "building", "floor", "room", "trade", "employees", "lines_known")

# What became of a row of a returned list.
STATES: tuple[tuple[str, str], ...] = (
    ("clash", N_("Changed here in the meantime")),
    ("unknown", N_("No such organisation here")),
    ("gone", N_("Gone")),
    ("changed", N_("Corrected")),
    ("found", N_("Newly found")),
    ("confirmed", N_("Confirmed")),
    ("open", N_("Not answered")),
)
# What is written when a whole list is accepted; a clash only where it is chosen by itself.
ACCEPTED = ("gone", "changed", "found", "confirmed")


def _asked(name: str) -> Column:
    column = table("organisations").column(name)
    return Column(
        column.name, column.kind, column.help, unit=column.unit, choices=column.choices, minimum=column.minimum, maximum=column.maximum,
        longest=column.longest, headers=column.headers,
    )  # fmt: skip


LIST = Table(
    "verification",
    N_("Verification list"),
    ("org_id",),
    (
        Column("org_id", "id", "Code of the organisation; empty for one that is newly found.", headers=("集团编码", "单位编码")),
        Column(
            "answer",
            "choice",
            "Whether it is there: there, gone or unsure.",
            choices=tuple(key for key, _ in ANSWERS),
            headers=("核实结果",),
        ),
        *(_asked(name) for name in ASKED),
        Column("remark", "text", "Anything else worth knowing.", longest=400, headers=("备注",)),
        Column("stamp", "id", "Do not change: says what the row was when the list went out.", headers=("校验码",)),
    ),
)


@dataclass(frozen=True, eq=False)
class Returned:
    """What a returned list says.

    rows: org_id, name, state (a key of `STATES`), answer, remark (the last two missing where empty), and the columns `ASKED` as returned
    (missing: left as it is). differences: org_id, column, old, new, one row per value that changes. findings: what is wrong with the file;
    `rejected` rows of it were left out.
    """

    rows: pd.DataFrame
    differences: pd.DataFrame
    findings: tuple[Finding, ...]
    rejected: int


def list_of(market: Market, as_of: date, *, towns: Collection[str] = (), cells: Collection[str] = (), which: Which = "all") -> pd.DataFrame:
    """Write down the live organisations of some towns or cells, for whoever goes and looks.

    Parameters
    ----------
    market, as_of
        What is, on a day.
    towns, cells
        Where; of both what lies in either; the whole branch where neither is given, those without a place with it.
    which
        All, those without a file, or those nobody verified in the last 365 days.

    Returns
    -------
    Columns of `LIST`, text and numbers as stored, answer and remark empty; street by street, then by building, floor and room.
    """
    rows = _standing(market, as_of)
    if towns or cells:
        rows = rows[rows["town"].isin(list(towns)) | rows["cell"].isin(list(cells))]
    if which == "unfiled":
        rows = rows[rows["stage"].ne("account")]
    elif which == "unverified":
        since = pd.Timestamp(as_of) - pd.Timedelta(days=VERIFIED_FOR_DAYS)
        seen = pd.to_datetime(rows["verified_on"])
        rows = rows[(seen.isna() | (seen < since)).to_numpy(dtype=bool)]
    order = rows.sort_values(["street", "building", "floor", "room", "org_id"], kind="stable", na_position="last")
    listed = order[["org_id", *ASKED]].assign(stamp=[stamp(row) for _, row in order.iterrows()])
    return listed.reindex(columns=list(LIST.names)).reset_index(drop=True)


def stamp(row: pd.Series) -> str:
    """Return a short code of what a row says in the columns `ASKED`; another row, or another value, has another one."""
    said = "\x1f".join(["" if pd.isna(row[name]) else str(row[name]) for name in ("org_id", *ASKED)])
    return hashlib.blake2b(said.encode("utf-8"), digest_size=5).hexdigest()


def read_returned(market: Market, raw: RawTable, *, as_of: date, today: date, language: str = "en") -> Returned:
    """Compare a returned list with what is known on a day.

    An empty cell leaves what is known. A row whose organisation was changed here since the list went out is a clash: its `stamp` is
    not that of what is stored now, and what it says is not simply newer.

    Parameters
    ----------
    raw
        The file as read.
    as_of, today
        The day it is compared with, and the day on which it is read.
    language
        Of the findings.
    """
    checked = check_table(
        raw, LIST, mapping=propose_mapping(list(raw.columns), LIST), branch=BranchFrame("", None, market.branch.time_zone), today=today,
        language=language,
    )  # fmt: skip
    rows = checked.accepted.reindex(columns=list(LIST.names)).reset_index(drop=True)
    header = checked.mapping.header("org_id")
    coded = np.zeros(len(rows), dtype=bool)
    if header is not None:
        written = raw.frame[header].iloc[_positions(raw, checked.accepted_rows)]
        coded = (written.notna() & written.astype("string").str.strip().ne("")).to_numpy(dtype=bool)
    present = _standing(market, as_of).set_index("org_id", drop=False)
    differences, states = [], []
    for at, row in rows.iterrows():
        known = present.loc[row["org_id"]] if row["org_id"] in present.index else None
        changed = [] if known is None else _differences(row, known)
        differences += changed if row["answer"] != "gone" else []
        states.append(_state(row, known, changed, coded=bool(coded[int(at)])))  # type: ignore[call-overload]
    table_ = pd.DataFrame(differences, columns=["org_id", "column", "old", "new"])
    return Returned(rows.assign(state=pd.Series(states, index=rows.index, dtype="str")), table_, checked.findings, len(checked.rejected))


def changes_of(returned: Returned, market: Market, chosen: Collection[str], *, as_of: date) -> pd.DataFrame:
    """Return the rows that the chosen answers write, in the columns of organisations.

    Parameters
    ----------
    returned
        As `read_returned` gives it.
    chosen
        org_ids; those not answered, or of no organisation here, change nothing.
    as_of
        The day they were verified on, and from which a gone one is closed.

    Returns
    -------
    org_id, the columns `ASKED`, stage, closed_on, verified_on, surveyed_on, source: what is not answered as it stands.
    """
    present = _standing(market, as_of).set_index("org_id", drop=False)
    day = pd.Timestamp(as_of)
    written = []
    rows = returned.rows[returned.rows["org_id"].isin(list(chosen)) & ~returned.rows["state"].isin(["open", "unknown"])]
    for _, row in rows.iterrows():
        known = present.loc[row["org_id"]] if row["org_id"] in present.index else None
        line = {name: _value(row, known, name, keep=row["answer"] == "gone") for name in ASKED}
        counted = pd.notna(row["lines_known"]) and row["answer"] != "gone"
        line |= {
            "org_id": row["org_id"],
            "stage": "prospect" if known is None else known["stage_given"],
            "closed_on": day if row["answer"] == "gone" else pd.NaT if known is None else known["closed_on"],
            "verified_on": day,
            "surveyed_on": day if counted else pd.NaT if known is None else known["surveyed_on"],
            "source": "verification" if known is None else known["source"],
        }
        written.append(line)
    columns = ["org_id", *ASKED, "stage", "closed_on", "verified_on", "surveyed_on", "source"]
    return pd.DataFrame(written, columns=columns)


def _standing(market: Market, as_of: date) -> pd.DataFrame:
    """Return the live organisations of a day with the stage they are in; `stage_given` is what the row itself says."""
    rows = market.at("organisations", as_of).drop_duplicates("org_id", keep="last")
    stage = stage_at(rows, as_of)
    rows = rows.assign(stage_given=rows["stage"], stage=stage)
    return rows[live_at(rows, as_of, stage=stage).to_numpy(dtype=bool)]


def _positions(raw: RawTable, numbers: np.ndarray) -> np.ndarray:
    place = pd.Index(raw.rows).get_indexer(pd.Index(numbers))
    return np.asarray(place)


def _differences(row: pd.Series, known: pd.Series) -> list[tuple[str, str, object, object]]:
    return [
        (row["org_id"], name, known[name], row[name])
        for name in ASKED
        if pd.notna(row[name]) and (pd.isna(known[name]) or str(known[name]) != str(row[name]))
    ]


def _state(row: pd.Series, known: pd.Series | None, changed: list[tuple[str, str, object, object]], *, coded: bool) -> str:
    if known is None:
        return "unknown" if coded else "found"
    if pd.notna(row["stamp"]) and row["stamp"] != stamp(known):
        return "clash" if changed or row["answer"] == "gone" else "confirmed" if row["answer"] == "there" else "open"
    if row["answer"] == "gone":
        return "gone"
    if changed:
        return "changed"
    return "confirmed" if row["answer"] == "there" else "open"


def _value(row: pd.Series, known: pd.Series | None, name: str, *, keep: bool) -> object:
    if pd.notna(row[name]) and not keep:
        return row[name]
    return pd.NA if known is None else known[name]
