"""Read a file as the product does, but in this process: quick, for what has nothing to do with limits."""

import io

from gridmap.files.child import respond
from gridmap.files.reading import ask_for, read_answer
from gridmap.settings import Limits
from gridmap.tables import RawTable


def read_here(data: bytes, name: str = "file", *, table: str | None = "organisations", limits: Limits = Limits()) -> RawTable:  # noqa: B008 - frozen
    target = io.BytesIO()
    respond(data, ask_for(name, limits, table), target)
    return read_answer(target.getvalue(), name, table)
