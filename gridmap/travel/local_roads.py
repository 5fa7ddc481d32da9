"""Travel on prepared roads of an OpenStreetMap extract, on this computer alone: the extra `roads`, Python 3.12 or later."""

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType, ModuleType
from typing import Any

import numpy as np

from gridmap.errors import N_, TravelError, say
from gridmap.settings import SweepRules
from gridmap.travel.matrix import Floats, Table

# Each mode with the profile of OSRM that prepares its roads, and the km/h that the profile goes on a plain street: an e-bike rides
# where bicycles may, only faster. A car's speed is that of the street.
PROFILES: tuple[tuple[str, str, float], ...] = (("foot", "foot.lua", 5.0), ("ebike", "bicycle.lua", 15.0), ("car", "car.lua", 0.0))
ABOUT, ROADS = "about.json", "roads.osrm"
# Rows per table: OSRM answers as objects, which take more memory than the numbers do.
_ROWS = 500


@dataclass(frozen=True)
class About:
    """What a folder of prepared roads says of itself; `made` gives the size in bytes of each file in it."""

    mode: str
    name: str
    extract_bytes: int
    extract_sha256: str
    osrm: str
    fingerprint: str
    made: Mapping[str, int]


@dataclass(frozen=True)
class LocalRoads:
    """Prepared roads of one mode; `scale` turns the seconds of OSRM's profile into those of the settings' speed."""

    folder: Path
    about: About
    scale: float
    osrm: ModuleType

    @property
    def source(self) -> str:
        """The short form of where its travel is from."""
        return f"roads {self.about.name}"

    @property
    def identity(self) -> str:
        """What makes its answers differ from another's."""
        return f"roads {self.about.fingerprint}"

    def table(self, lat: Floats, lon: Floats) -> Table:
        """Compute travel between every two points.

        Parameters
        ----------
        lat, lon
            WGS-84 degrees.

        Raises
        ------
        TravelError
            When the prepared roads cannot be opened or answer nothing.
        """
        count = len(lat)
        places = list(zip(lon.tolist(), lat.tolist(), strict=True))
        seconds, metres, beside = np.empty((count, count)), np.empty((count, count)), np.empty(count)
        try:
            engine = self.osrm.OSRM(
                storage_config=str(self.folder / ROADS), algorithm="CH", use_shared_memory=False, max_locations_distance_table=max(count, 2)
            )
            for first in range(0, count, _ROWS):
                rows = range(first, min(first + _ROWS, count))
                answer = engine.Table(
                    self.osrm.TableParameters(
                        coordinates=places, sources=list(rows), annotations=["duration", "distance"], generate_hints=False
                    )
                )
                square = slice(rows.start, rows.stop)
                seconds[square] = np.array([list(row) for row in answer["durations"]], dtype=np.float64)
                metres[square] = np.array([list(row) for row in answer["distances"]], dtype=np.float64)
                beside[square] = [each["distance"] for each in answer["sources"]]
        except (RuntimeError, ValueError) as error:
            raise TravelError(
                say(N_("The prepared roads answer nothing: {reason}."), reason=str(error)[:200]),
                where=str(self.folder),
                remedy=_BUILD_AGAIN,
            ) from error
        return Table(seconds * self.scale, metres, beside)


_BUILD_AGAIN = say(N_("Prepare them again with gridmap roads build FILE.osm.pbf --to FOLDER."))


def local_roads(rules: SweepRules, mode: str) -> LocalRoads:
    """Return the prepared roads of a mode in the folder that `rules.roads` names.

    Raises
    ------
    TravelError
        When this Python cannot open them, they were never prepared, or files of them are missing.
    """
    osrm = osrm_bindings()
    folder = Path(rules.roads) / mode
    about = read_about(folder)
    for name, size in about.made.items():
        part = folder / name
        if not part.is_file() or part.stat().st_size != size:
            raise TravelError(say(N_("A file of the prepared roads is missing or damaged.")), where=str(part), remedy=_BUILD_AGAIN)
    speed = next((speed for name, speed, *_ in rules.modes if name == mode), 0.0)
    plain = next((plain for name, _, plain in PROFILES if name == mode), 0.0)
    return LocalRoads(folder, about, plain / speed if plain and speed else 1.0, osrm)


def osrm_bindings() -> ModuleType:
    """Return the module of OSRM's bindings.

    Raises
    ------
    TravelError
        When this Python is too old for them, or they are not installed.
    """
    try:
        import osrm  # noqa: PLC0415 - an extra, which only those need who have it
    except ImportError as error:
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        remedy = say(N_("Or run an OSRM server and write its address into sweeps.osrm_url; straight lines with a detour need neither."))
        if sys.version_info < (3, 12):
            raise TravelError(
                say(N_("Roads on this computer need Python 3.12 or later; this is {version}."), version=version),
                expected=say(N_("Install gridmap with its extra roads under Python 3.12 or later.")),
                remedy=remedy,
            ) from error
        raise TravelError(
            say(N_("The extra roads is not installed.")), expected=say(N_("Install it: pip install 'gridmap[roads]'.")), remedy=remedy
        ) from error
    module: ModuleType = osrm
    return module


def read_about(folder: Path) -> About:
    """Read what a folder of prepared roads says of itself.

    Raises
    ------
    TravelError
        When it is none.
    """
    try:
        value: Any = json.loads((folder / ABOUT).read_text("utf-8"))
        return About(
            mode=str(value["mode"]),
            name=str(value["name"]),
            extract_bytes=int(value["extract_bytes"]),
            extract_sha256=str(value["extract_sha256"]),
            osrm=str(value["osrm"]),
            fingerprint=str(value["fingerprint"]),
            made=MappingProxyType({Path(name).name: int(size) for name, size in value["made"].items()}),
        )
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise TravelError(
            say(N_("There are no prepared roads for {mode}."), mode=folder.name),
            where=str(folder),
            remedy=say(
                N_("Prepare them: gridmap roads build FILE.osm.pbf --to FOLDER --mode {mode}; or take sweeps.roads out of the settings."),
                mode=folder.name,
            ),
        ) from error
