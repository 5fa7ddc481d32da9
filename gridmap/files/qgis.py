"""Styles for QGIS, as it stores them in a GeoPackage: the table `layer_styles` with QML."""

from xml.sax.saxutils import quoteattr

import pandas as pd

from gridmap.files.layout import Style, StyleClass

_SYMBOLS = (("polygon", "fill", "SimpleFill"), ("line", "line", "SimpleLine"), ("point", "marker", "SimpleMarker"))


def layer_styles(layer: str, styles: tuple[Style, ...], *, geometry_column: str = "geom") -> pd.DataFrame:
    """Return the rows of `layer_styles`; QGIS opens the layer in the first one.

    Parameters
    ----------
    layer
        Name of the layer in the GeoPackage.
    styles
        Graduated styles.
    geometry_column
        The layer's geometry column.
    """
    rows = [
        {
            "f_table_catalog": "",
            "f_table_schema": "",
            "f_table_name": layer,
            "f_geometry_column": geometry_column,
            "styleName": style.name,
            "styleQML": qml(style),
            "styleSLD": "",
            "useAsDefault": at == 0,
            "description": style.column,
            "owner": "",
            "ui": "",
            "update_time": "1970-01-01T00:00:00Z",
        }
        for at, style in enumerate(styles)
    ]
    return pd.DataFrame(rows).astype({"useAsDefault": bool})


def qml(style: Style) -> str:
    """Write a graduated renderer: one range, one symbol per class."""
    ranges = "".join(
        f'<range lower="{each.low!r}" upper="{each.high!r}" symbol="{at}" label={quoteattr(each.label)} render="true"/>'
        for at, each in enumerate(style.classes)
    )
    symbols = "".join(_symbol(at, each, style) for at, each in enumerate(style.classes))
    return (
        '<!DOCTYPE qgis PUBLIC "http://mrcc.com/qgis.dtd" "SYSTEM">\n'
        '<qgis version="3.28.0" styleCategories="Symbology">'
        f'<renderer-v2 type="graduatedSymbol" attr={quoteattr(style.column)} graduatedMethod="GraduatedColor" symbollevels="0">'
        f"<ranges>{ranges}</ranges><symbols>{symbols}</symbols></renderer-v2></qgis>"
    )


def _symbol(at: int, each: StyleClass, style: Style) -> str:
    kind, layer = next((kind, layer) for shape, kind, layer in _SYMBOLS if shape == style.shape)
    red, green, blue = (int(each.colour[place : place + 2], 16) for place in (1, 3, 5))
    colour = f"{red},{green},{blue},255"
    options = "".join(
        f'<Option name="{name}" value="{value}" type="QString"/>'
        for name, value in (
            ("line_color" if kind == "line" else "color", colour),
            ("outline_style" if kind != "line" else "line_style", "no" if kind == "fill" else "solid"),
        )
    )
    return (
        f'<symbol name="{at}" type="{kind}" alpha="{style.opacity:g}"><layer class="{layer}" enabled="1">'
        f'<Option type="Map">{options}</Option></layer></symbol>'
    )
