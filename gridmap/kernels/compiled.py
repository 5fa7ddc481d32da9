"""Compile functions to machine code, and keep the code on disk where there is a place to write."""

import hashlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast

from numba import njit

F = TypeVar("F", bound=Callable[..., object])


@cache
def _fingerprint(folder: Path) -> str:
    """Digest of all sources in a folder, and of those here, which are compiled into them."""
    digest = hashlib.sha256()
    for path in (*sorted(folder.glob("*.py")), *sorted(Path(__file__).parent.glob("*.py"))):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def compiled(function: F) -> F:
    """Compile a function of arrays and numbers when it is first called; it cannot make arrays, only change those it is given.

    The machine code is kept beside the module, or in the user's cache folder (NUMBA_CACHE_DIR names another). Where neither can be
    written, as in a read-only image without a home, the function is compiled anew in each process: slower to start, never an error.
    """
    return _compiled(function, inside=False)


def within(function: F) -> F:
    """Compile a small function into each that calls it: passing a tuple of twenty arrays costs more than such a function does."""
    return _compiled(function, inside=True)


def _compiled(function: F, *, inside: bool) -> F:
    # Without numba's counting of references (_nrt): counting each array of a tuple at each use takes 95 % of the time here.
    # And without the lock of the interpreter: a server goes on answering others while it searches.
    options: dict[str, Any] = {"error_model": "numpy", "forceinline": inside, "_nrt": False, "nogil": True}
    try:
        made = njit(cache=True, **options)(function)
    except RuntimeError:  # numba: "no locator available for file", raised when no cache folder can be written
        made = njit(**options)(function)
    kept = getattr(getattr(made, "_cache", None), "_cache_file", None)
    if kept is not None:
        # numba looks only at the file of a function, not at what was compiled into it from others: stale code after an update.
        kept._source_stamp = _fingerprint(Path(function.__code__.co_filename).parent)  # noqa: SLF001
    return cast("F", made)
