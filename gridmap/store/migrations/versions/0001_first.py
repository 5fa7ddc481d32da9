"""The first schema: tables of facts with their history, the ledger, and the guards of both.

The statements are frozen in `0001_sqlite.sql` and `0001_postgresql.sql` beside `env.py`: later schema changes get
migrations of their own. Alembic's batch mode on SQLite drops triggers: whoever rebuilds a table makes its guards again.
"""

from pathlib import Path

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Run the frozen statements, which end with a semicolon and an empty line."""
    connection = op.get_bind()
    source = Path(__file__).parents[1] / f"0001_{connection.dialect.name}.sql"
    for statement in source.read_text("utf-8").split(";\n\n"):
        if statement.strip():
            connection.exec_driver_sql(statement.strip())
