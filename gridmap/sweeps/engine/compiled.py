"""Compile a function to machine code, and keep the code on disk where there is a place to write."""

from collections.abc import Callable
from typing import TypeVar, cast

from numba import njit

F = TypeVar("F", bound=Callable[..., object])


def compiled(function: F) -> F:
    """Compile a function of arrays and numbers when it is first called.

    The machine code is kept beside the module, or in the user's cache folder (NUMBA_CACHE_DIR names another). Where neither can be
    written, as in a read-only image without a home, the function is compiled anew in each process: slower to start, never an error.
    """
    try:
        made = njit(cache=True, error_model="numpy")(function)
    except RuntimeError:  # numba: "no locator available for file", raised when no cache folder can be written
        made = njit(error_model="numpy")(function)
    return cast("F", made)
