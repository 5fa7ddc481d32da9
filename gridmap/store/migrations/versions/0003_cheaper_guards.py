"""Guards of the ledger at half the cost on PostgreSQL, as strict as before; on both, two ways round the guards of plans and claims less."""

from alembic import op

from gridmap.store.migrations.frozen import run_frozen

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Run the frozen statements."""
    run_frozen(op.get_bind(), revision)
