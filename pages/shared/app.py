"""Settings, store and key: made once for the whole server, from the environment."""

import gc
import importlib
import os
import threading

import streamlit as st

from gridmap import tokens
from gridmap.settings import Settings, load_settings
from gridmap.store import Store, open_store


@st.cache_resource(show_spinner=False)
def settings() -> Settings:
    """Return the settings of this server."""
    return load_settings(os.environ)


@st.cache_resource(show_spinner=False)
def store() -> Store:
    """Return the open store; it is created or migrated where needed.

    Raises
    ------
    StoreError
        When it cannot be opened.
    """
    return open_store(settings().store, settings=settings())


@st.cache_resource(show_spinner=False)
def key() -> bytes:
    """Return the key that links are signed with: from the secret of the settings, else random and gone with the process."""
    secret = settings().secret
    return tokens.key_from(secret) if secret else tokens.new_key()


def base() -> str:
    """Return what stands before every address of ours: empty, or the base path such as `/gm`."""
    path = str(st.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{path}" if path else ""


def display_system() -> str:
    """Return the coordinate system that maps are drawn in: the raster base map's own, else WGS-84."""
    chosen = settings().base_map
    return chosen.system if chosen.url else "wgs84"


def warm() -> None:
    """Load in the background what somebody would otherwise wait for.

    mapclassify brings scikit-learn along for the first map; the planner of sweeps and the designer of territories are compiled when they
    are first used.
    """
    threading.Thread(target=_warm, daemon=True, name="warm").start()


def _warm() -> None:
    importlib.import_module("mapclassify")
    compiling = [importlib.import_module(name).warm() for name in ("gridmap.sweeps.engine", "gridmap.territories.engine.warm")]
    for thread in compiling:
        thread.join()
    # After every run of a page all objects there are would be looked through for garbage, a quarter of a second in which nothing else
    # runs. What is loaded by now stays for good: it is left out of that.
    gc.collect()
    gc.freeze()
