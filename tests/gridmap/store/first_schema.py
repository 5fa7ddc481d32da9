"""A store as the first release left it: its frozen schema, and rows written by SQL of their own."""

import sqlalchemy as sa
from sqlalchemy.engine import make_url

from gridmap.store.migrations.frozen import run_frozen
from gridmap.store.tables import FOREVER_US

BEFORE_US = 1_780_000_000_000_000
# branch b1: c1 was m1's and is m2's from a day on, corrected once; c2 is m1's; o1 is held by m1
ROWS = f"""
INSERT INTO store (store_id, created_us) VALUES ('first', 1);
INSERT INTO imports (import_id, branch_id, table_name, person_id, who, recorded_us, as_of, file_name, file_sha256, system, source, mapping,
  findings, new_rows, changed_rows, unchanged_rows, new_version)
  VALUES (1, 'b1', 'ownership', 'p', 'first', {BEFORE_US}, NULL, 'o.csv', 'f', '', '', '{{}}', '[]', 2, 0, 0, false);
INSERT INTO changes (change_id, branch_id, kind, person_id, who, why, recorded_us, import_id) VALUES
  (1, 'b1', 'import', 'p', 'first', 'start', {BEFORE_US}, 1);
INSERT INTO ledger (row_id, branch_id, layer, subject, owner, valid_from, valid_to, recorded_from, recorded_to, change_id) VALUES
  (1, 'b1', 'cell', 'c1', 'm1', 0, {FOREVER_US}, {BEFORE_US}, {FOREVER_US}, 1),
  (2, 'b1', 'cell', 'c2', 'm1', 0, {FOREVER_US}, {BEFORE_US}, {FOREVER_US}, 1),
  (3, 'b1', 'holder', 'o1', 'm1', 0, {FOREVER_US}, {BEFORE_US}, {FOREVER_US}, 1);
INSERT INTO changes (change_id, branch_id, kind, person_id, who, why, recorded_us, import_id) VALUES
  (2, 'b1', 'move', 'p', 'first', 'nearer', {BEFORE_US + 5}, NULL);
UPDATE ledger SET recorded_to = {BEFORE_US + 5} WHERE row_id = 1;
INSERT INTO ledger (row_id, branch_id, layer, subject, owner, valid_from, valid_to, recorded_from, recorded_to, change_id) VALUES
  (4, 'b1', 'cell', 'c1', 'm1', 0, {BEFORE_US}, {BEFORE_US + 5}, {FOREVER_US}, 2),
  (5, 'b1', 'cell', 'c1', 'm2', {BEFORE_US}, {FOREVER_US}, {BEFORE_US + 5}, {FOREVER_US}, 2);
INSERT INTO subject_versions (branch_id, layer, subject, version, change_id) VALUES
  ('b1', 'cell', 'c1', 2, 2), ('b1', 'cell', 'c2', 1, 1), ('b1', 'holder', 'o1', 1, 1);
INSERT INTO versions (branch_id, import_id, change_id, visit_no, recorded_us) VALUES ('b1', 1, 2, 0, {BEFORE_US + 5})
"""  # noqa: S608 - constants only
NUMBERED = (("ledger", "row_id"), ("changes", "change_id"), ("imports", "import_id"))
FILLED = ("store", "imports", "changes", "ledger", "subject_versions", "versions")


def make_first_store(location: str) -> None:
    """Make a store with the schema of the first release and fill it."""
    url = make_url(location) if "://" in location else sa.URL.create("sqlite", database=location)
    engine = sa.create_engine(url.set(drivername="postgresql+psycopg") if url.get_backend_name() == "postgresql" else url)
    with engine.begin() as connection:
        run_frozen(connection, "0001")
        connection.exec_driver_sql("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)")
        connection.exec_driver_sql("INSERT INTO alembic_version VALUES ('0001')")
        for statement in ROWS.split(";\n"):
            connection.exec_driver_sql(statement)
        if connection.dialect.name == "postgresql":  # the rows above brought their own numbers
            for table, number in NUMBERED:
                highest = f"SELECT setval(pg_get_serial_sequence('{table}', '{number}'), max({number})) FROM {table}"  # noqa: S608
                connection.exec_driver_sql(highest)
    engine.dispose()


def contents(connection: sa.Connection) -> dict[str, list[tuple[object, ...]]]:
    """Read every row of the tables that were filled, in an order of their own."""
    return {name: sorted(map(tuple, connection.exec_driver_sql(f"SELECT * FROM {name}")), key=repr) for name in FILLED}  # noqa: S608
