"""Supervised items: what was asked of whom until when, and every step of it."""

from alembic import op

from gridmap.store.migrations.frozen import run_frozen

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Run the frozen statements."""
    run_frozen(op.get_bind(), revision)
