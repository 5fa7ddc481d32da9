"""Moving many rows at once: `executemany` on the store's own SQLite connection, COPY on PostgreSQL.

Both run inside the transaction of the connection they are given; neither goes through an ORM.
"""

import io
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv
import sqlalchemy as sa

_BLOCK = 50_000
_FEW = 2_000
Subject = tuple[str, str]  # layer and subject


def insert_rows(connection: sa.Connection, table: sa.Table, rows: pa.Table) -> None:
    """Insert Arrow rows; columns that are not given stay NULL."""
    if rows.num_rows == 0:
        return
    names = ", ".join(table.c[name].name for name in rows.column_names)
    if connection.dialect.name == "sqlite":
        places = ", ".join("?" * rows.num_columns)
        statement = f"INSERT INTO {table.name} ({names}) VALUES ({places})"  # noqa: S608 - names come from the metadata
        connection.connection.driver_connection.cursor().executemany(statement, _tuples(rows))  # type: ignore[union-attr]
        return
    options = pa_csv.WriteOptions(include_header=False)
    with connection.connection.cursor() as cursor, cursor.copy(f"COPY {table.name} ({names}) FROM STDIN (FORMAT CSV)") as copy:  # type: ignore[attr-defined]
        for start in range(0, rows.num_rows, _BLOCK):
            block = io.BytesIO()
            pa_csv.write_csv(rows.slice(start, _BLOCK), block, options)
            copy.write(block.getbuffer())


def _tuples(rows: pa.Table) -> Iterator[tuple[object, ...]]:
    for start in range(0, rows.num_rows, _BLOCK):
        block = rows.slice(start, _BLOCK)
        yield from zip(*(_values(block.column(name)) for name in block.column_names), strict=True)


def _values(array: pa.ChunkedArray) -> list[object]:
    if pa.types.is_date32(array.type):
        array = array.cast(pa.large_string())
    elif pa.types.is_boolean(array.type):
        array = array.cast(pa.int8())
    return list(array.to_pylist())


def read_rows(connection: sa.Connection, query: sa.Select[tuple[object, ...]], types: Sequence[pa.DataType]) -> pa.Table:
    """Read a query into Arrow; `types` are those of its columns, dates and booleans included."""
    names = [column.name for column in query.selected_columns]
    schema = pa.schema(list(zip(names, types, strict=True)))
    compiled = query.compile(connection, compile_kwargs={"render_postcompile": True})
    values = compiled.params  # worked out anew each time it is asked for
    if connection.dialect.name == "sqlite":
        return _fetch(connection, compiled.string, [values[name] for name in compiled.positiontup or ()], schema)
    return _copy_out(connection, compiled.string, values, schema)


def _fetch(connection: sa.Connection, text: str, values: Sequence[object], schema: pa.Schema) -> pa.Table:
    cursor = connection.connection.driver_connection.cursor()  # type: ignore[union-attr]
    cursor.execute(text, values)
    blocks = []
    while block := cursor.fetchmany(_BLOCK):
        columns = zip(*block, strict=True)
        blocks.append(pa.record_batch([_array(values, field.type) for values, field in zip(columns, schema, strict=True)], schema=schema))
    return pa.Table.from_batches(blocks, schema=schema)


def _array(values: tuple[object, ...], kind: pa.DataType) -> pa.Array:
    if pa.types.is_date32(kind):
        return pa.array(values, type=pa.string()).cast(kind)
    if pa.types.is_boolean(kind):
        return pa.array(values, type=pa.int8()).cast(kind)
    return pa.array(values, type=kind)


def _copy_out(connection: sa.Connection, text: str, values: Mapping[str, object], schema: pa.Schema) -> pa.Table:
    buffer = io.BytesIO()
    with connection.connection.cursor() as cursor, cursor.copy(f"COPY ({text}) TO STDOUT (FORMAT CSV)", values) as copy:  # type: ignore[attr-defined]
        for block in copy:
            buffer.write(block)
    if buffer.tell() == 0:
        return schema.empty_table()
    buffer.seek(0)
    return pa_csv.read_csv(
        buffer,
        read_options=pa_csv.ReadOptions(column_names=schema.names, block_size=1 << 24),
        parse_options=pa_csv.ParseOptions(newlines_in_values=True),
        convert_options=pa_csv.ConvertOptions(
            column_types=schema,
            null_values=[""],
            true_values=["t"],
            false_values=["f"],
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
        ),
    )


def of_subjects(connection: sa.Connection, query: "sa.Select[Any]", table: sa.Table, subjects: Collection[Subject]) -> "sa.Select[Any]":
    """Narrow a query over a table with `layer` and `subject` to about these subjects, in any order; what else it gives is left out after.

    On PostgreSQL it looks each of them up by itself: a list is filtered by reading the whole branch where the server has no statistics
    yet, as after a first import or a restore.
    """
    if len(subjects) > _FEW:
        return query
    layers, names = ([each[part] for each in sorted(subjects)] for part in (0, 1))
    if connection.dialect.name == "sqlite":
        return query.where(table.c.layer.in_(sorted(set(layers))), table.c.subject.in_(names))
    texts = [sa.cast(sa.literal(each, sa.ARRAY(sa.Text)), sa.ARRAY(sa.Text)) for each in (layers, names)]
    asked = sa.func.unnest(*texts).table_valued("layer", "subject", name="asked").render_derived()
    same = query.where(table.c.layer == asked.c.layer, table.c.subject == asked.c.subject)
    found = same.offset(sa.literal_column("0")).lateral("found")  # the offset keeps the planner from joining in another way
    return sa.select(*found.c).select_from(asked.join(found, sa.true()))


def close_rows(connection: sa.Connection, table: sa.Table, row_ids: np.ndarray, *, recorded_us: int) -> None:
    """Close the recorded range of rows by their `row_id`: the one update that history allows."""
    if len(row_ids) == 0:
        return
    if connection.dialect.name == "sqlite":
        statement = f"UPDATE {table.name} SET recorded_to = {int(recorded_us)} WHERE row_id = ?"  # noqa: S608
        connection.connection.driver_connection.cursor().executemany(statement, ((row_id,) for row_id in row_ids.tolist()))  # type: ignore[union-attr]
        return
    closing = sa.any_(sa.cast(sa.bindparam("row_ids"), sa.ARRAY(sa.BigInteger)))
    statement_all = sa.update(table).where(table.c.row_id == closing).values(recorded_to=recorded_us)
    for start in range(0, len(row_ids), _BLOCK):
        connection.execute(statement_all, {"row_ids": row_ids[start : start + _BLOCK].tolist()})
