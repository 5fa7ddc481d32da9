"""The physical limit of indexing: H3's own C function in a C loop over arrays in memory."""

import ctypes
import importlib
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
from h3ronpy.vector import coordinates_to_cells

Index = Callable[[np.ndarray, np.ndarray, int], np.ndarray]

# The loop is C; the function it calls is latLngToCell of the H3 library inside the h3 wheel.
LOOP = """
#include <stddef.h>
#include <stdint.h>
typedef struct { double lat, lng; } Point;
typedef uint32_t (*ToCell)(const Point *, int, uint64_t *);
void index_all(ToCell to_cell, const double *lat, const double *lng, size_t n, int resolution, uint64_t *out) {
  const double degree = 3.14159265358979323846 / 180.0;
  for (size_t i = 0; i < n; i++) { Point p = {lat[i] * degree, lng[i] * degree}; to_cell(&p, resolution, out + i); }
}
"""


def c_index() -> tuple[str, Index]:
    """Return the name of the limit and the function (lat, lon, resolution) -> uint64 cells.

    Falls back to h3ronpy on arrays in memory where there is no C compiler, and says so in the name.
    """
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if compiler is None:
        return "h3ronpy on arrays (no C compiler here)", lambda lat, lon, resolution: np.asarray(
            pa.array(coordinates_to_cells(lat, lon, resolution))
        )
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        source, built = Path(folder) / "loop.c", Path(folder) / "loop.so"
        source.write_text(LOOP, "utf-8")
        subprocess.run([compiler, "-O3", "-march=native", "-shared", "-fPIC", str(source), "-o", str(built)], check=True)
        loop = ctypes.CDLL(str(built)).index_all
    to_cell = ctypes.CDLL(importlib.import_module("h3._cy.latlng").__file__).latLngToCell

    def index(lat: np.ndarray, lon: np.ndarray, resolution: int) -> np.ndarray:
        lat, lon, out = np.ascontiguousarray(lat), np.ascontiguousarray(lon), np.empty(len(lat), np.uint64)
        pointer = ctypes.c_void_p
        loop(
            ctypes.cast(to_cell, pointer),
            pointer(lat.ctypes.data),
            pointer(lon.ctypes.data),
            ctypes.c_size_t(len(lat)),
            resolution,
            pointer(out.ctypes.data),
        )
        return out

    return "raw C latLngToCell on arrays", index
