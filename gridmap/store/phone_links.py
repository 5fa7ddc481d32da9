"""Links that open the phone page of one manager in one sweep: signed, with an end, and revocable; the link itself is kept nowhere."""

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

import pandas as pd
import sqlalchemy as sa

from gridmap.errors import N_, PlanError, ScopeError, say
from gridmap.scope import Scope
from gridmap.store.engine import Store, reading, retrying
from gridmap.store.fieldwork import PHONE_LINKS
from gridmap.store.positions import local_day, lock_branch, zone_of
from gridmap.store.sweep_rows import OWN_SWEEPS, no_such_sweep, require_planning, sweep_of, takes_part
from gridmap.store.sweeps import sweep_record
from gridmap.store.tables import FACTS, FOREVER_US

LinkState = Literal["live", "expired", "revoked"]
_PURPOSE = b"gridmap phone link\x1f"  # keys for other purposes are derived with other words
_LONGEST_TOKEN = 200
_ROLES = MappingProxyType({"account": "account_manager", "community": "community_manager", "chief": "chief"})
_COLUMNS = ("link_id", "manager_id", "who", "issued_us", "expires_us", "revoked_us")


@dataclass(frozen=True)
class PhoneLink:
    """A link's line in the store; instants in microseconds UTC."""

    link_id: str
    branch_id: str
    sweep_id: int
    manager_id: str
    issued_us: int
    expires_us: int
    revoked_us: int | None = None

    @property
    def ends_us(self) -> int:
        """The instant from which it opens nothing any more."""
        return self.expires_us if self.revoked_us is None else min(self.expires_us, self.revoked_us)


@dataclass(frozen=True)
class LinkSeen:
    """A link that somebody came with: `state` says whether it still opens the page, `scope` is that of its manager in its branch.

    One that does not is still good for handing in what was recorded, which goes into review.
    """

    link: PhoneLink
    state: LinkState
    scope: Scope


def issue_phone_link(
    store: Store, scope: Scope, branch_id: str, sweep_id: int, manager_id: str, *, expires_us: int, now_us: int
) -> tuple[PhoneLink, str]:
    """Issue a link for one manager of a published sweep.

    Returns
    -------
    Its line, and the token that goes into the address: it is given this once, and signed with a key of the store's vault.

    Raises
    ------
    PlanError
        When the sweep is not published, the manager is none of its or may not use the phone page, or it would end at once.
    ScopeError
        When the scope may not plan this manager's days.
    """
    require_planning(scope, branch_id, (manager_id,))

    def write(connection: sa.Connection) -> PhoneLink:
        start = lock_branch(connection, branch_id, now_us=now_us)
        found = sweep_of(connection, branch_id, sweep_id)
        if not takes_part(scope, found):
            raise no_such_sweep(sweep_id)
        if found.state != "published" or manager_id not in found.managers:
            raise PlanError(
                say(N_("A link is for a manager of a published sweep.")),
                remedy=say(N_("Publish the sweep first, or choose one of its managers.")),
            )
        if _manager(connection, branch_id, manager_id, start.recorded_us) is None:
            raise PlanError(
                say(N_("{manager} is no account manager, community manager or chief of this branch now."), manager=manager_id),
                remedy=say(N_("Correct the table of managers first.")),
            )
        if expires_us <= start.recorded_us:
            raise PlanError(say(N_("The link would have ended already.")), remedy=say(N_("Choose a later end.")))
        values = {
            "link_id": secrets.token_urlsafe(12), "branch_id": branch_id, "sweep_id": sweep_id, "manager_id": manager_id,
            "person_id": scope.person_id, "who": scope.name, "issued_us": start.recorded_us, "expires_us": expires_us,
        }  # fmt: skip
        connection.execute(sa.insert(PHONE_LINKS).values(values))
        return _link(connection, str(values["link_id"]))

    made = retrying(store, write)
    return made, f"{made.link_id}.{_mark(store.vault.key(), made.link_id)}"


