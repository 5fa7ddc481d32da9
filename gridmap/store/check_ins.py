"""Where somebody stood when they recorded: seen by who reviews visits, and forgotten when its time is over, as photos are."""

from dataclasses import dataclass
from datetime import UTC, datetime

import pandas as pd
import sqlalchemy as sa

from gridmap.scope import Scope
from gridmap.settings import SweepRules
from gridmap.store.engine import Store, reading, retrying
from gridmap.store.fieldwork import CHECK_INS, PHOTOS
from gridmap.store.positions import lock_branch

_COLUMNS = ("capture_id", "manager_id", "org_id", "at_us", "lat", "lon", "accuracy_m")


@dataclass(frozen=True)
class Forgotten:
    """How many check-ins and photos were erased because their time was over."""

    check_ins: int
    photos: int


def check_ins(store: Store, scope: Scope, branch_id: str, *, since_us: int) -> pd.DataFrame:
    """List check-ins since an instant, in order of time.

    Returns
    -------
    capture_id, manager_id, org_id, at_us (microseconds UTC), lat, lon (EPSG:4326), accuracy_m (missing where the phone did not say).

    Raises
    ------
    ScopeError
        When the scope may not review visits here.
    """
    scope.require("review_visits", branch_id)
    query = sa.select(*(CHECK_INS.c[name] for name in _COLUMNS)).where(CHECK_INS.c.branch_id == branch_id, CHECK_INS.c.at_us >= since_us)
    with reading(store) as connection:
        rows = connection.execute(query.order_by(CHECK_INS.c.at_us, CHECK_INS.c.capture_id)).all()
    return pd.DataFrame(rows, columns=list(_COLUMNS)).astype({"accuracy_m": "float64"})


def forget_field_data(store: Store, scope: Scope, branch_id: str, *, rules: SweepRules, now_us: int) -> Forgotten:
    """Erase the check-ins and photos that are older than the rules keep them; what was recorded stays without them.

    Raises
    ------
    ScopeError
        When the scope may not review visits here.
    """
    scope.require("review_visits", branch_id)

    def write(connection: sa.Connection) -> Forgotten:
        lock_branch(connection, branch_id, now_us=now_us)
        return forget_within(connection, branch_id, rules, now_us=now_us)

    return retrying(store, write)


def forget_within(connection: sa.Connection, branch_id: str, rules: SweepRules, *, now_us: int) -> Forgotten:
    """Erase check-ins and photos whose time is over, inside a transaction."""
    points = sa.delete(CHECK_INS).where(
        CHECK_INS.c.branch_id == branch_id, CHECK_INS.c.at_us < months_before_us(now_us, rules.check_in_months)
    )
    pictures = sa.delete(PHOTOS).where(PHOTOS.c.branch_id == branch_id, PHOTOS.c.taken_us < months_before_us(now_us, rules.photo_months))
    return Forgotten(connection.execute(points).rowcount, connection.execute(pictures).rowcount)


def months_before_us(now_us: int, months: int) -> int:
    """Return the instant so many calendar months before another, on the month's last day where it has no such day."""
    moment = pd.Timestamp(datetime.fromtimestamp(now_us / 1_000_000, tz=UTC)) - pd.DateOffset(months=months)
    return max(0, round(moment.timestamp() * 1_000_000))
