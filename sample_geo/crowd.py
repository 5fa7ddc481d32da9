"""Who there is: every organisation's tier, town, setting, kind and size, before names, files and visits."""

from dataclasses import dataclass

import numpy as np

from sample_geo import words
from sample_geo.frames import choose_some, pick, pick_rows, share_out
from sample_geo.land import County
from sample_geo.parks import Park
from sample_geo.trade_words import INSTITUTIONS, SCHOOLS, TOWN_INSTITUTIONS, TRADES
from sample_geo.ways import Ways

LIVE = {"A": 24, "B": 118, "C": 331}
NAMED = LIVE["A"] + LIVE["B"]
DUPLICATES = 40
OPENED_A_YEAR, CLOSED_A_YEAR, YEARS = 0.14, 0.11, 1.5
CENTRE, ROAD, VILLAGE, PARK = range(4)
SETTINGS = {
    "A": (0.0, 0.35, 0.0, 0.65),
    "B": (0.35, 0.30, 0.0, 0.35),
    "C": (0.42, 0.27, 0.14, 0.17),
    "M": (0.46, 0.22, 0.285, 0.035),
}
LINES = {"A": (500, 2600), "B": (100, 499), "C": (10, 99), "M": (1, 9)}
SMALLEST = 1200  # organisations that a county needs to hold its fixed ones, the villages and the duplicates


@dataclass(frozen=True)
class Crowd:
    """One entry per organisation, in arrays; `special` is (name, English name) or None, `village` and `park` are -1 for none."""

    tier: np.ndarray
    reason: np.ndarray
    closed: np.ndarray
    town: np.ndarray
    setting: np.ndarray
    park: np.ndarray
    village: np.ndarray
    kind: np.ndarray
    trade: np.ndarray
    form: np.ndarray
    lines: np.ndarray
    special: np.ndarray

    def __len__(self) -> int:
        return len(self.tier)


def mean_live(live: int) -> float:
    """Return how many organisations lived on average in the 18 months, when `live` are left at their end."""
    return live / (1 + (OPENED_A_YEAR - CLOSED_A_YEAR) * YEARS / 2)


def build_crowd(generator: np.random.Generator, county: County, ways: Ways, parks: tuple[Park, ...], live: int) -> Crowd:
    """Gather the organisations of a county: `live` less the duplicates that are planted later, and the closed ones."""
    specials = _specials(county, ways)
    counts = {tier: LIVE[tier] - sum(row[3] == tier for row in specials) for tier in LIVE}
    counts["M"] = live - DUPLICATES - sum(LIVE.values()) - sum(row[3] == "M" for row in specials)
    if counts["M"] < 0:
        raise ValueError(f"a county needs at least {SMALLEST} organisations, not {live}")
    gone = round(CLOSED_A_YEAR * YEARS * mean_live(live))
    gone_c = round(gone * 0.035)
    plain_tier = np.repeat(["A", "B", "C", "M", "C", "M"], [counts["A"], counts["B"], counts["C"], counts["M"], gone_c, gone - gone_c])
    tier = np.concatenate([[row[3] for row in specials], plain_tier]).astype(object)
    count, given = len(tier), len(specials)
    closed = np.arange(count) >= count - gone
    special = np.full(count, None, object)
    special[:given] = [(row[1], row[2]) for row in specials]
    town, setting, park, village = _where(generator, county, ways, parks, tier)
    town[:given] = [row[5] for row in specials]
    setting[:given] = [VILLAGE if row[6] >= 0 else CENTRE for row in specials]
    park[:given] = -1
    village[:given] = [row[6] for row in specials]
    kind = _kinds(generator, tier, setting, town)
    trade = np.array([row.trade for row in TRADES], object)[kind]
    form = np.array([row.form for row in TRADES], object)[kind]
    trade[:given] = [row[0] for row in specials]
    form[:given] = ["village" if row[6] >= 0 else "public" for row in specials]
    kind[:given] = -1
    reason = np.where(generator.random(count) < 0.06, "spend", "lines").astype(object)
    reason[:given] = [row[4] for row in specials]
    lines = _lines(generator, tier, reason)
    lines[: len(SCHOOLS)] = [school[2] for school in SCHOOLS]
    order = generator.permutation(count)
    parts = (tier, reason, closed, town, setting, park, village, kind, trade, form, lines, special)
    return Crowd(*(part[order] for part in parts))


