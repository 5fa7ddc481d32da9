"""A view: which layer of which branch, as of when, as known at which version, and with whose eyes; and signed addresses."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from urllib.parse import urlencode

from gridmap import tokens
from gridmap.market import Version


@dataclass(frozen=True)
class View:
    """What one picture of the map depends on; equal views show the same.

    `cells_of` is the manager whose cells alone may be seen (empty: all of the branch), `names` says whether
    organisations may be shown by name. Both come from the person's scope and stand inside the signature, and so does
    `plan`: number and version of a plan as `plan_text` writes them, whose ownership is shown; empty for the ledger's. `known`
    is the last instant whose knowledge of ownership counts, microseconds UTC as text; empty for all that is recorded. `sweep` is
    number and version of a sweep whose days are shown, written like a plan's.
    """

    branch_id: str
    layer: str
    as_of: date
    window_days: int
    version: str
    cells_of: str = ""
    names: bool = False
    plan: str = ""
    known: str = ""
    sweep: str = ""

    @property
    def parts(self) -> dict[str, str]:
        """Everything as text, in order: what stands in an address and is signed."""
        values = (self.branch_id, self.layer, self.as_of.isoformat(), str(self.window_days), self.version, self.cells_of)
        return dict(zip(NAMES, (*values, "yes" if self.names else "", self.plan, self.known, self.sweep), strict=True))


NAMES = tuple(field.name for field in fields(View))


def address(route: str, parts: Mapping[str, str], key: bytes, now_s: float) -> str:
    """Return a signed address without the base path; percent-encoded throughout, so that no part can be read as anything else."""
    until = tokens.expiry(now_s)
    return f"{route}?{urlencode(parts)}&token={tokens.sign(key, until, route, *parts.values())}"


def read_address(route: str, query: Mapping[str, str], names: Sequence[str], key: bytes, now_s: float) -> dict[str, str] | None:
    """Read the named parts out of an address; None where they are not signed for this route or the link has ended."""
    parts = {name: query.get(name, "") for name in names}
    return parts if tokens.valid(key, query.get("token", ""), now_s, route, *parts.values()) else None


def view_of(parts: Mapping[str, str]) -> View:
    """Make the view of signed parts."""
    return View(
        parts["branch_id"],
        parts["layer"],
        date.fromisoformat(parts["as_of"]),
        int(parts["window_days"]),
        parts["version"],
        parts["cells_of"],
        parts["names"] == "yes",
        parts["plan"],
        parts["known"],
        parts["sweep"],
    )


def version_text(version: Version) -> str:
    """Write a version as links carry it."""
    return f"{version.import_id}.{version.change_id}.{version.visit_no}"


def plan_text(plan_id: int, version: int) -> str:
    """Write which save of which plan a view shows; each save is another address, so nothing of an earlier one is taken for it."""
    return f"{plan_id}.{version}"
