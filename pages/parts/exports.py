"""Taking away what is shown: one button per file format, each file made when it is asked for."""

from collections.abc import Callable, Sequence

import streamlit as st

from gridmap.files import Format
from pages.parts.session import _


def offer(make: Callable[[str], bytes], name: str, *, formats: Sequence[Format], label: str = "", note: str = "") -> None:
    """Offer downloads.

    Parameters
    ----------
    make
        Writes the bytes of the format of a key; called when its button is pressed, outside of the session.
    name
        File name without its ending.
    formats
        What is offered.
    label
        What the menu is called; "Export" where empty.
    note
        What is in the file; where empty, that it is what the map shows.
    """
    with st.popover(label or _("Export"), icon=":material/download:"):
        st.caption(note or _("Exactly what is shown: day, layer and scope. GeoPackage opens in QGIS with these colours."))
        for format_ in formats:
            st.download_button(
                _(format_.title),
                data=lambda key=format_.key: make(key),
                file_name=f"{name}{format_.extensions[0]}",
                mime=format_.media_type,
                key=f"export_{name}_{format_.key}",
                on_click="ignore",
                width="stretch",
            )