def _specials(county: County, ways: Ways) -> list[tuple[str, str, str, str, str, int, int]]:
    """Return the institutions every county has: trade, name, English name, tier, reason, town, village."""
    zh, en = county.name, county.name_en
    rows = [("education", f"{zh}{name}", f"{en} {e}", "A" if n >= 500 else "B", "lines", words.SEAT, -1) for name, e, n in SCHOOLS]
    rows += [(trade, f"{zh}{name}", f"{en} {e}", tier, reason, words.SEAT, -1) for trade, name, e, tier, reason in INSTITUTIONS]
    for number, town in enumerate(county.towns):
        if number != words.SEAT:
            rows += [
                (t, f"{zh}{town.name}{n}", f"{town.name_en} {e}", tier, reason, number, -1) for t, n, e, tier, reason in TOWN_INSTITUTIONS
            ]
    for village, ((name, name_en), number) in enumerate(zip(ways.village_names, ways.village_town.tolist(), strict=True)):
        town = county.towns[number]
        full = f"{zh}{town.name}{words.PINYIN_TOWN}{name}村民委员会"
        rows.append(("government", full, f"{name_en} Village Committee, {town.name_en}", "M", "lines", number, village))
    return rows


def _where(
    generator: np.random.Generator, county: County, ways: Ways, parks: tuple[Park, ...], tier: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Give every organisation its town, its setting, and its park or village where that is the setting."""
    count = len(tier)
    weights = np.array([town.weight for town in county.towns])
    town = np.empty(count, int)
    setting = np.empty(count, int)
    for each, settings in SETTINGS.items():
        own = np.flatnonzero(tier == each)
        town[own] = generator.permutation(np.repeat(np.arange(len(weights)), share_out(len(own), weights)))
        setting[own] = pick(generator, settings, len(own))
    park = np.full(count, -1)
    inside = np.flatnonzero(setting == PARK)
    attraction = np.array([each.weight for each in parks])
    uncovered = np.array([each.key == "uncovered" for each in parks])
    # Nothing big is there, or somebody would look after it; and few C, so that its town is not taken for one in vacuum.
    drawn_to = np.select([np.isin(tier[inside], ("A", "B")), tier[inside] == "C"], [0.0, 0.35], 1.0)
    park[inside] = pick_rows(generator, attraction * np.where(uncovered, drawn_to[:, None], 1.0))
    town[inside] = np.array([each.town for each in parks])[park[inside]]
    village = np.full(count, -1)
    for number in range(len(weights)):
        own = np.flatnonzero((setting == VILLAGE) & (town == number))
        village[own] = generator.choice(np.flatnonzero(ways.village_town == number), len(own))
    return town, setting, park, village


def _kinds(generator: np.random.Generator, tier: np.ndarray, setting: np.ndarray, town: np.ndarray) -> np.ndarray:
    """Give every organisation a row of `TRADES` that fits its size, its setting and what its town is known for."""
    kind = np.empty(len(tier), int)
    big, small = np.array([row.big for row in TRADES]).T, np.array([row.small for row in TRADES]).T
    solid = np.array([row.form in ("company", "factory") for row in TRADES])
    large = np.isin(tier, ("A", "B"))
    for number, known in enumerate(row.trades for row in words.TOWNS):
        liking = np.where([row.trade in known for row in TRADES], 3.0, 1.0)
        for place in range(4):
            here = (town == number) & (setting == place)
            for who, weights in (
                (here & large, big[place] * solid),
                (here & (tier == "C"), big[place]),
                (here & (tier == "M"), small[place]),
            ):
                kind[who] = pick(generator, weights * liking, int(who.sum()))
    return kind


def _lines(generator: np.random.Generator, tier: np.ndarray, reason: np.ndarray) -> np.ndarray:
    """Return the mobile lines of each organisation: many near the bottom of the tier, few near its top."""
    lines = np.empty(len(tier), int)
    for each, (least, most) in LINES.items():
        own = tier == each
        lines[own] = least + np.floor((most - least + 1) * generator.random(int(own.sum())) ** (2.6 if each == "A" else 1.8))
    by_merit = np.flatnonzero(np.isin(tier, ("A", "B")) & np.isin(reason, ("trade", "named", "spend")))
    some = choose_some(generator, by_merit, len(by_merit) // 2)
    lines[some] = generator.integers(40, 100, len(some))  # small, and in the tier all the same
    return lines
