"""One thing that was looked at: well, worth knowing, or to be mended."""

from dataclasses import dataclass
from typing import Any, Literal

from gridmap import texts
from gridmap.errors import Message


@dataclass(frozen=True)
class Check:
    """What was looked at (`area`, `key`, `branch_id` where it is about one), how it is, and how to mend it.

    `state` is `ok`, `notice` (worth knowing, nothing is broken) or `mend`.
    """

    area: Literal["installation", "store", "data"]
    key: str
    state: Literal["ok", "notice", "mend"]
    what: Message
    remedy: Message | None = None
    branch_id: str = ""

    def as_json(self, language: str = "en") -> dict[str, Any]:
        """Return the check as JSON types, its texts in a language."""
        return {
            "area": self.area,
            "branch": self.branch_id,
            "check": self.key,
            "state": self.state,
            "message": texts.said(self.what, language),
            "remedy": texts.said(self.remedy, language) if self.remedy else "",
        }
