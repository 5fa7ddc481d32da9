"""Taking away what is shown: one button per file format, each file made when it is asked for."""

from collections.abc import Callable, Mapping

import streamlit as st

from pages.parts.session import _

# Format -> name people know it by, for tables that have places and for tables that have none.
SHAPES: Mapping[str, str] = {
    "csv": "CSV",
    "xlsx": "XLSX",
    "geojson": "GeoJSON",
    "gpkg": "GeoPackage",
    "parquet": "GeoParquet",
    "kml": "KML",
}


def offer(make: Callable[[str], bytes], name: str, *, formats: tuple[str, ...] = tuple(SHAPES), label: str = "") -> None:
    """Offer downloads.

    Parameters
    ----------
    make
        Writes the bytes of one format; called when its button is pressed, outside of the session.
    name
        File name without its ending.
    formats
        Keys of `SHAPES`.
    label
        What the menu is called; "Export" where empty.
    """
    with st.popover(label or _("Export"), icon=":material/download:"):
        st.caption(_("Exactly what is shown: day, layer and scope. GeoPackage opens in QGIS with these colours."))
        for format_ in formats:
            st.download_button(
                SHAPES[format_],
                data=lambda format_=format_: make(format_),
                file_name=f"{name}.{format_}",
                key=f"export_{name}_{format_}",
                on_click="ignore",
                width="stretch",
            )
