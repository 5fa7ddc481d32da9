"""Who does what is promised and not yet done when hands change, and until when."""

from datetime import date, timedelta
from typing import Any, Literal

import pandas as pd

from gridmap.plan import UNASSIGNED
from gridmap.workload import is_active

Visits = Literal["go", "stay"]


def share_out(
    items: pd.DataFrame,
    hands: pd.DataFrame,
    managers: pd.DataFrame,
    *,
    effective_on: date,
    visits: Visits = "go",
    stay_until: date | None = None,
) -> pd.DataFrame:
    """Say of each open item of organisations that change hands who does it, until when, and who does it then.

    Until the day before the plan holds everything is with who has it. From then on, with `go`, the taker does it; with `stay` the
    giver does it until `stay_until`, or until it is done where there is no such day. Nobody can keep what they no longer work for:
    a giver's last working day ends it. What nobody takes stays with the giver while they work. A task assigned to anybody else
    who works stays with that person.

    Parameters
    ----------
    items
        As `open_items` gives them.
    hands
        Index `org_id`, with `giver` and `taker` (`UNASSIGNED`: nobody).
    managers
        Rows of the table `managers`, whose last working days count.
    effective_on
        First day of the plan.

    Returns
    -------
    The items of these organisations, once each, with `giver`, `taker`, `now` (who has it), `until` (the last day of that; missing:
    until it is done) and `then` (who does it afterwards; empty where it is done by then). `UNASSIGNED` is nobody.
    """
    own = items[items["org_id"].isin(hands.index)].reset_index(drop=True)
    giver, taker = (hands[side].reindex(own["org_id"]).to_numpy(dtype=object) for side in ("giver", "taker"))
    last = managers.set_index("manager_id")["active_to"].dropna().to_dict()
    at_work = set(managers["manager_id"][is_active(managers, effective_on)])
    eve = pd.Timestamp(effective_on) - timedelta(days=1)
    end = pd.Timestamp(stay_until) if stay_until else None
    turns: list[tuple[str, Any, str]] = []
    for task, who, gives, takes in zip(own["item"].eq("task"), own["who"].fillna(""), giver, taker, strict=True):
        stays = [each for each in (last.get(gives), end) if each is not None]
        if task and who != gives and who in at_work:
            turns.append((who, pd.NaT, ""))
        elif takes == UNASSIGNED and gives in at_work:
            turns.append((gives, last.get(gives, pd.NaT), UNASSIGNED if gives in last else ""))
        elif visits == "go" or UNASSIGNED in (gives, takes):
            turns.append((gives, eve, takes))
        else:
            turns.append((gives, max(min(stays), eve), takes) if stays else (gives, pd.NaT, ""))
    made = pd.DataFrame(turns, columns=["now", "until", "then"], index=own.index)
    return own.assign(giver=giver, taker=taker, now=made["now"], until=pd.to_datetime(made["until"]), then=made["then"])
