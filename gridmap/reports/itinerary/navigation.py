"""Links that open a place in the navigation apps people use, each in the coordinate system that app draws in."""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote

from gridmap.coordinates import from_wgs84
from gridmap.errors import N_

Written = Callable[[float, float, str], str]


@dataclass(frozen=True)
class App:
    """An app: its key, what it is called, the system its links are in, and how a link is written from (lat, lon, name)."""

    key: str
    title: str
    system: str
    write: Written


def _amap(lat: float, lon: float, name: str) -> str:
    return f"https://uri.amap.com/marker?position={lon:.6f},{lat:.6f}&name={_quoted(name)}&coordinate=gaode&callnative=1"


def _baidu(lat: float, lon: float, name: str) -> str:
    place = f"location={lat:.6f},{lon:.6f}&title={_quoted(name)}&content={_quoted(name)}"
    return f"https://api.map.baidu.com/marker?{place}&coord_type=bd09ll&output=html&src=gridmap"


def _tencent(lat: float, lon: float, name: str) -> str:
    return f"https://apis.map.qq.com/uri/v1/marker?marker=coord:{lat:.6f},{lon:.6f};title:{_quoted(name)}&referer=gridmap"


def _apple(lat: float, lon: float, name: str) -> str:
    return f"https://maps.apple.com/?ll={lat:.6f},{lon:.6f}&q={_quoted(name)}"


def _google(lat: float, lon: float, name: str) -> str:  # noqa: ARG001 - a name beside the point would be searched for
    return f"https://www.google.com/maps/search/?api=1&query={lat:.6f},{lon:.6f}"


def _geo(lat: float, lon: float, name: str) -> str:
    return f"geo:{lat:.6f},{lon:.6f}?q={lat:.6f},{lon:.6f}({_quoted(name)})"


# Apple and Google draw the mainland from data in GCJ-02 and put the numbers of a link on it as they are; elsewhere that is WGS-84,
# and so is what `from_wgs84` gives there. RFC 5870 knows WGS-84 only.
APPS = (
    App("amap", N_("Amap"), "gcj02", _amap),
    App("baidu", N_("Baidu Maps"), "bd09", _baidu),
    App("tencent", N_("Tencent Maps"), "gcj02", _tencent),
    App("apple", N_("Apple Maps"), "gcj02", _apple),
    App("google", N_("Google Maps"), "gcj02", _google),
    App("geo", N_("Any app of the phone"), "wgs84", _geo),
)


def navigation_link(key: str, lat: float, lon: float, name: str) -> str:
    """Return the link that opens a place in an app.

    Parameters
    ----------
    key
        Of an app of `APPS`.
    lat, lon
        WGS-84 degrees.
    name
        What the pin is called; escaped.
    """
    app = next(each for each in APPS if each.key == key)
    there_lat, there_lon = from_wgs84(lat, lon, app.system)
    return app.write(float(there_lat), float(there_lon), name)


def navigation_links(lat: float, lon: float, name: str) -> tuple[tuple[App, str], ...]:
    """Return the links of every app to a place, as `navigation_link` has them."""
    return tuple((app, navigation_link(app.key, lat, lon, name)) for app in APPS)


def _quoted(name: str) -> str:
    # Brackets would end the name of a geo URI, and are left out.
    return quote(name.replace("(", " ").replace(")", " ").encode("utf-8", errors="replace"), safe="")