def revoke_phone_link(store: Store, scope: Scope, branch_id: str, link_id: str, *, now_us: int) -> PhoneLink:
    """Revoke a link; one that is revoked already stays as it is.

    Raises
    ------
    PlanError
        When the branch has no such link, or none that the scope may see.
    """
    require_planning(scope, branch_id)

    def write(connection: sa.Connection) -> PhoneLink:
        start = lock_branch(connection, branch_id, now_us=now_us)
        query = sa.select(PHONE_LINKS.c.manager_id).where(PHONE_LINKS.c.link_id == link_id, PHONE_LINKS.c.branch_id == branch_id)
        manager_id = connection.execute(query).scalar()
        if manager_id is None or (scope.role in OWN_SWEEPS and manager_id != scope.manager_id):
            raise PlanError(say(N_("There is no such link.")), remedy=say(N_("Choose one of the links that are listed.")))
        found = _link(connection, link_id)
        if found.revoked_us is None:
            ending = {"revoked_us": max(start.recorded_us, found.issued_us + 1)}
            connection.execute(sa.update(PHONE_LINKS).where(PHONE_LINKS.c.link_id == link_id).values(ending))
        return _link(connection, link_id)

    return retrying(store, write)


def phone_links(store: Store, scope: Scope, branch_id: str, sweep_id: int) -> pd.DataFrame:
    """List the links of a sweep, the last issued first: link_id, manager_id, who (issued it), issued_us, expires_us, revoked_us."""
    sweep_record(store, scope, branch_id, sweep_id)
    line = PHONE_LINKS.c
    query = sa.select(*(line[name] for name in _COLUMNS)).where(line.branch_id == branch_id, line.sweep_id == sweep_id)
    if scope.role in OWN_SWEEPS:
        query = query.where(line.manager_id == scope.manager_id)
    with reading(store) as connection:
        rows = connection.execute(query.order_by(line.issued_us.desc(), line.link_id)).all()
    return pd.DataFrame(rows, columns=list(_COLUMNS)).astype({"revoked_us": "Int64"})


def link_of_token(store: Store, token: str, *, now_us: int) -> LinkSeen:
    """Return the link that a token stands for, and what its manager may do, as the store says now.

    Raises
    ------
    ScopeError
        When the token was not signed here or stands for no link; one message for both.
    """
    link_id, _, mark = token[:_LONGEST_TOKEN].partition(".")
    signed = [hmac.compare_digest(_mark(key, link_id).encode(), mark.encode("utf-8", "replace")) for key in store.vault.known_keys()]
    if not any(signed):
        raise _no_link()
    with reading(store) as connection:
        line = connection.execute(sa.select(PHONE_LINKS.c.link_id).where(PHONE_LINKS.c.link_id == link_id)).first()
        if line is None:
            raise _no_link()
        link = _link(connection, link_id)
        manager = _manager(connection, link.branch_id, link.manager_id, now_us)
    # Of a manager who has left nothing opens any more; what they recorded before is still taken.
    state: LinkState = "revoked" if link.revoked_us is not None or manager is None else "expired" if link.expires_us <= now_us else "live"
    name, role = manager or (link.manager_id, "community_manager")
    return LinkSeen(link, state, Scope(f"manager:{link.manager_id}", name, role, frozenset({link.branch_id}), link.manager_id))


def _no_link() -> ScopeError:
    return ScopeError(say(N_("This link is not valid.")), remedy=say(N_("Ask whoever plans your sweep for a new link.")))


def _mark(key: bytes, link_id: str) -> str:
    derived = hmac.new(key, _PURPOSE, hashlib.sha256).digest()
    mac = hmac.new(derived, link_id.encode("utf-8", "replace"), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(mac).decode().rstrip("=")


def _link(connection: sa.Connection, link_id: str) -> PhoneLink:
    columns = [PHONE_LINKS.c[name] for name in PhoneLink.__dataclass_fields__]
    return PhoneLink(**connection.execute(sa.select(*columns).where(PHONE_LINKS.c.link_id == link_id)).mappings().one())


def _manager(connection: sa.Connection, branch_id: str, manager_id: str, now_us: int) -> tuple[str, str] | None:
    """Return a manager's name and role as a person's, or None for who is not there now or visits nobody."""
    line = FACTS["managers"].c
    query = sa.select(line.name, line.role, line.active_to).where(
        line.branch_id == branch_id,
        line.manager_id == manager_id,
        line.recorded_to == FOREVER_US,
        line.valid_from <= now_us,
        line.valid_to > now_us,
    )
    row = connection.execute(query).first()
    today = local_day(now_us, zone_of(connection, branch_id))
    if row is None or row.role not in _ROLES or (row.active_to is not None and row.active_to < today):
        return None
    return row.name or manager_id, _ROLES[row.role]
