"""The steps a schema takes, in order; Alembic runs them."""

from collections.abc import Sequence
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

_FOLDER = Path(__file__).parent


def known_versions() -> Sequence[str]:
    """Return every schema version this gridmap can open, oldest first."""
    return [script.revision for script in ScriptDirectory(str(_FOLDER)).walk_revisions()][::-1]


def upgrade(connection: sa.Connection) -> None:
    """Run the steps a database has not seen, inside the transaction of the connection."""
    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
