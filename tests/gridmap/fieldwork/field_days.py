"""Made-up records of visits: days of honest managers with all that goes wrong with phones, and days with something planted in them."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from gridmap.market import Market
from tests import builders

H_US, MIN_US, S_US = 3_600_000_000, 60_000_000, 1_000_000
# 2 November 2026, a Monday, midnight in Shanghai.
MIDNIGHT_US = int(pd.Timestamp("2026-11-02", tz="Asia/Shanghai").value // 1000)
M_DEGREE = 111_195.0


@dataclass
class Field:
    """Collects records; places are metres north and east of the middle of the drawing."""

    seed: int
    captures: list[dict[str, object]] = field(default_factory=list)
    check_ins: list[dict[str, object]] = field(default_factory=list)
    doors: list[dict[str, object]] = field(default_factory=list)

    def door(self, north_m: float, east_m: float) -> str:
        org_id = f"d{self.seed}-{len(self.doors)}"
        lat, lon = place(north_m, east_m)
        self.doors.append({"org_id": org_id, "name": org_id, "lat": lat, "lon": lon})
        return org_id

    def record(
        self,
        org_id: str,
        at_us: float,
        *,
        stood: tuple[float, float] | None,
        accuracy_m: float | None = 10.0,
        waited_us: float = 5 * S_US,
        manager_id: str = "cm1",
        way: str = "phone",
    ) -> str:
        capture_id = f"c{self.seed}-{len(self.captures)}"
        at = int(at_us)
        self.captures.append(
            {"capture_id": capture_id, "manager_id": manager_id, "org_id": org_id, "kind": "visit", "way": way, "captured_us": at}
            | {"received_us": at + int(waited_us)}
        )
        if stood is not None:
            lat, lon = place(*stood)
            self.check_ins.append({"capture_id": capture_id, "lat": lat, "lon": lon, "accuracy_m": accuracy_m})
        return capture_id

    def tables(self) -> tuple[pd.DataFrame, pd.DataFrame, Market]:
        organisations = pd.DataFrame(self.doors, columns=["org_id", "name", "lat", "lon"]).assign(
            valid_from_us=0, valid_to_us=builders.FOREVER_US
        )
        check_ins = pd.DataFrame(self.check_ins, columns=["capture_id", "lat", "lon", "accuracy_m"])
        return pd.DataFrame(self.captures), check_ins, builders.market({"organisations": organisations})


def place(north_m: float, east_m: float) -> tuple[float, float]:
    narrow = np.cos(np.radians(builders.MID_LAT))
    return builders.MID_LAT + north_m / M_DEGREE, builders.MID_LON + east_m / M_DEGREE / narrow


def honest_days(seed: int, days: int) -> Field:
    """Return honest days: streets and buildings walked or ridden, phones that lose signal and place, doors drawn a little wrong."""
    rng, made = np.random.default_rng(seed), Field(seed)
    for day in range(days):
        _honest_day(made, rng, day)
    return made


def _honest_day(made: Field, rng: np.random.Generator, day: int) -> None:
    at = MIDNIGHT_US + day * 24 * H_US + 8.5 * H_US + rng.uniform(0, 40) * MIN_US
    north, east = rng.uniform(-800, 800, 2)
    checks_in, offline = rng.random() < 0.85, rng.random() < 0.15
    leaves = MIDNIGHT_US + day * 24 * H_US + (21 if rng.random() < 0.1 else 17.5) * H_US  # some evenings among restaurants
    fix: tuple[float, float, float] | None = None
    while at < leaves:
        for _ in range(1 + int(rng.random() < 0.3) * int(rng.integers(1, 5))):  # some stops are a building with several doors
            drawn = rng.normal(0, 40, 2)  # the door is drawn where somebody thought it is
            org = made.door(north + drawn[0], east + drawn[1])
            good = rng.random() < 0.9
            accuracy = float(rng.uniform(5, 40) if good else rng.uniform(100, 1500))
            if fix is None or rng.random() < 0.85:  # else the phone gives the place it had a moment ago
                error = rng.normal(0, accuracy / 1.51, 2)  # two thirds of the errors are within the accuracy
                fix = (north + float(error[0]), east + float(error[1]), accuracy)
            waited = rng.uniform(1, 30) * S_US
            if offline:
                waited = MIDNIGHT_US + (day * 24 + 20 + rng.uniform(0, 13)) * H_US - at  # sent in the evening, or next morning
            said = None if fix[2] <= 40 and rng.random() < 0.1 else fix[2]
            made.record(org, at, stood=fix[:2] if checks_in else None, accuracy_m=said, waited_us=max(waited, S_US))
            at += (rng.uniform(0.7, 2) if rng.random() < 0.27 else rng.uniform(5, 25)) * MIN_US  # nobody in is quick
        far = rng.uniform(300, 4000) if rng.random() < 0.1 else rng.uniform(20, 300)
        turn = rng.uniform(0, 2 * np.pi)
        north, east, fix = north + far * np.sin(turn), east + far * np.cos(turn), None
        at += (far / 1000 / rng.uniform(4, 40) * 60 + 1) * MIN_US
        if not 0.5 < (at - MIDNIGHT_US) / H_US % 24 / 24 < 0.53:
            continue
        at += H_US  # lunch
