"""The SQL tables of the store's own records of ownership beside the ledger: plans, claims, regrids, and the audit chain."""

import sqlalchemy as sa

from gridmap.store.sql_columns import numbered, one_of, texts
from gridmap.store.tables import LAYERS, METADATA

PLAN_STATES = ("draft", "submitted", "approved", "published", "rejected", "withdrawn")
EVENT_KINDS = (
    "created", "submitted", "reopened", "approved", "rejected", "withdrawn", "rebased", "published", "undone", "comment",
)  # fmt: skip
CLAIM_KINDS = ("claim", "return")
CLAIM_STATES = ("open", "accepted", "declined", "withdrawn")

# A plan's line is what it is now; what happened to it stands in `plan_events`. `base_change_id` is the position of the ledger
# its givers were read at, `version` counts every save, so that two people who edit one draft do not overwrite each other.
PLANS = sa.Table(
    "plans",
    METADATA,
    numbered("plan_id"),
    *texts("branch_id", "title", "state"),
    sa.Column("effective_on", sa.Date, nullable=False),
    sa.Column("base_change_id", sa.BigInteger, nullable=False),
    sa.Column("version", sa.BigInteger, nullable=False),
    *texts("options", "person_id", "who"),
    sa.Column("created_us", sa.BigInteger, nullable=False),
    sa.Column("updated_us", sa.BigInteger, nullable=False),
    sa.Column("change_id", sa.BigInteger, sa.ForeignKey("changes.change_id")),
    sa.Column("undone_change_id", sa.BigInteger, sa.ForeignKey("changes.change_id")),
    one_of("state", PLAN_STATES),
    sa.CheckConstraint("(state = 'published') = (change_id IS NOT NULL)", name="published_with_change"),
    sa.CheckConstraint("undone_change_id IS NULL OR change_id IS NOT NULL", name="undone_after_published"),
    sa.Index(None, "branch_id", "state"),
)
PLAN_MOVES = sa.Table(
    "plan_moves",
    METADATA,
    sa.Column("plan_id", sa.BigInteger, sa.ForeignKey("plans.plan_id"), primary_key=True),
    sa.Column("layer", sa.Text, primary_key=True),
    sa.Column("subject", sa.Text, primary_key=True),
    *texts("giver", "taker", "reason"),
    one_of("layer", LAYERS),
    sa.CheckConstraint("giver <> taker AND subject <> ''", name="moves"),
)
PLAN_EVENTS = sa.Table(
    "plan_events",
    METADATA,
    numbered("event_id"),
    sa.Column("plan_id", sa.BigInteger, sa.ForeignKey("plans.plan_id"), nullable=False),
    *texts("branch_id", "kind", "person_id", "who", "note"),
    sa.Column("plan_version", sa.BigInteger, nullable=False),
    sa.Column("recorded_us", sa.BigInteger, nullable=False),
    one_of("kind", EVENT_KINDS),
    sa.Index(None, "plan_id"),
    sa.Index(None, "branch_id", "recorded_us"),
)
CLAIMS = sa.Table(
    "claims",
    METADATA,
    numbered("claim_id"),
    *texts("branch_id", "cell", "kind", "manager_id", "person_id", "who", "why"),
    sa.Column("asked_us", sa.BigInteger, nullable=False),
    *texts("state", "decided_by", "decided_who", "answer"),
    sa.Column("decided_us", sa.BigInteger),
    sa.Column("change_id", sa.BigInteger, sa.ForeignKey("changes.change_id")),
    one_of("kind", CLAIM_KINDS),
    one_of("state", CLAIM_STATES),
    sa.CheckConstraint("(state = 'open') = (decided_us IS NULL)", name="decided"),
    sa.CheckConstraint("change_id IS NULL OR state = 'accepted'", name="changed_when_accepted"),
)
_ASKED = CLAIMS.c.state == sa.literal_column("'open'")
sa.Index(
    "ux_claims_open", CLAIMS.c.branch_id, CLAIMS.c.cell, CLAIMS.c.manager_id, unique=True, sqlite_where=_ASKED, postgresql_where=_ASKED
)
# From one grid of a branch to another: one change, one import (the branch's row), and which old cell went into which new one.
REGRIDS = sa.Table(
    "regrids",
    METADATA,
    numbered("regrid_id"),
    *texts("branch_id", "old_kind", "new_kind"),
    sa.Column("old_resolution", sa.BigInteger, nullable=False),
    sa.Column("new_resolution", sa.BigInteger, nullable=False),
    sa.Column("effective_us", sa.BigInteger, nullable=False),
    sa.Column("recorded_us", sa.BigInteger, nullable=False),
    sa.Column("import_id", sa.BigInteger, sa.ForeignKey("imports.import_id"), nullable=False),
    sa.Column("change_id", sa.BigInteger, nullable=False),
    sa.Index(None, "branch_id", "effective_us"),
)
LINEAGE = sa.Table(
    "lineage",
    METADATA,
    sa.Column("regrid_id", sa.BigInteger, sa.ForeignKey("regrids.regrid_id"), primary_key=True),
    sa.Column("old_cell", sa.Text, primary_key=True),
    sa.Column("new_cell", sa.Text, primary_key=True),
    sa.Column("share", sa.Double, nullable=False),  # of the old cell's area
    sa.Column("organisations", sa.BigInteger, nullable=False),
    sa.CheckConstraint("share >= 0 AND share <= 1.000001", name="share_range"),
)
# One entry per change, event of a plan and decided claim of a branch, each sealing the one before: `gridmap.store.audit`.
AUDIT = sa.Table(
    "audit",
    METADATA,
    sa.Column("branch_id", sa.Text, primary_key=True),
    sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
    *texts("kind"),
    sa.Column("record_id", sa.BigInteger, nullable=False),
    *texts("digest", "mac"),
)
# Never changed, never deleted; and those whose line moves on, but never goes away.
LOGS = (PLAN_EVENTS, REGRIDS, LINEAGE, AUDIT)
KEPT = (PLANS, CLAIMS)
