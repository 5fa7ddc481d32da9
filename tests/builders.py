"""A market small enough to count by hand: one cell and its ring near Xincheng, eleven organisations, seven cells.

            towns:      west | east                   owners:
                             |
                    nw       |      ne                  cm2      cm1
                    o6 o7    |      o4 o5
                             |
               w           mid          e          cm2      cm1       -
               o8 o9   o1 o2 | o3 o12   o11
                      [P1]   |
                    sw       |      se                  cm2       -
                   (walked)  |     [P2]

o10 has no place. o9 closed on 1 April 2026. o11 opens on 15 July 2026. P1 lies in `mid` and is smaller than it; nobody
owns `se`, where P2 lies, nor `e`. Every figure in the tests is as of 30 June 2026 over 365 days unless they say otherwise.

      tier  stage     file                     holder   last effective visit
o1    A     account   complete                 am1      10 days ago: on time
o2    B     account   licence out on 31 May    am1      56 of 60 days ago: due
o3    C     account   complete                 (cell)   121 of 90 days ago: overdue
o4    C     prospect  -                        (cell)   never; opened 1 September 2025
o5    M     prospect  -                        (cell)   never; opened 1 June 2026, younger than its cycle
o6    M     account   complete                 (cell)   a call 5 days ago; face to face 272 of 180 days ago
o7    ?     prospect  -                        (cell)   never; nobody knows since when it is there
o8    (B)   lost      -                        (cell)   never; tier by its 120 lines
o9    C     closed    -                        (cell)   never
o10   C     account   no roster                (none)   on the day itself, at 23:30
o11   C     (coming)  -                        (cell)   never
o12   B     account   complete, a school       am1      120 of 60 days ago: overdue (a later one is after midnight)
"""

from collections.abc import Mapping
from datetime import date

import h3
import pandas as pd
import shapely

from gridmap.market import FOREVER_US, Branch, Market, Version, build_market
from gridmap.plan import Plan

AS_OF = date(2026, 6, 30)
MID = "88410a42c7fffff"
CELLS = {
    "mid": MID,
    "e": "88410a42c5fffff",
    "ne": "88410a42ebfffff",
    "nw": "88410a428dfffff",
    "w": "88410a4289fffff",
    "sw": "88410a42c3fffff",
    "se": "88410a42c1fffff",
}
MID_LAT, MID_LON = 22.704089040380694, 112.22970726253504


def spot(cell: str, *, north: float = 0.0, east: float = 0.0) -> tuple[float, float]:
    """Return latitude and longitude of a spot in a cell, thousandths of a degree from its centre."""
    lat, lon = h3.cell_to_latlng(CELLS[cell])
    return lat + north / 1000, lon + east / 1000


def boundary() -> shapely.Geometry:
    """Return an outline that meets the seven cells and no other."""
    rings = [shapely.Polygon([(lon, lat) for lat, lon in h3.cell_to_boundary(cell)]) for cell in CELLS.values()]
    return shapely.union_all(rings).buffer(-2e-4)


def branch(**changes: object) -> Branch:
    """Return the branch of the seven cells."""
    return Branch(**{"branch_id": "xx", "name": "新兴", "name_en": "Xinxing", "boundary": boundary(), **changes})  # type: ignore[arg-type]


def frame(columns: tuple[str, ...], *rows: tuple[object, ...]) -> pd.DataFrame:
    """Return a table from rows, in force from the beginning for ever."""
    return pd.DataFrame(list(rows), columns=list(columns)).assign(valid_from_us=0, valid_to_us=FOREVER_US)


def market(tables: Mapping[str, pd.DataFrame] | None = None, **changes: object) -> Market:
    """Return a market of the seven cells with some tables; none for an empty one."""
    return build_market(branch(**changes), tables or {}, Version(1, 0, 0))


def seven_cells(**replaced: pd.DataFrame) -> Market:
    """Return the market drawn above; tables can be replaced by name."""
    return market({**tables(), **replaced})


