"""Write GeoJSON, GeoPackage, GeoParquet and zipped Shapefiles, all in WGS-84."""

import io
import json
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import pandas as pd
import pyogrio
import shapely
from numpy.typing import NDArray

from gridmap.files.layout import Layout, plain_column
from gridmap.files.qgis import layer_styles

Shapes = NDArray[np.object_]
_CRS = "EPSG:4326"
_WKT_NAMES = ("geometry", "boundary")
# RFC 7946 asks for six or seven; seven are a centimetre.
_DECIMALS = 7
_LONGEST_NAME = 10


def geometry_source(frame: pd.DataFrame) -> tuple[str, ...] | None:
    """Return the columns that hold the geometry, or None where there is none."""
    for name in _WKT_NAMES:
        if name in frame.columns:
            return (name,)
    return ("lat", "lon") if {"lat", "lon"} <= set(frame.columns) else None


def attributes_and_shapes(frame: pd.DataFrame, layout: Layout) -> tuple[pd.DataFrame, Shapes]:
    """Return the columns as plain objects, without a geometry column, and the geometries; None where there is none."""
    source = geometry_source(frame) or ()
    attributes = pd.DataFrame(
        {
            str(name): plain_column(frame[name], layout.kind(str(name), frame[name]))
            for name in frame.columns
            if name not in source or source == ("lat", "lon")
        },
        index=frame.index,
    )
    if source == ("lat", "lon"):
        lat, lon = (frame[name].to_numpy(dtype=np.float64, na_value=np.nan) for name in source)
        known = ~(np.isnan(lat) | np.isnan(lon))
        shapes = np.full(len(frame), None, dtype=object)
        shapes[known] = shapely.points(lon[known], lat[known])
        return attributes, shapes
    values = frame[source[0]]
    if isinstance(values, geopandas.GeoSeries):
        return attributes, np.asarray(values.to_crs(_CRS) if values.crs else values, dtype=object)
    texts = [value if isinstance(value, str) and value else None for value in values]
    return attributes, shapely.from_wkt(np.array(texts, dtype=object))


def write_geojson(frame: pd.DataFrame, layout: Layout) -> bytes:
    """Write a feature collection by RFC 7946: longitude first, rings counter-clockwise, no `crs`."""
    attributes, shapes = attributes_and_shapes(frame, layout)
    turned = shapely.orient_polygons(shapes) if hasattr(shapely, "orient_polygons") else shapes
    features = [
        {"type": "Feature", "properties": dict(zip(attributes.columns, row, strict=True)), "geometry": _geojson(shape)}
        for row, shape in zip(attributes.itertuples(index=False), turned, strict=True)
    ]
    collection = {"type": "FeatureCollection", "name": layout.name, "features": features}
    return json.dumps(collection, ensure_ascii=False).encode("utf-8", errors="replace")


def write_geopackage(frame: pd.DataFrame, layout: Layout) -> bytes:
    """Write one layer, and the styles QGIS shall show it in."""
    attributes, shapes = attributes_and_shapes(frame, layout)
    features = geopandas.GeoDataFrame(_typed(attributes), geometry=geopandas.GeoSeries(shapes, crs=_CRS, index=attributes.index))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.gpkg"
        # A GeoPackage may not be empty of geometry type: mixed single and multi parts are one kind to every program.
        pyogrio.write_dataframe(features, path, layer=layout.name, driver="GPKG", promote_to_multi=_is_area(shapes))
        if layout.styles:
            rows = layer_styles(layout.name, layout.styles)
            pyogrio.write_dataframe(rows, path, layer="layer_styles", driver="GPKG", append=True, layer_options={"FID": "id"})
        return path.read_bytes()


def write_geoparquet(frame: pd.DataFrame, layout: Layout) -> bytes:
    """Write GeoParquet 1.1 with zstd; a column `cell` of H3 text stays text."""
    attributes, shapes = attributes_and_shapes(frame, layout)
    features = geopandas.GeoDataFrame(_typed(attributes), geometry=geopandas.GeoSeries(shapes, crs=_CRS, index=attributes.index))
    target = io.BytesIO()
    features.to_parquet(target, index=False, compression="zstd", schema_version="1.1.0", write_covering_bbox=True)
    return target.getvalue()


def write_shapefile(frame: pd.DataFrame, layout: Layout) -> bytes:
    """Write a zipped Shapefile in UTF-8: names cut to ten characters, dates and yes/no as text, rows without a place left in.

    Shapefiles hold no more than 254 bytes of text in a cell; GDAL cuts the rest.
    """
    attributes, shapes = attributes_and_shapes(frame, layout)
    renamed = attributes.set_axis(_short_names([str(name) for name in attributes.columns]), axis=1)
    texts = {name: renamed[name].map(_shape_text, na_action=None) for name in renamed.columns}
    features = geopandas.GeoDataFrame(
        _typed(pd.DataFrame(texts, index=renamed.index)), geometry=geopandas.GeoSeries(shapes, crs=_CRS, index=attributes.index)
    )
    target = io.BytesIO()
    with tempfile.TemporaryDirectory() as folder:
        pyogrio.write_dataframe(
            features, Path(folder) / "table.shp", driver="ESRI Shapefile", encoding="UTF-8", promote_to_multi=_is_area(shapes)
        )
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
            for part in sorted(Path(folder).iterdir()):
                packed.write(part, f"{layout.name}{part.suffix}")
    return target.getvalue()


def _is_area(shapes: Shapes) -> bool | None:
    kinds = set(shapely.get_type_id(shapes[~shapely.is_missing(shapes)]).tolist())
    return True if len(kinds) > 1 else None


def _geojson(shape: Any) -> Any:
    if shape is None or shapely.is_empty(shape):
        return None
    return _rounded(json.loads(shapely.to_geojson(shape)))


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, _DECIMALS)
    if isinstance(value, list):
        return [_rounded(each) for each in value]
    return {key: _rounded(each) for key, each in value.items()} if isinstance(value, dict) else value


def _typed(attributes: pd.DataFrame) -> pd.DataFrame:
    """Give columns of plain objects the types that GDAL and Arrow know; a column of nothing is text."""
    typed: dict[str, pd.Series[Any]] = {}
    for name in attributes.columns:
        values = attributes[name]
        kinds = {type(value) for value in values if value is not None}
        if kinds == {bool}:
            typed[name] = values.astype("boolean")
        elif kinds == {int}:
            typed[name] = values.astype("Int64")
        elif kinds and kinds <= {int, float}:
            typed[name] = values.astype("float64")
        else:
            typed[name] = pd.Series([None if value is None else str(value) for value in values], index=values.index, dtype="str")
    return pd.DataFrame(typed, index=attributes.index)


def _shape_text(value: Any) -> Any:
    return ("yes" if value else "no") if isinstance(value, bool) else value


def _short_names(names: list[str]) -> list[str]:
    short: list[str] = []
    for name in names:
        cut, number = name[:_LONGEST_NAME], 1
        while cut in short:
            number += 1
            cut = f"{name[: _LONGEST_NAME - len(str(number))]}{number}"
        short.append(cut)
    return short
