"""What a report is before it is a file: titles, tables and boxes to sign, every text in the reader's language already."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

# number: one digit after the point; figure: fewer where it is whole; exact: as it is.
Kind = Literal["text", "whole", "number", "figure", "exact", "degrees", "date"]
NUMERIC = ("whole", "number", "figure", "exact")
Value = str | int | float | date | None


@dataclass(frozen=True)
class Field:
    """One column of a table: its heading with the unit, what it holds, and its width.

    `width_mm` is its share of the paper's width, 0 for what only a workbook shows.
    """

    title: str
    kind: Kind = "text"
    width_mm: float = 0.0


@dataclass(frozen=True)
class Block:
    """One table; `name` is what a workbook calls its sheet, `empty` what is printed where there is no row.

    `where`: on paper and in the workbook, or in one of them. `bold_last`: how many rows at the end are sums.
    """

    title: str
    name: str
    fields: tuple[Field, ...]
    rows: tuple[tuple[Value, ...], ...]
    empty: str = ""
    bold_last: int = 0
    where: Literal["both", "paper", "workbook"] = "both"


@dataclass(frozen=True)
class Box:
    """A place to sign: whose (`role`), who that is (empty: to be written by hand)."""

    role: str
    name: str = ""


@dataclass(frozen=True)
class Report:
    """A document: its title, what it is about (label and text), its tables, and rows of boxes to sign, each under a line of text.

    `line` is repeated at the head of each page; `signed_on` is the label of the day in a box.
    """

    title: str
    line: str
    told: tuple[tuple[str, str], ...]
    blocks: tuple[Block, ...]
    boxes: tuple[tuple[str, tuple[Box, ...]], ...] = ()
    signature: str = ""
    signed_on: str = ""
    language: str = "en"