def plan(**changes: object) -> Plan:
    """Return who owns and holds what in the drawing."""
    owned = {"mid": "cm1", "ne": "cm1", "nw": "cm2", "w": "cm2", "sw": "cm2"}
    owners = pd.Series({CELLS[name]: manager for name, manager in owned.items()}, dtype="str")
    holders = pd.Series({"o1": "am1", "o2": "am1", "o12": "am1"}, dtype="str")
    sponsors = pd.Series({"o1": "ld1"}, dtype="str")
    return Plan(**{"branch_id": "xx", "change_id": 1, "owners": owners, "holders": holders, "sponsors": sponsors, **changes})  # type: ignore[arg-type]


def tables() -> dict[str, pd.DataFrame]:
    """Return the tables of the drawing as a store would read them."""
    return {
        "organisations": organisations(),
        "visits": visits(),
        "wins": wins(),
        "managers": managers(),
        "surveys": surveys(),
        "areas": areas(),
        "parks": parks(),
        "org_months": months(),
        "campaigns": campaigns(),
    }


def organisations() -> pd.DataFrame:
    """Return the organisations of the drawing."""
    place = {
        "o1": spot("mid", north=-1, east=-2),
        "o2": spot("mid", north=-1.2, east=-1.5),
        "o3": spot("mid", north=1, east=1),
        "o12": spot("mid", north=0, east=2),
        "o4": spot("ne"),
        "o5": spot("ne", north=1),
        "o6": spot("nw"),
        "o7": spot("nw", north=1),
        "o8": spot("w"),
        "o9": spot("w", north=1),
        "o11": spot("e"),
    }
    full = {"agreement": "signed", "licence_until": "2027-12-31", "decision_maker": True, "key_contact": True}
    rows: dict[str, dict[str, object]] = {
        "o1": {"tier": "A", "filed_on": "2024-03-01", "our_lines": 600, "lines_known": 800, "surveyed_on": "2026-03-01", **full},
        "o2": {"tier": "B", "filed_on": "2024-05-01", "our_lines": 100, "lines_known": 150, "surveyed_on": "2024-01-01", **full},
        "o3": {"tier": "C", "filed_on": "2025-09-01", "our_lines": 20, "lines_known": 20, "surveyed_on": "2026-01-10", **full},
        "o4": {"tier": "C", "opened_on": "2025-09-01"},
        "o5": {"tier": "M", "opened_on": "2026-06-01"},
        "o6": {"tier": "M", "filed_on": "2025-01-01", "our_lines": 3, "roster_members": 3, **full},
        "o7": {"trade": "retail"},
        "o8": {"filed_on": "2023-01-01", "lost_on": "2026-02-01", "lines_known": 120, "our_lines": 0, "opened_on": "2010-01-01"},
        "o9": {"tier": "C", "closed_on": "2026-04-01", "opened_on": "2010-01-01"},
        "o10": {"tier": "C", "filed_on": "2024-06-01", "our_lines": 10, **full},
        "o11": {"tier": "C", "opened_on": "2026-07-15"},
        "o12": {"tier": "B", "trade": "education", "services": 2, "filed_on": "2024-02-01", "our_lines": 50, "roster_members": 50, **full},
    }
    rows["o1"] |= {"roster_members": 500, "roster_checked": 100, "roster_passed": 95, "trade": "manufacturing"}
    rows["o2"] |= {"roster_members": 70, "roster_checked": 10, "roster_passed": 10, "licence_until": "2026-05-31"}
    rows["o3"] |= {"roster_members": 15, "unified_payment": False, "agreement": "expiring", "relationship": 1}
    rows["o12"] |= {"roster_passed": 5}  # of nobody knows how many
    rows["o6"] |= {"trade": "education", "unified_payment": False, "agreement": "signed", "relationship": 0, "prepaid_until": "2026-07-10"}
    table = pd.DataFrame.from_dict(rows, orient="index").rename_axis("org_id").reset_index()
    table["name"] = table["org_id"]
    for name in ("filed_on", "opened_on", "lost_on", "closed_on", "surveyed_on", "licence_until", "prepaid_until"):
        table[name] = pd.to_datetime(table[name])
    for name in ("our_lines", "lines_known", "roster_members", "roster_checked", "roster_passed", "services", "relationship"):
        table[name] = table[name].astype("Int64")
    table["lat"] = table["org_id"].map({org: lat for org, (lat, _) in place.items()})
    table["lon"] = table["org_id"].map({org: lon for org, (_, lon) in place.items()})
    return table.assign(valid_from_us=0, valid_to_us=FOREVER_US)


