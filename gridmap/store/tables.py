"""The SQL tables: one per schema table, written from the schema, and those of the store's own records."""

from types import MappingProxyType
from typing import Any

import sqlalchemy as sa

from gridmap import schema
from gridmap.schema import Column, Kind, Table

BEGINNING_US = 0  # the earliest instant: the sum of disjoint ranges then fits into 64 bits
FOREVER_US = 2**63 - 1
LAYERS = ("cell", "holder", "sponsor")
LEDGER_COLUMNS = MappingProxyType({"holder_id": "holder", "sponsor_id": "sponsor"})
PERSONAL = frozenset({"contacts", "people"})  # rows about persons must stay erasable: no guard against deletion
TIMES = ("valid_from", "valid_to", "recorded_from", "recorded_to")

_NAMES = {
    "pk": "pk_%(table_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
}
_TYPES: dict[Kind, type[sa.types.TypeEngine[Any]]] = {
    "integer": sa.BigInteger,
    "number": sa.Double,
    "lat": sa.Double,
    "lon": sa.Double,
    "boolean": sa.Boolean,
    "date": sa.Date,
    "time": sa.BigInteger,
}
METADATA = sa.MetaData(naming_convention=_NAMES)


def stored_columns(table: Table) -> tuple[Column, ...]:
    """Return the columns of a schema table that its SQL table has; those of the ledger are kept there."""
    return tuple(column for column in table.columns if not column.ledger)


def key_columns(table: Table) -> tuple[str, ...]:
    """Return what makes a row the same row in SQL: the branch, and the key of the schema."""
    return table.key if "branch_id" in table.key or table.name == "people" else ("branch_id", *table.key)


