"""The SQL tables of work in the field: sweeps, doors locked to one person, links of phones, and what was captured at the door."""

import sqlalchemy as sa

from gridmap.store.sql_columns import instants, numbered, one_of, texts
from gridmap.store.tables import METADATA

SWEEP_STATES = ("draft", "published", "ended", "withdrawn")
SWEEP_EVENT_KINDS = ("created", "saved", "published", "repaired", "ended", "withdrawn", "revealed")
CAPTURE_KINDS = ("visit", "prospect", "survey")
CAPTURE_STATES = ("counted", "review", "dismissed")
SUPERVISED_STEPS = ("set", "changed", "done", "void", "reopened")
SUPERVISED_SUBJECTS = ("branch", "town", "park", "organisation", "metric")
CAPTURE_WAYS = ("phone", "pack", "page", "command")

# A sweep's line is what it is now: `managers` are ids joined by ";", `request` and `result` JSON (ids only, no names), `version` counts
# its saves so that two people who edit one draft do not overwrite each other.
SWEEPS = sa.Table(
    "sweeps",
    METADATA,
    numbered("sweep_id"),
    *texts("branch_id", "title", "state", "managers"),
    sa.Column("first_on", sa.Date, nullable=False),
    sa.Column("last_on", sa.Date, nullable=False),
    sa.Column("version", sa.BigInteger, nullable=False),
    *texts("request", "result", "person_id", "who"),
    *instants("created_us", "updated_us"),
    one_of("state", SWEEP_STATES),
    sa.CheckConstraint("first_on <= last_on AND managers <> ''", name="days"),
    sa.Index(None, "branch_id", "state"),
)
SWEEP_EVENTS = sa.Table(
    "sweep_events",
    METADATA,
    numbered("event_id"),
    sa.Column("sweep_id", sa.BigInteger, sa.ForeignKey("sweeps.sweep_id"), nullable=False),
    *texts("branch_id", "kind", "person_id", "who", "note"),
    sa.Column("sweep_version", sa.BigInteger, nullable=False),
    *instants("recorded_us"),
    one_of("kind", SWEEP_EVENT_KINDS),
    sa.Index(None, "sweep_id"),
)
# A published sweep's doors: while a row is open nobody else is sent to the organisation.
DOOR_LOCKS = sa.Table(
    "door_locks",
    METADATA,
    numbered("lock_id"),
    *texts("branch_id", "org_id"),
    sa.Column("sweep_id", sa.BigInteger, sa.ForeignKey("sweeps.sweep_id"), nullable=False),
    *texts("manager_id"),
    *instants("locked_us"),
    sa.Column("released_us", sa.BigInteger),
    sa.CheckConstraint("org_id <> '' AND manager_id <> ''", name="named"),
    sa.CheckConstraint("released_us IS NULL OR released_us > locked_us", name="released"),
    sa.Index(None, "sweep_id"),
)
_LOCKED = DOOR_LOCKS.c.released_us.is_(None)
sa.Index("ux_door_locks_open", DOOR_LOCKS.c.branch_id, DOOR_LOCKS.c.org_id, unique=True, sqlite_where=_LOCKED, postgresql_where=_LOCKED)
# A link opens the phone page of one manager in one sweep; the link itself is signed and not kept.
PHONE_LINKS = sa.Table(
    "phone_links",
    METADATA,
    sa.Column("link_id", sa.Text, primary_key=True),
    *texts("branch_id"),
    sa.Column("sweep_id", sa.BigInteger, sa.ForeignKey("sweeps.sweep_id"), nullable=False),
    *texts("manager_id", "person_id", "who"),
    *instants("issued_us", "expires_us"),
    sa.Column("revoked_us", sa.BigInteger),
    sa.CheckConstraint("issued_us < expires_us", name="lasts"),
    sa.Index(None, "sweep_id"),
)
# What came from the field, as it came: `capture_id` is the phone's own UUID, `digest` the SHA-256 of its content, `body` JSON without the
# point of the check-in, which is kept apart so that it can be forgotten. Only what is in review still changes, once.
CAPTURES = sa.Table(
    "captures",
    METADATA,
    sa.Column("branch_id", sa.Text, primary_key=True),
    sa.Column("capture_id", sa.Text, primary_key=True),
    sa.Column("sweep_id", sa.BigInteger, sa.ForeignKey("sweeps.sweep_id")),
    sa.Column("link_id", sa.Text, sa.ForeignKey("phone_links.link_id")),
    *texts("manager_id", "kind", "org_id", "body", "digest", "way", "person_id", "who"),
    *instants("captured_us", "received_us"),
    *texts("state", "reason", "decided_by", "decided_who"),
    sa.Column("decided_us", sa.BigInteger),
    one_of("kind", CAPTURE_KINDS),
    one_of("state", CAPTURE_STATES),
    one_of("way", CAPTURE_WAYS),
    sa.CheckConstraint("length(digest) = 64 AND capture_id <> '' AND manager_id <> ''", name="named"),
    sa.CheckConstraint("state <> 'dismissed' OR decided_us IS NOT NULL", name="decided"),
    sa.Index(None, "branch_id", "manager_id", "captured_us"),
    sa.Index(None, "branch_id", "state"),
)
# Where somebody stood at the moment of recording, and pictures of shop fronts: personal, so they can be erased.
CHECK_INS = sa.Table(
    "check_ins",
    METADATA,
    sa.Column("branch_id", sa.Text, primary_key=True),
    sa.Column("capture_id", sa.Text, primary_key=True),
    *texts("manager_id", "org_id"),
    *instants("at_us"),
    sa.Column("lat", sa.Double, nullable=False),
    sa.Column("lon", sa.Double, nullable=False),
    sa.Column("accuracy_m", sa.Double),
    sa.CheckConstraint("lat >= -90 AND lat <= 90 AND lon >= -180 AND lon <= 180", name="on_earth"),
    sa.Index(None, "branch_id", "at_us"),
)
PHOTOS = sa.Table(
    "photos",
    METADATA,
    sa.Column("branch_id", sa.Text, primary_key=True),
    sa.Column("photo_id", sa.Text, primary_key=True),
    *texts("capture_id", "manager_id", "media_type"),
    *instants("taken_us", "received_us"),
    sa.Column("image", sa.LargeBinary, nullable=False),
    sa.Index(None, "branch_id", "capture_id"),
)
# Supervised items (督办): every step a row that says all there is to the item then; the last one is what it is now.
SUPERVISED_EVENTS = sa.Table(
    "supervised_events",
    METADATA,
    numbered("event_id"),
    *texts("branch_id", "item_id", "kind", "subject_kind", "subject", "wanted", "manager_id"),
    sa.Column("due_on", sa.Date, nullable=False),
    *texts("note", "person_id", "who"),
    *instants("recorded_us"),
    one_of("kind", SUPERVISED_STEPS),
    one_of("subject_kind", SUPERVISED_SUBJECTS),
    sa.CheckConstraint("item_id <> '' AND wanted <> '' AND manager_id <> ''", name="named"),
    sa.Index(None, "branch_id", "item_id"),
)
# Never changed, never deleted; and those whose line moves on, but never goes away.
LOGS = (SWEEP_EVENTS, SUPERVISED_EVENTS)
KEPT = (SWEEPS, DOOR_LOCKS, PHONE_LINKS, CAPTURES)
