"""Statements of a migration, frozen in a file per database: later schema changes get migrations of their own."""

from pathlib import Path

import sqlalchemy as sa


def run_frozen(connection: sa.Connection, revision: str) -> None:
    """Run the statements of `<revision>_<database>.sql`, each of which ends with a semicolon and an empty line."""
    source = Path(__file__).with_name(f"{revision}_{connection.dialect.name}.sql")
    for statement in source.read_text("utf-8").split(";\n\n"):
        if statement.strip():
            connection.exec_driver_sql(statement.strip())
