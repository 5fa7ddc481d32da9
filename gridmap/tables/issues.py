"""Gather everything wrong with a table, row by row and for the whole file, and say it at the end."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gridmap.errors import Finding, Message, say
from gridmap.tables.rules import rule
from gridmap.texts import said

# A file wrong from end to end would make a million findings that nobody reads; every rejected row still says why.
MOST = 20_000
_LONGEST_VALUE = 80
REASON, RULE, SUGGESTION = "reason", "rule", "suggestion"


@dataclass(frozen=True)
class _Batch:
    rule: str
    column: str
    positions: NDArray[np.intp]
    texts: Sequence[object]
    extra: Mapping[str, object]
    each: Mapping[str, Sequence[object]]

    def message(self, at: int) -> Message:
        each = {name: values[at] for name, values in self.each.items()}
        return say(rule(self.rule).message, **{"column": self.column, "value": _short(self.texts[at]), **self.extra, **each})

    @property
    def remedy(self) -> Message:
        return say(rule(self.rule).remedy, **{"column": self.column, **self.extra})


@dataclass
class Issues:
    """What was found so far; the only thing in the gate that grows."""

    table: str
    rows: NDArray[np.int64]
    batches: list[_Batch] = field(default_factory=list)
    whole: list[Finding] = field(default_factory=list)

    def add(
        self,
        key: str,
        column: str,
        where: NDArray[Any],
        values: Any = None,
        *,
        each: Mapping[str, Sequence[object]] | None = None,
        **extra: object,
    ) -> None:
        """Add one finding per row.

        Parameters
        ----------
        key
            The rule.
        column
            Header, as in the user's file.
        where
            Mask over the rows, or their positions.
        values
            The values there: over all rows for a mask, else one per position; None for none.
        each
            Further values of the message, one per position.
        extra
            Further values of the message, the same for all.
        """
        positions = np.flatnonzero(where) if where.dtype == np.bool_ else where
        if positions.size == 0:
            return
        if values is None:
            chosen: Sequence[object] = [""] * positions.size
        elif where.dtype == np.bool_:
            chosen = _take(values, positions)
        else:
            chosen = list(values)
        self.batches.append(_Batch(key, column, positions, chosen, extra, each or {}))

    def add_whole(self, key: str, column: str = "", value: object = "", **extra: object) -> None:
        """Add one finding about the whole file; an error refuses all of it."""
        # A message inside a message is translated with it.
        values = {"column": column, "value": value if isinstance(value, Message) else _short(value), **extra}
        each = rule(key)
        message, remedy = say(each.message, **values), say(each.remedy, **values)
        self.whole.append(Finding(self.table, None, column, key, _short(value), message, remedy, each.severity))

    @property
    def refused(self) -> bool:
        """Whether the whole file is refused."""
        return any(finding.severity == "error" for finding in self.whole)

    def rejected(self) -> NDArray[np.bool_]:
        """Return which rows may not be imported."""
        mask = np.full(len(self.rows), self.refused, dtype=np.bool_)
        for batch in self.batches:
            if rule(batch.rule).severity == "error":
                mask[batch.positions] = True
        return mask

    def counts(self) -> dict[str, int]:
        """Return how often each rule was broken."""
        found: dict[str, int] = {}
        for finding in self.whole:
            found[finding.rule] = found.get(finding.rule, 0) + 1
        for batch in self.batches:
            found[batch.rule] = found.get(batch.rule, 0) + int(batch.positions.size)
        return found

    def findings(self) -> tuple[Finding, ...]:
        """Return everything found: the whole file first, then by row; beyond `MOST`, the rest is only counted."""
        share = MOST // max(1, len(self.batches))
        found: list[Finding] = []
        more: list[Finding] = []
        for batch in self.batches:
            found.extend(self._finding(batch, at) for at in range(min(share, batch.positions.size)))
            left = int(batch.positions.size) - share
            if left > 0:
                told = rule("more")
                more.append(
                    Finding(
                        self.table,
                        None,
                        batch.column,
                        batch.rule,
                        "",
                        say(told.message, count=left),
                        say(told.remedy),
                        rule(batch.rule).severity,
                    )
                )
        found.sort(key=lambda finding: finding.row or 0)
        return (*self.whole, *found, *more)

    def reject_table(self, frame: pd.DataFrame, rejected: NDArray[np.bool_], language: str) -> pd.DataFrame:
        """Return the rejected rows in the file's own layout, with reason, rule and suggestion; several are joined by `; `."""
        positions = np.flatnonzero(rejected)
        place = np.full(len(rejected), -1, dtype=np.int64)
        place[positions] = np.arange(positions.size)
        told: list[list[tuple[str, str, str]]] = [[] for _ in positions]
        everywhere = [
            (said(finding.message, language), finding.rule, said(finding.remedy, language))
            for finding in self.whole
            if finding.severity == "error"
        ]
        for batch in self.batches:
            if rule(batch.rule).severity != "error":
                continue
            remedy = said(batch.remedy, language)
            for at, position in enumerate(batch.positions):
                told[place[position]].append((said(batch.message(at), language), batch.rule, remedy))
        parts = [["; ".join(dict.fromkeys(each[part] for each in (*reasons, *everywhere))) for reasons in told] for part in range(3)]
        back = frame.iloc[positions].reset_index(drop=True)
        for name, texts in zip((REASON, RULE, SUGGESTION), parts, strict=True):
            back[_free(name, back)] = pd.Series(texts, index=back.index, dtype="str")
        return back

    def _finding(self, batch: _Batch, at: int) -> Finding:
        position = batch.positions[at]
        severity = rule(batch.rule).severity
        return Finding(
            self.table,
            int(self.rows[position]),
            batch.column,
            batch.rule,
            _short(batch.texts[at]),
            batch.message(at),
            batch.remedy,
            severity,
        )


def _free(name: str, frame: pd.DataFrame) -> str:
    while name in frame.columns:
        name += "_"
    return name


def _take(values: Any, positions: NDArray[np.intp]) -> Sequence[object]:
    if hasattr(values, "take") and hasattr(values, "to_pylist"):
        return list(values.take(positions).to_pylist())
    return list(np.asarray(values, dtype=object)[positions])


def _short(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.10g}"
    text = "" if value is None else str(value)
    return text if len(text) <= _LONGEST_VALUE else f"{text[:_LONGEST_VALUE]}…"
