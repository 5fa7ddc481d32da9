"""The first schema: tables of facts with their history, the ledger, and the guards of both.

Alembic's batch mode on SQLite drops triggers: whoever rebuilds a table makes its guards again.
"""

from alembic import op

from gridmap.store.migrations.frozen import run_frozen

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Run the frozen statements."""
    run_frozen(op.get_bind(), revision)
