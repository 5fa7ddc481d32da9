"""What a person has seen, so that what is new since can be told."""

from alembic import op

from gridmap.store.migrations.frozen import run_frozen

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Run the frozen statements."""
    run_frozen(op.get_bind(), revision)
