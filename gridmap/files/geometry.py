"""From geometries in any CRS to WKT in WGS-84 degrees; runs in the child process."""

from typing import Any

import numpy as np
import pyarrow as pa
import shapely
from numpy.typing import NDArray

from gridmap.errors import N_, FileError, Message, say

# Nine decimals of a degree are a tenth of a millimetre.
_DECIMALS = 9


def degrees(geometries: NDArray[np.object_], crs: Any) -> tuple[NDArray[np.object_], str | None, tuple[Message, ...]]:
    """Reproject geometries to EPSG:4326, x longitude, y latitude.

    Parameters
    ----------
    geometries
        Shapely geometries; None where there is none.
    crs
        Anything pyproj understands, or None for degrees already.

    Returns
    -------
    The geometries, the name of the CRS they had where they were reprojected, and what a person should know.

    Raises
    ------
    FileError
        When the CRS is not known.
    """
    if crs is None or crs == "":
        return geometries, None, ()
    from pyproj import CRS, Transformer  # noqa: PLC0415 - a quarter of a second that only files with a CRS need
    from pyproj.exceptions import ProjError  # noqa: PLC0415

    try:
        source = CRS.from_user_input(crs)
        if _is_wgs84(source):
            return geometries, None, ()
        # Old WKT without a code: EPSG:4326 and its like are recognised by what they say, not by how.
        transformer = Transformer.from_crs(source, CRS.from_epsg(4326), always_xy=True)
    except ProjError as error:
        raise FileError(
            say(N_("The coordinate reference system of the file is not known: {crs}"), crs=str(crs)[:80]),
            remedy=say(N_("Save the file in WGS-84 (EPSG:4326).")),
        ) from error
    name = ":".join(source.to_authority() or ()) or source.name

    def turned(points: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack(transformer.transform(points[:, 0], points[:, 1]))

    return shapely.transform(geometries, turned), name, (say(N_("The geometries were reprojected from {crs} to WGS-84."), crs=name),)


def _is_wgs84(source: Any) -> bool:
    return source.to_epsg(min_confidence=60) == 4326 or source.name in ("WGS 84", "WGS84", "WGS84(DD)", "GCS_WGS_1984", "WGS 84 (CRS84)")


def wkt_column(geometries: NDArray[np.object_]) -> pa.Array:
    """Return WKT with nine decimals; "" where there is no geometry or an empty one."""
    flat = shapely.force_2d(geometries)
    texts = shapely.to_wkt(flat, rounding_precision=_DECIMALS)
    nothing = shapely.is_missing(flat) | shapely.is_empty(flat)
    return pa.array(np.where(nothing, "", texts), pa.large_string())
