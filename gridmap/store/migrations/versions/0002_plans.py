"""Plans with their moves and events, claims, regrids with their lineage, and the audit chain; each with its guards."""

from alembic import op

from gridmap.store.migrations.frozen import run_frozen

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Run the frozen statements."""
    run_frozen(op.get_bind(), revision)
