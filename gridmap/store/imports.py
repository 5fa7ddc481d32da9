"""The record of imports: who brought which file when, what came of it, and the mappings remembered."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import pandas as pd
import sqlalchemy as sa

from gridmap.scope import Scope
from gridmap.store.engine import Store, reading
from gridmap.store.positions import Position, insert_or
from gridmap.store.tables import IMPORTS, MAPPINGS


@dataclass(frozen=True)
class Origin:
    """Where imported rows came from."""

    table_name: str
    as_of: date | None
    file_name: str
    file_sha256: str
    mapping: Mapping[str, str]
    source: str
    system: str
    findings: Mapping[str, int]


def imports(store: Store, scope: Scope, branch_id: str) -> pd.DataFrame:
    """List the imports of a branch, newest first.

    Returns
    -------
    import_id, table_name, person_id, who, recorded_us, as_of (date or missing), file_name, file_sha256, system, source, mapping and
    findings (dictionaries), new_rows, changed_rows, unchanged_rows. Decisions on duplicates are listed as table `duplicates`.
    """
    scope.require("see_history", branch_id)
    columns = [column for column in IMPORTS.c if column.name not in ("branch_id", "new_version")]
    query = sa.select(*columns).where(IMPORTS.c.branch_id == branch_id).order_by(IMPORTS.c.import_id.desc())
    with reading(store) as connection:
        found = connection.execute(query).mappings().all()
    frame = pd.DataFrame(found, columns=[column.name for column in columns])
    return frame.assign(mapping=frame["mapping"].map(json.loads), findings=frame["findings"].map(json.loads))


def remembered_mapping(store: Store, scope: Scope, table: str, header_fingerprint: str) -> dict[str, str] | None:
    """Return the mapping (column to header) last used for a table under the same headers; None where there is none."""
    scope.require("import_data")
    query = sa.select(MAPPINGS.c.mapping).where(MAPPINGS.c.table_name == table, MAPPINGS.c.source == header_fingerprint)
    with reading(store) as connection:
        found = connection.execute(query).scalar()
    return None if found is None else json.loads(found)


def record_import(
    connection: sa.Connection, scope: Scope, start: Position, origin: Origin, *, counts: tuple[int, int, int], new_version: bool
) -> int:
    """Write an import's line, remember its mapping, and return its number."""
    mapping = _text(origin.mapping)
    made = connection.execute(
        sa.insert(IMPORTS)
        .values(
            branch_id=start.branch_id,
            table_name=origin.table_name,
            person_id=scope.person_id,
            who=scope.name,
            recorded_us=start.recorded_us,
            as_of=origin.as_of,
            file_name=origin.file_name,
            file_sha256=origin.file_sha256,
            system=origin.system,
            source=origin.source,
            mapping=mapping,
            findings=_text(origin.findings),
            new_rows=counts[0],
            changed_rows=counts[1],
            unchanged_rows=counts[2],
            new_version=new_version,
        )
        .returning(IMPORTS.c.import_id)
    )
    if origin.source and origin.mapping:
        values = {"mapping": mapping, "who": scope.name, "recorded_us": start.recorded_us}
        remembered = insert_or(connection, MAPPINGS).values(table_name=origin.table_name, source=origin.source, **values)
        connection.execute(remembered.on_conflict_do_update(index_elements=["table_name", "source"], set_=values))
    return int(made.scalar_one())


def same_import(connection: sa.Connection, branch_id: str, origin: Origin) -> int:
    """Return the number of the last import of the same file in the same way; 0 where there is none."""
    query = sa.select(sa.func.max(IMPORTS.c.import_id)).where(
        IMPORTS.c.branch_id == branch_id,
        IMPORTS.c.table_name == origin.table_name,
        IMPORTS.c.file_sha256 == origin.file_sha256,
        IMPORTS.c.as_of.is_(None) if origin.as_of is None else IMPORTS.c.as_of == origin.as_of,
        IMPORTS.c.mapping == _text(origin.mapping),
        IMPORTS.c.system == origin.system,
    )
    return int(connection.execute(query).scalar() or 0)


def _text(values: Mapping[str, object]) -> str:
    return json.dumps(dict(values), ensure_ascii=False, sort_keys=True)
