"""A sweep of two managers and two days, small enough to know by heart, with names that would do harm in a careless file.

M1, 2 November: 1 the tower (o1 on 3F, o2 on 5F), lunch, 2 the shop o3 (appointment)
M1, 3 November: 1 the shop 007
M2, 2 November: 1 the shop o5, which nobody here knows the name of
"""

from datetime import UTC, date, datetime
from types import MappingProxyType

import pandas as pd
import shapely

from gridmap.errors import say
from gridmap.reports.itinerary import Ground, SweepSheet
from gridmap.sweeps.planned import DayRoute, Door, PlannedStop, Reason, Stop, SweepPlan
from gridmap.sweeps.request import Place
from gridmap.texts import Name

CONTACT = "Contact 138****5678"
HOME = Place(22.6950, 112.2250)
SHOPS = {
    "o1": ("广东新兴不锈钢餐具制造有限公司", "Xinxing Cutlery", "新城镇环城东路1号", "manufacturing", "Mo-Fr 08:30-12:00", CONTACT),
    "o2": ('=HYPERLINK("http://evil.example","赢")', "", "新城镇环城东路1号", "finance", "", ""),
    "o3": ("<b>甲&乙</b>]]>\x0b𠀀", "<script>A & B</script>", '+86街 "二" 号; 东, 西\\北', "retail", "", "-1****"),
    "007": ("丙", "Third", "3-5", "retail", "Mo-Su 06:30-14:00", ""),
}  # fmt: skip
LINK = "https://branch.example/gm/phone?token=eyJsaW5rIjoxfQ.c2lnbmVkLXdpdGgtYS1rZXk"
GROUND = Ground(
    areas=(((22.690, 112.210), (22.710, 112.230)),),
    waters=(((22.690, 112.220), (22.710, 112.222)),),
    lakes=(((22.696, 112.226), (22.698, 112.226), (22.698, 112.229), (22.696, 112.226)),),
    roads=((1, ((22.690, 112.230), (22.710, 112.231))), (0, ((22.695, 112.210), (22.695, 112.240)))),
    towns=(("新城镇", shapely.box(112.20, 22.68, 112.25, 22.72)), ("远镇", shapely.box(113.0, 23.0, 113.1, 23.1))),
)


def door(org_id: str, floor: str = "", room: str = "", **changes: object) -> Door:
    reasons = (Reason("never_visited", 6.0, say("never visited")), Reason("wins_near", 3.0, say("{count} wins within 300 m", count=2)))
    return Door(**{"org_id": org_id, "tier": "C", "prize": 9.0, "in_share": 0.73, "service_min": 20, "floor": floor, "room": room,
                   "reasons": reasons} | changes)  # type: ignore[arg-type]  # fmt: skip


def planned(stop_id: str, place: tuple[float, float], doors: tuple[Door, ...], starts: float, **changes: object) -> PlannedStop:
    stop = Stop(stop_id, *place, "88411c8cb9fffff", str(changes.pop("building", "")), doors)
    return PlannedStop(stop, starts - 2, starts, starts + 20 * len(doors), 6.0, 1450.0, **changes)  # type: ignore[arg-type]


def made_plan() -> SweepPlan:
    tower = planned("s-tower", (22.7000, 112.2300), (door("o1", "3F", "301"), door("o2", "5F", "502")), 520.0, building="万象大厦")
    shop = planned("s-shop", (22.7050, 112.2350), (door("o3"),), 720.5, fixed=True)
    again = planned("s-third", (22.7051, 112.2351), (door("007"),), 545.0)
    other = planned("s-other", (22.6900, 112.2200), (door("o5", reasons=()),), 540.0)
    monday, tuesday = date(2026, 11, 2), date(2026, 11, 3)
    return SweepPlan(
        (
            DayRoute("M2", monday, HOME, HOME, 530.0, 600.0, None, (other,), 6.0, 1200.0),
            DayRoute("M1", monday, HOME, HOME, 510.0, 760.0, (600.0, 660.0), (tower, shop), 9.5, 2100.0),
            DayRoute("M1", tuesday, HOME, HOME, 530.0, 600.0, None, (again,), 6.0, 1200.0),
            DayRoute("M2", tuesday, HOME, HOME, 510.0, 510.0, None, (), 0.0, 0.0),
        ),
        (),
        seed=1,
        iterations=100,
        stopped="iterations",
        travel_source="line",
    )


def made_sheet(language: str = "zh_CN", **changes: object) -> SweepSheet:
    organisations = pd.DataFrame.from_dict(
        SHOPS, orient="index", columns=["name", "name_en", "address", "trade", "opening_hours", "contact"]
    )
    values = {
        "sweep_id": 7,
        "version": 3,
        "branch_id": "445321",
        "branch": Name("新兴县分公司", "Xinxing branch"),
        "title": "十一月 & <第一周>",
        "time_zone": "Asia/Shanghai",
        "plan": made_plan(),
        "organisations": organisations,
        "managers": MappingProxyType({"M1": Name("李华玉", "Li Huayu"), "M2": Name("@王芳", "")}),
        "language": language,
        "made_at": datetime(2026, 10, 31, 12, 0, tzinfo=UTC),
        "links": MappingProxyType({"M1": LINK}),
        "ground": GROUND,
    }
    return SweepSheet(**(values | changes))  # type: ignore[arg-type]
