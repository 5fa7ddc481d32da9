"""On-site days: a stand at one organisation, what was ready, and what it brought."""

# ruff: noqa: RUF001 - Chinese punctuation is meant

import numpy as np
import pandas as pd

from gridmap.schema.field import CHECKS_AFTER, CHECKS_BEFORE
from sample_geo.frames import TODAY, chance, choose_some, day, days_between, share_out, text, typed
from sample_geo.land import County
from sample_geo.organisations import Roll
from sample_geo.staff import Staff

SESSIONS, PLACES, CARDS, CONVERSIONS = 110, 60, 953, 296
PLANNED = 6
DIFFICULTIES = ("信号弱，需要先做覆盖", "员工多为外地号码", "与对方的捆绑优惠冲突")


def campaigns_table(seed: int, county: County, *, roll: Roll, staff: Staff) -> pd.DataFrame:
    """Return the on-site days of the last year, and those planned for the next weeks."""
    generator = chance(seed, county.number, "campaigns")
    frame = roll.frame
    large = frame["tier"].isin(("A", "B", "C")).to_numpy() & (frame["stage"] == "account").to_numpy() & (roll.holder_now >= 0)
    places = choose_some(generator, np.flatnonzero(large), PLACES)
    held = np.concatenate([places, places[generator.integers(0, len(places), SESSIONS - len(places))]])
    row = np.concatenate([held, places[generator.integers(0, len(places), PLANNED)]])
    today = day(TODAY)
    on = np.concatenate(
        [
            days_between(generator, np.repeat(today - 330, len(held)), today),
            days_between(generator, np.repeat(today + 1, PLANNED), today + 21),
        ]
    )
    order = np.lexsort((row, on))
    row, on = row[order], on[order]
    past = on <= today
    size = generator.gamma(2.0, 1.0, len(row)) * past
    amount = {
        name: np.where(past, share_out(total, size), 0)
        for name, total in (("cards", CARDS), ("conversions", CONVERSIONS), ("terminals", 140), ("services_sold", 420))
    }
    count = len(row)
    return typed(
        "campaigns",
        {
            "campaign_id": [f"{county.prefix}Z{number:04d}" for number in range(1, count + 1)],
            "org_id": frame["org_id"].to_numpy(object)[row],
            "branch_id": county.branch_id,
            "manager_id": staff.ids[roll.holder_now[row]],
            "held_on": on,
            "state": np.where(past, "held", "planned").astype(object),
            "before": text([";".join(CHECKS_BEFORE if went else CHECKS_BEFORE[:2]) for went in past]),
            "after": text([";".join(CHECKS_AFTER[: int(kept)]) for kept in generator.integers(2, len(CHECKS_AFTER) + 1, count)], past),
            **{name: _known(values, past) for name, values in amount.items()},
            "difficulties": text(np.array(DIFFICULTIES, object)[generator.integers(0, 3, count)], past & (generator.random(count) < 0.15)),
        },
        count,
    )


def _known(values: np.ndarray, where: np.ndarray) -> list[int | None]:
    return [int(value) if known else None for value, known in zip(values, where, strict=True)]