def visits() -> pd.DataFrame:
    """Return the visits of the drawing; times are local to the branch and become UTC."""
    rows = (
        ("v1", "o1", "am1", "2026-06-20 10:00", "visit", "met"),
        ("v2", "o1", "am2", "2026-06-20 15:00", "visit", "not_in"),
        ("v3", "o2", "am1", "2026-05-05 09:00", "visit", "staff_only"),
        ("v4", "o3", "cm1", "2026-03-01 09:00", "visit", "met"),
        ("v5", "o4", "cm1", "2026-06-01 09:00", "visit", "not_in"),
        ("v6", "o6", "cm2", "2026-06-25 09:00", "call", "met"),
        ("v7", "o6", "cm2", "2025-10-01 09:00", "visit", "met"),
        ("v8", "o10", "cm1", "2026-06-30 23:30", "sweep", "met"),
        ("v9", "o12", "am1", "2026-07-01 00:30", "visit", "met"),
        ("v10", "o12", "am1", "2026-03-02 09:00", "visit", "met"),
        ("v11", "o1", "am1", "2025-06-30 09:00", "visit", "met"),
    )
    table = pd.DataFrame(list(rows), columns=["visit_id", "org_id", "manager_id", "visited_at", "kind", "outcome"])
    return table.assign(visited_at=pd.to_datetime(table["visited_at"]).dt.tz_localize("Asia/Shanghai").dt.tz_convert("UTC"))


def wins() -> pd.DataFrame:
    """Return the cases of the drawing: w2 is true and cost nothing, w5 was looked into and is untrue, w7 is a day too old."""
    sw, se = spot("sw"), spot("se")
    rows = (
        ("w1", "o3", "2026-05-10", 5, "second_kept", True, True, None, None),
        ("w2", "o3", "2026-06-15", 0, None, None, True, None, None),
        ("w3", "o4", "2026-06-01", 3, "given_up", False, True, None, None),
        ("w4", "o8", "2026-02-01", 30, "ported", None, True, None, None),
        ("w5", None, "2026-03-03", 2, None, None, False, *sw),
        ("w6", None, "2026-04-04", 0, None, None, None, *se),
        ("w7", "o1", "2025-06-30", 9, "given_up", None, True, None, None),
    )
    names = ["win_id", "org_id", "happened_on", "lines_lost", "our_number", "intent", "verified", "lat", "lon"]
    table = pd.DataFrame(list(rows), columns=names).assign(competitor="A")
    return table.assign(happened_on=pd.to_datetime(table["happened_on"]), lat=table["lat"].astype(float), lon=table["lon"].astype(float))


def managers() -> pd.DataFrame:
    """Return two account managers at work and one who left, two community managers, a leader."""
    columns = ("manager_id", "name", "role", "fte", "hours_per_day", "other_hours_per_week", "working_days", "active_to")
    table = frame(
        columns,
        ("am1", "am1", "account", 1.0, 7.5, 5.0, "12345", pd.NaT),
        ("am2", "am2", "account", 0.5, 4.0, None, "12345", pd.NaT),
        ("am9", "am9", "account", 1.0, 7.5, None, "12345", pd.Timestamp(2026, 1, 31)),
        ("cm1", "cm1", "community", None, 7.5, 20.0, "12345", pd.NaT),
        ("cm2", "cm2", "community", None, 7.5, None, "123456", pd.NaT),
        ("ld1", "ld1", "leader", None, 8.0, None, None, pd.NaT),
    )
    return table.assign(active_from=pd.NaT)


