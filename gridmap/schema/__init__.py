"""Every imported table: columns, units, keys, limits. Templates, upload help, store columns and reference pages come from here."""

from gridmap.schema import field, organisations, places, staff
from gridmap.schema.column import Column, Kind, Table

TABLES: tuple[Table, ...] = (*places.TABLES, *staff.TABLES, *organisations.TABLES, *field.TABLES)


def table(name: str) -> Table:
    """Return the table of that name; KeyError where there is none."""
    for each in TABLES:
        if each.name == name:
            return each
    raise KeyError(name)


__all__ = ["TABLES", "Column", "Kind", "Table", "table"]
