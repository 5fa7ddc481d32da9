"""The day pack of one manager in one sweep: a file for a phone that cannot reach the server."""

from dataclasses import dataclass

from gridmap.scope import Scope
from gridmap.services.phone import phone_days
from gridmap.store import PhoneLink, Store, issue_phone_link, link_of_token
from pages.web.phone_files import pack_page


@dataclass(frozen=True)
class DayPack:
    """A day pack: its link, under which its return file is handed in, its file name, and its bytes (HTML)."""

    link: PhoneLink
    name: str
    content: bytes


def make_pack(store: Store, scope: Scope, branch_id: str, sweep_id: int, manager_id: str, *, expires_us: int, now_us: int) -> DayPack:
    """Make the day pack of a manager of a published sweep, under a link of its own that can be revoked like any other.

    The token of that link is thrown away: the pack sends nothing, so it does not hold it, and whoever finds the file reads the doors of
    these days but opens nothing on the server. Numbers in it are masked and cannot be revealed.

    Raises
    ------
    PlanError
        When the sweep is not published, or the manager is none of its.
    ScopeError
        When the scope may not plan this manager's days.
    """
    link, token = issue_phone_link(store, scope, branch_id, sweep_id, manager_id, expires_us=expires_us, now_us=now_us)
    seen = link_of_token(store, token, now_us=max(now_us, link.issued_us))
    content = pack_page(phone_days(store, seen, now_us=now_us))
    return DayPack(link, pack_name(sweep_id, manager_id), content)


def pack_name(sweep_id: int, manager_id: str) -> str:
    """Return what the file of a day pack is called."""
    return f"gridmap-day-pack-{sweep_id}-{manager_id}.html"
