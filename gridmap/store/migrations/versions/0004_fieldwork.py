"""Sweeps, doors locked to one person, phone links, captures, check-ins, photos; and on-site days."""

from alembic import op

from gridmap.store.migrations.frozen import run_frozen

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Run the frozen statements."""
    run_frozen(op.get_bind(), revision)