def surveys() -> pd.DataFrame:
    """Return the surveys: `sw` walked with 20 doors, `mid` with 4, P2 with none stated."""
    return frame(
        ("survey_id", "cell", "park_id", "surveyed_on", "doors"),
        ("s1", CELLS["sw"], None, pd.Timestamp(2026, 5, 1), 20),
        ("s2", None, "P2", pd.Timestamp(2025, 8, 1), None),
        ("s3", CELLS["mid"], None, pd.Timestamp(2026, 4, 1), 4),
    )


def areas() -> pd.DataFrame:
    """Return the two towns, which meet at the longitude of the middle of `mid`."""
    west, east = shapely.box(112.0, 22.5, MID_LON, 22.9), shapely.box(MID_LON, 22.5, 112.5, 22.9)
    return frame(
        ("area_id", "name", "name_en", "level", "geometry"),
        ("t-east", "东成", "Dongcheng", "town", east.wkt),
        ("t-west", "新城", "Xincheng", "town", west.wkt),
    )


def parks() -> pd.DataFrame:
    """Return P1, smaller than its cell, around o1 and o2; and P2 in a cell that nobody owns."""
    (lat1, lon1), (lat2, lon2) = spot("mid", north=-1.1, east=-1.75), spot("se")
    return frame(
        ("park_id", "name", "kind", "status", "access", "geometry"),
        ("P1", "新城工业园", "industrial", "built", "covered", shapely.Point(lon1, lat1).buffer(0.0008).wkt),
        ("P2", "六祖物流园", "logistics", "built", "extendable", shapely.Point(lon2, lat2).buffer(0.0008).wkt),
    )


def months() -> pd.DataFrame:
    """Return account months: o3 had 24 and 16 members, o8 30 until it was lost; the last is no closed month yet."""
    rows = (("o3", "2026-05", 24), ("o3", "2026-06", 16), ("o8", "2025-12", 30), ("o8", "2026-01", 30), ("o3", "2026-07", 999))
    return frame(("org_id", "month", "members"), *rows)


def billed() -> pd.DataFrame:
    """Return account months with revenue: o1 9,000 a month, o3 600 and 400, o6 90 in one month, o8 300 and lost; July is open yet."""
    rows = (
        ("o1", "2026-05", 600, 9_000.0),
        ("o1", "2026-06", 600, 9_000.0),
        ("o3", "2026-05", 24, 600.0),
        ("o3", "2026-06", 16, 400.0),
        ("o3", "2026-07", 999, 9_999.0),
        ("o6", "2026-06", 3, 90.0),
        ("o6", "2026-04", 3, None),
        ("o8", "2026-01", 30, 300.0),
    )
    return frame(("org_id", "month", "members", "revenue"), *rows)


def campaigns() -> pd.DataFrame:
    """Return on-site days: two at o1 and one at o3 within the year, one a day before it, one planned, one cancelled."""
    columns = ("campaign_id", "org_id", "manager_id", "held_on", "state", "cards", "terminals", "services_sold", "conversions")
    table = frame(
        columns,
        ("z1", "o1", "am1", "2025-07-01", "held", 12, 1, 5, 6),
        ("z2", "o1", "am1", "2026-05-20", "held", 8, 2, None, 1),
        ("z3", "o3", "cm1", "2026-06-30", "held", 10, 0, 3, 4),
        ("z4", "o2", "am1", "2025-06-30", "held", 99, 9, 9, 9),
        ("z5", "o1", "am1", "2026-07-02", "planned", None, None, None, None),
        ("z6", "o4", "cm1", "2026-06-01", "cancelled", None, None, None, None),
    )
    counts = {name: table[name].astype("Int64") for name in columns[5:]}
    return table.assign(held_on=pd.to_datetime(table["held_on"]), **counts)
