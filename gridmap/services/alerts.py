"""Alerts of competitive pressure: clusters of wins that are new, or have grown, since a person looked last."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from gridmap.pressure import Cluster
from gridmap.scope import Scope
from gridmap.store import Store, keep_look, last_look

PRESSURE = "pressure"
News = Literal["new", "grown", "known"]


@dataclass(frozen=True, eq=False)
class Alerts:
    """What each cluster is to this person, in the order given, how many of its wins they have not seen, and the day they looked last."""

    news: tuple[News, ...]
    unseen: tuple[int, ...]
    looked_on: date | None

    @property
    def new(self) -> int:
        """How many clusters are new."""
        return self.news.count("new")

    @property
    def grown(self) -> int:
        """How many clusters have grown."""
        return self.news.count("grown")


def alerts_of(store: Store, scope: Scope, branch_id: str, clusters: Sequence[Cluster], *, time_zone: str) -> Alerts:
    """Compare clusters with what this person said they have seen.

    A cluster is new where none of its wins was in a cluster they saw, grown where some were, known where all were. Who never looked has
    seen nothing.

    Raises
    ------
    ScopeError
        When the scope may not see the branch's white space.
    """
    scope.require("find_white_space", branch_id)
    look = last_look(store, scope, branch_id, PRESSURE)
    seen = frozenset(look.seen) if look is not None else frozenset()
    unseen = tuple(len(set(each.wins) - seen) for each in clusters)
    news: tuple[News, ...] = tuple(
        "known" if not count else "new" if count == len(each.wins) else "grown" for count, each in zip(unseen, clusters, strict=True)
    )
    looked = None if look is None else datetime.fromtimestamp(look.looked_us / 1e6, tz=UTC).astimezone(ZoneInfo(time_zone)).date()
    return Alerts(news, unseen, looked)


def seen_now(store: Store, scope: Scope, branch_id: str, clusters: Sequence[Cluster], *, now_us: int) -> None:
    """Keep that this person has seen these clusters, beside those they saw before; errors as of `alerts_of`."""
    scope.require("find_white_space", branch_id)
    look = last_look(store, scope, branch_id, PRESSURE)
    seen = {*(look.seen if look is not None else ()), *(win for each in clusters for win in each.wins)}
    keep_look(store, scope, branch_id, PRESSURE, sorted(seen), now_us=now_us)