def _row_id() -> sa.Column[int]:
    return sa.Column("row_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), sa.Identity(), primary_key=True)


def _instants() -> tuple[sa.schema.SchemaItem, ...]:
    return (
        *(sa.Column(name, sa.BigInteger, nullable=False) for name in TIMES),
        sa.CheckConstraint(f"{BEGINNING_US} <= valid_from AND valid_from < valid_to", name="valid"),
        sa.CheckConstraint("recorded_from < recorded_to", name="recorded"),
    )


def _checks(column: Column, *, key: bool) -> tuple[sa.CheckConstraint, ...]:
    allowed = (*column.choices, "") if column.choices and key and not column.required else column.choices
    parts = {  # a part of a key that may be missing is stored as an empty text: NULLs would never be equal
        "choice": " OR ".join(f"{column.name} = '{choice}'" for choice in allowed),
        "range": " AND ".join(
            f"{column.name} {sign} {limit:g}" for sign, limit in ((">=", column.minimum), ("<=", column.maximum)) if limit is not None
        ),
        "length": f"length({column.name}) <= {column.longest}" if column.kind in ("text", "id", "ids") else "",
        "month": f"length({column.name}) = 7" if column.kind == "month" else "",
    }
    return tuple(sa.CheckConstraint(text, name=f"{column.name}_{part}") for part, text in parts.items() if text)


_FOREVER: sa.ColumnClause[int] = sa.literal_column(str(FOREVER_US), sa.BigInteger)


def only_current(made: sa.Table) -> sa.ColumnElement[bool]:
    """Return the condition for rows in force from now on, in the words of their index: with a bound value SQLite would not use it."""
    return sa.and_(made.c.recorded_to == _FOREVER, made.c.valid_to == _FOREVER)


def _facts(table: Table) -> sa.Table:
    keys = key_columns(table)
    columns = stored_columns(table)
    items: list[sa.schema.SchemaItem] = [_row_id()]
    for column in columns:
        key = column.name in keys
        sql_type: sa.types.TypeEngine[Any] = _TYPES.get(column.kind, sa.Text)()
        if isinstance(sql_type, sa.Boolean):
            sql_type = sa.Boolean(create_constraint=True, name=f"{column.name}_boolean")
        wanted = key or column.required or column.name == "branch_id"
        items += [sa.Column(column.name, sql_type, nullable=not wanted), *_checks(column, key=key)]
    items += [sa.Column("row_hash", sa.BigInteger, nullable=False), *_instants(), sa.Column("import_id", sa.BigInteger, nullable=False)]
    made = sa.Table(table.name, METADATA, *items)
    current, earlier = only_current(made), sa.and_(made.c.recorded_to == _FOREVER, made.c.valid_to < _FOREVER)
    parts = [made.c[name] for name in keys]
    sa.Index(f"ux_{table.name}_current", *parts, unique=True, sqlite_where=current, postgresql_where=current)
    sa.Index(f"ux_{table.name}_earlier", *parts, made.c.valid_from, unique=True, sqlite_where=earlier, postgresql_where=earlier)
    return made


FACTS = MappingProxyType({table.name: _facts(table) for table in schema.TABLES if table.name != "ownership"})
_LOGINS = only_current(FACTS["people"])
sa.Index("ux_people_login", FACTS["people"].c.login, unique=True, sqlite_where=_LOGINS, postgresql_where=_LOGINS)

STORE = sa.Table(
    "store",
    METADATA,
    sa.Column("store_id", sa.Text, primary_key=True),
    sa.Column("created_us", sa.BigInteger, nullable=False),
)
# One row per branch: the position every reader starts from, and the lock every writer of the branch takes first.
VERSIONS = sa.Table(
    "versions",
    METADATA,
    sa.Column("branch_id", sa.Text, primary_key=True),
    sa.Column("import_id", sa.BigInteger, nullable=False),
    sa.Column("change_id", sa.BigInteger, nullable=False),
    sa.Column("visit_no", sa.BigInteger, nullable=False),
    sa.Column("recorded_us", sa.BigInteger, nullable=False),
)
IMPORTS = sa.Table(
    "imports",
    METADATA,
    sa.Column("import_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), sa.Identity(), primary_key=True),
    sa.Column("branch_id", sa.Text, nullable=False),
    sa.Column("table_name", sa.Text, nullable=False),
    sa.Column("person_id", sa.Text, nullable=False),
    sa.Column("who", sa.Text, nullable=False),
    sa.Column("recorded_us", sa.BigInteger, nullable=False),
    sa.Column("as_of", sa.Date),
    sa.Column("file_name", sa.Text, nullable=False),
    sa.Column("file_sha256", sa.Text, nullable=False),
    sa.Column("system", sa.Text, nullable=False),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("mapping", sa.Text, nullable=False),
    sa.Column("findings", sa.Text, nullable=False),
    sa.Column("new_rows", sa.BigInteger, nullable=False),
    sa.Column("changed_rows", sa.BigInteger, nullable=False),
    sa.Column("unchanged_rows", sa.BigInteger, nullable=False),
    # Whether it made a new version of the facts; imports that only move owners, or repeat what is known, make none.
    sa.Column("new_version", sa.Boolean(create_constraint=True, name="new_version_boolean"), nullable=False),
    sa.Index(None, "branch_id", "table_name", "file_sha256"),
)
MAPPINGS = sa.Table(
    "mappings",
    METADATA,
    sa.Column("table_name", sa.Text, primary_key=True),
    sa.Column("source", sa.Text, primary_key=True),
    sa.Column("mapping", sa.Text, nullable=False),
    sa.Column("who", sa.Text, nullable=False),
    sa.Column("recorded_us", sa.BigInteger, nullable=False),
)
# What a person has seen of something that goes on (`what`), and when: what is new since is told against it. It is nobody's record.
LOOKS = sa.Table(
    "looks",
    METADATA,
    sa.Column("branch_id", sa.Text, primary_key=True),
    sa.Column("person_id", sa.Text, primary_key=True),
    sa.Column("what", sa.Text, primary_key=True),
    sa.Column("seen", sa.Text, nullable=False),
    sa.Column("looked_us", sa.BigInteger, nullable=False),
)
CHANGES = sa.Table(
    "changes",
    METADATA,
    sa.Column("change_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), sa.Identity(), primary_key=True),
    sa.Column("branch_id", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("person_id", sa.Text, nullable=False),
    sa.Column("who", sa.Text, nullable=False),
    sa.Column("why", sa.Text, nullable=False),
    sa.Column("recorded_us", sa.BigInteger, nullable=False),
    sa.Column("import_id", sa.BigInteger, sa.ForeignKey("imports.import_id")),
    sa.Index(None, "branch_id", "recorded_us", unique=True),
)
LEDGER = sa.Table(
    "ledger",
    METADATA,
    _row_id(),
    sa.Column("branch_id", sa.Text, nullable=False),
    sa.Column("layer", sa.Text, nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("owner", sa.Text),
    *_instants(),
    sa.Column("change_id", sa.BigInteger, sa.ForeignKey("changes.change_id"), nullable=False),
    sa.CheckConstraint(" OR ".join(f"layer = '{layer}'" for layer in LAYERS), name="layer_choice"),
    sa.CheckConstraint("subject <> '' AND owner <> ''", name="named"),
    sa.Index(None, "branch_id", "layer", "subject", "recorded_to", "valid_from", unique=True),
    sa.Index(None, "change_id"),
)
SUBJECT_VERSIONS = sa.Table(
    "subject_versions",
    METADATA,
    sa.Column("branch_id", sa.Text, primary_key=True),
    sa.Column("layer", sa.Text, primary_key=True),
    sa.Column("subject", sa.Text, primary_key=True),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("change_id", sa.BigInteger, sa.ForeignKey("changes.change_id"), nullable=False),
)
# One open row per pair (org_id_a < org_id_b): the decision in force; a new decision closes it.
DUPLICATES = sa.Table(
    "duplicates",
    METADATA,
    _row_id(),
    sa.Column("branch_id", sa.Text, nullable=False),
    sa.Column("org_id_a", sa.Text, nullable=False),
    sa.Column("org_id_b", sa.Text, nullable=False),
    sa.Column("decision", sa.Text, nullable=False),
    sa.Column("kept", sa.Text),
    sa.Column("person_id", sa.Text, nullable=False),
    sa.Column("who", sa.Text, nullable=False),
    sa.Column("why", sa.Text, nullable=False),
    sa.Column("recorded_from", sa.BigInteger, nullable=False),
    sa.Column("recorded_to", sa.BigInteger, nullable=False),
    sa.Column("import_id", sa.BigInteger, sa.ForeignKey("imports.import_id"), nullable=False),
    sa.CheckConstraint("recorded_from < recorded_to", name="recorded"),
    sa.CheckConstraint("org_id_a < org_id_b", name="ordered"),
    sa.CheckConstraint("decision = 'merge' OR decision = 'apart' OR decision = 'open'", name="decision_choice"),
    sa.CheckConstraint("(decision = 'merge') = (kept IS NOT NULL)", name="kept_when_merged"),
)
_OPEN = DUPLICATES.c.recorded_to == _FOREVER
sa.Index(
    "ux_duplicates_pair",
    DUPLICATES.c.branch_id,
    DUPLICATES.c.org_id_a,
    DUPLICATES.c.org_id_b,
    unique=True,
    sqlite_where=_OPEN,
    postgresql_where=_OPEN,
)
