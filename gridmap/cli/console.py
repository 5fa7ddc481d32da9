"""What a command says: results on standard output, errors and progress on standard error, in one language."""

import argparse
import json
import sys
import time
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from gridmap import texts
from gridmap.errors import Clash, Conflict, Finding, GridmapError, Message, PlanError, TableError
from gridmap.settings import Settings

FINDINGS_SHOWN = 20
QUIET_S = 3.0
STEP_S = 2.0


class UsageError(Exception):
    """The command line asks for something that cannot be meant; exit code 2."""

    def __init__(self, message: Message) -> None:
        self.message = message
        super().__init__(str(message))


@dataclass
class Console:
    """One command's voice; `json` keeps standard output free for one JSON value."""

    language: str
    json: bool = False
    _started: float = field(default_factory=time.monotonic)
    _told: float = 0.0

    def said(self, message: Message | str) -> str:
        """Write a message out in the language of the command."""
        return texts.said(message, self.language)

    def line(self, message: Message | str = "") -> None:
        """Print a line of the result; nothing where the result is JSON."""
        if not self.json:
            print(self.said(message))  # noqa: T201 - the result of a command

    def table(self, headings: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
        """Print rows under headings, columns aligned; nothing where the result is JSON. Chinese letters are two columns wide."""
        texts_of = [[str(each) for each in headings], *([_short(str(each)) for each in row] for row in rows)]
        widths = [max(_wide(row[column]) for row in texts_of) for column in range(len(headings))]
        for row in texts_of:
            self.line("  ".join(text + " " * (width - _wide(text)) for text, width in zip(row, widths, strict=True)).rstrip())

    def value(self, value: Any) -> None:
        """Print the JSON result."""
        print(json.dumps(value, ensure_ascii=False, indent=2))  # noqa: T201 - the result of a command

    def warn(self, message: Message | str) -> None:
        """Print a line on standard error."""
        print(self.said(message), file=sys.stderr)  # noqa: T201 - what went wrong

    def refuse(self, error: GridmapError) -> None:
        """Say what the user can mend: every part of the error, and its findings."""
        self.warn(texts.explain(error, self.language))
        if isinstance(error, TableError):
            self.findings(error.findings)
        for reason in error.reasons if isinstance(error, PlanError) else ():
            self.warn(f"- {self.said(reason)}")
        for clash in error.clashes if isinstance(error, Conflict) else ():
            self.warn(f"- {clash_line(clash)}")

    def findings(self, findings: tuple[Finding, ...]) -> None:
        """Print the first findings on standard error, errors first, and how many more there are."""
        ordered = sorted(findings, key=lambda each: (each.severity != "error", each.row or 0))
        for each in ordered[:FINDINGS_SHOWN]:
            self.warn(finding_line(each, self.language))
        if len(ordered) > FINDINGS_SHOWN:
            _ = texts.translator(self.language)
            self.warn(_("... and {count} more; --json lists them all.").format(count=len(ordered) - FINDINGS_SHOWN))

    def progress(self, share: float, doing: Message) -> None:
        """Say how far a long work is, on standard error: nothing in the first seconds, then every two seconds."""
        now = time.monotonic()
        if now - self._started < QUIET_S or now - self._told < STEP_S:
            return
        self._told = now
        self.warn(f"{share:4.0%}  {self.said(doing)}")


def clash_line(clash: Clash) -> str:
    """Write a conflict as one line: what somebody changed, who and when (UTC)."""
    when = datetime.fromtimestamp(clash.at_us / 1_000_000, tz=UTC).isoformat(timespec="seconds") if clash.at_us else ""
    return " · ".join(part for part in (clash.subject, clash.who, when) if part)


def finding_line(finding: Finding, language: str) -> str:
    """Write a finding as one line: where, what, what to do."""
    _ = texts.translator(language)
    where = _("{table} row {row}") if finding.row is not None else _("{table}")
    place = where.format(table=finding.table, row=finding.row)
    column = f" [{finding.column}]" if finding.column else ""
    value = f" ({_short(finding.value)})" if finding.value else ""
    grade = "" if finding.severity == "error" else _("Warning") + ": "
    return f"{grade}{place}{column}: {texts.said(finding.message, language)}{value} {texts.said(finding.remedy, language)}".strip()


def _wide(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def _short(text: str) -> str:
    shown = "".join(letter if letter.isprintable() else " " for letter in text)
    return shown if len(shown) <= 60 else shown[:57] + "..."


@dataclass(frozen=True)
class Command:
    """One command: its name, what it is for, its arguments, and what runs it and gives the exit code."""

    name: str
    help: str
    add: Callable[[argparse.ArgumentParser, texts.Translate], None]
    run: Callable[[argparse.Namespace, Settings, Console], int]
