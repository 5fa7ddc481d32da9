"""What can go wrong, said so that the reader can mend it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

Severity = Literal["error", "warning"]


def N_(text: str) -> str:  # noqa: N802 - the name every gettext tool looks for
    """Mark a text for the catalogues without translating it here.

    Parameters
    ----------
    text
        English source text.

    Returns
    -------
    The same text.
    """
    return text


@dataclass(frozen=True)
class Message:
    """A sentence for people: an English template and its values, translated where it is shown."""

    text: str
    values: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))

    def __str__(self) -> str:
        """Return the English sentence."""
        return self.text.format_map(self.values) if self.values else self.text


def say(text: str, /, **values: object) -> Message:
    """Build a message; the extractor of the catalogues knows this name.

    Parameters
    ----------
    text
        English template with `{named}` places.
    values
        What goes into the places.

    Returns
    -------
    The message.
    """
    return Message(text, MappingProxyType(values))


@dataclass(frozen=True)
class Finding:
    """One thing wrong in imported data.

    `row` counts as the user's file counts: the header of a table is row 1, its first record row 2; for files
    without rows (GeoJSON, KML) the first feature is 1. None means the whole table.
    """

    table: str
    row: int | None
    column: str
    rule: str
    value: str
    message: Message
    remedy: Message
    severity: Severity = "error"


class GridmapError(Exception):
    """Something the user can mend: what, where, what was expected, what to do."""

    def __init__(
        self,
        what: Message | str,
        *,
        where: Message | str = "",
        expected: Message | str = "",
        remedy: Message | str = "",
    ) -> None:
        self.what, self.where, self.expected, self.remedy = what, where, expected, remedy
        super().__init__(" ".join(str(part) for part in (what, where, expected, remedy) if str(part)))


class FileError(GridmapError):
    """A file cannot be read as what it claims to be, or is over a limit."""


class TableError(GridmapError, ValueError):
    """A table was refused; `findings` holds everything wrong with it."""

    def __init__(
        self,
        what: Message | str,
        *,
        findings: tuple[Finding, ...] = (),
        where: Message | str = "",
        expected: Message | str = "",
        remedy: Message | str = "",
    ) -> None:
        self.findings = findings
        super().__init__(what, where=where, expected=expected, remedy=remedy)


class CoordinateError(GridmapError, ValueError):
    """A coordinate, or the system it is given in, cannot be right."""


class CellError(GridmapError, ValueError):
    """A cell, a resolution or an outline does not belong to the grid."""


class PlanError(GridmapError, ValueError):
    """A plan cannot do what is asked of it; `reasons` holds every one, where there are several."""

    def __init__(
        self,
        what: Message | str,
        *,
        reasons: tuple[Message, ...] = (),
        where: Message | str = "",
        expected: Message | str = "",
        remedy: Message | str = "",
    ) -> None:
        self.reasons = reasons
        super().__init__(what, where=where, expected=expected, remedy=remedy)


class InfeasibleError(GridmapError, ValueError):
    """A request can be proved impossible before starting; names the limit and by how much."""


@dataclass(frozen=True)
class Clash:
    """One subject that somebody else changed: which, who, and when (microseconds UTC)."""

    subject: str
    who: str
    at_us: int


class Conflict(GridmapError):  # noqa: N818 - the trade's word for it
    """Somebody else changed the same subjects first; `clashes` lists every one."""

    def __init__(self, what: Message | str, *, clashes: tuple[Clash, ...] = (), remedy: Message | str = "") -> None:
        self.clashes = clashes
        super().__init__(what, remedy=remedy)


class ScopeError(GridmapError, PermissionError):
    """A person asked for what their role or their branches do not allow."""


class StoreError(GridmapError):
    """The store cannot be opened, is of another version, or cannot be written."""


class TravelError(GridmapError):
    """Travel times cannot be had from where the settings say."""
