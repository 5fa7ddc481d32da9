"""Readers, in a limited child process, and writers for every file format.

The child imports this package too, under its limits and for every file: so nothing heavy is loaded before it is asked for.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from gridmap.files.formats import FORMATS, Format, file_format

if TYPE_CHECKING:
    from gridmap.files.reading import read_file as read_file
    from gridmap.files.writing import write_table as write_table
    from gridmap.tables.raw import RawTable as RawTable

__all__ = ["FORMATS", "Format", "RawTable", "file_format", "read_file", "write_table"]

_HOMES = (
    ("read_file", "gridmap.files.reading"),
    ("write_table", "gridmap.files.writing"),
    ("RawTable", "gridmap.tables.raw"),
)


def __getattr__(name: str) -> Any:
    for known, home in _HOMES:
        if known == name:
            return getattr(import_module(home), name)
    raise AttributeError(name)
