"""What the section works on: the records that somebody may see, with the words for doors and people."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

import pandas as pd

from gridmap.fieldwork.oddities import Oddity
from gridmap.services.field_records import field_oddities, field_records
from gridmap.texts import worded
from pages.parts import formats
from pages.parts.opened import Opened
from pages.parts.session import _, ngettext
from pages.shared import app

DAYS = 30


@dataclass(frozen=True, eq=False)
class Field:
    """The records of the last days as one person sees them, and everything that waits, however old."""

    branch: Opened
    since_us: int
    recent: pd.DataFrame
    waiting: pd.DataFrame

    @property
    def branch_id(self) -> str:
        """The branch."""
        return self.branch.market.branch.branch_id

    @property
    def reviews(self) -> bool:
        """Whether the person may decide on records, and ask about them."""
        return self.branch.who.allows("review_visits", self.branch_id)

    @cached_property
    def oddities(self) -> tuple[Oddity, ...]:
        """What to ask about, for who may review visits; nothing for others."""
        if not self.reviews:
            return ()
        rules = app.settings().sweeps
        return field_oddities(app.store(), self.branch.who, self.branch_id, self.branch.market, since_us=self.since_us, rules=rules)

    @cached_property
    def doors(self) -> dict[str, str]:
        """Names of the organisations in sight."""
        known = self.branch.market.tables["organisations"].drop_duplicates("org_id", keep="last").set_index("org_id")
        return {str(org_id): str(name) for org_id, name in formats.names(known).dropna().items()}

    def door(self, org_id: str, name: str = "") -> str:
        """Name the organisation of a record: as it is known, as whoever found it wrote it, or by its code."""
        return self.doors.get(org_id) or name or org_id or formats.NONE

    def manager(self, manager_id: str) -> str:
        """Name a manager."""
        return self.branch.managers.get(manager_id, manager_id)

    def when(self, at_us: int) -> str:
        """Write an instant as the branch's clock shows it."""
        return formats.moment(datetime.fromtimestamp(at_us / 1e6, tz=ZoneInfo(self.branch.market.branch.time_zone)))

    def what(self, row: pd.Series) -> str:
        """Say in a few words what a record says."""
        if row["kind"] == "survey":
            doors = int(row["doors"] or 0)
            return ngettext(
                "{count} door on a street walked to its end", "{count} doors on a street walked to its end", doors, **formats.counted(doors)
            )
        outcome = _(worded(row["outcome"])) if row["outcome"] else _("Found")
        return _("New: {outcome}").format(outcome=outcome) if row["kind"] == "prospect" else outcome


def open_field(branch: Opened) -> Field:
    """Read what the person may see of the last 30 days."""
    store, branch_id = app.store(), branch.market.branch.branch_id
    since_us = store.clock() - timedelta(days=DAYS) // timedelta(microseconds=1)
    recent = field_records(store, branch.who, branch_id, since_us=since_us)
    return Field(branch, since_us, recent, field_records(store, branch.who, branch_id, states=("review",)))
