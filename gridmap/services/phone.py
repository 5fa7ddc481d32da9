"""What a phone is sent: the days of one manager in one sweep, what is known of each door, and a map small enough to carry."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd

from gridmap.errors import N_, Message, PlanError, say
from gridmap.reports.itinerary.navigation import navigation_links
from gridmap.schema.organisations import TRADES
from gridmap.services.phone_doors import Known, door_known, known_doors
from gridmap.services.phone_map import base_of
from gridmap.services.return_files import seal_key
from gridmap.store import LinkSeen, Store, open_market, sweep_record
from gridmap.sweeps.planned import DayRoute, PlannedStop
from gridmap.sweeps.request import Place
from gridmap.sweeps.written import read_plan
from gridmap.texts import LANGUAGES, said, worded

FORM = 1  # of what is sent; a phone that knows another asks for a fresh page


def phone_days(store: Store, seen: LinkSeen, *, now_us: int) -> dict[str, Any]:
    """Return what a phone is sent for a link, as JSON types; texts in every language, numbers masked.

    Parameters
    ----------
    seen
        A live link.
        Its scope decides what is seen: a door outside it comes without its name.

    Raises
    ------
    PlanError
        When the sweep is not, or no longer, published.
    ScopeError
        When the link's manager may not see the sweep.
    """
    link = seen.link
    sweep = sweep_record(store, seen.scope, link.branch_id, link.sweep_id)
    if sweep.state != "published" or not sweep.result:
        raise PlanError(
            say(N_("This sweep is over.")),
            remedy=say(N_("What you recorded is still accepted; ask whoever plans your sweeps for the next link.")),
        )
    # Opened anew each time: which doors somebody sees by name changes with every publication, and no cache may be behind it.
    market = open_market(store, seen.scope, link.branch_id, valid_us=now_us)
    branch = market.branch
    days = [day for day in read_plan(sweep.result).days if day.manager_id == link.manager_id]
    known = known_doors(store, seen.scope, market, [door.org_id for day in days for door in day.doors], sweep.first_on, now_us=now_us)
    staff = market.tables["managers"]
    names = staff.loc[staff["manager_id"] == link.manager_id, ["name", "name_en"]].tail(1)
    return {
        "form": FORM,
        "title": sweep.title,
        "version": sweep.version,
        "branch": _both(branch.name, branch.name_en),
        "manager": _both(*names.iloc[0]) if len(names) else {"en": link.manager_id},
        "time_zone": branch.time_zone,
        "sent_at": datetime.fromtimestamp(now_us / 1e6, tz=ZoneInfo(branch.time_zone)).isoformat(timespec="seconds"),
        "link": link_named(seen, branch.time_zone),
        "seal": seal_key(store, link.link_id),
        "days": [_day(day, known) for day in sorted(days, key=lambda each: each.day)],
        "done": dict(known.done),
        "trades": [[trade, _languages(say(worded(trade)))] for trade in TRADES],
        "base": base_of(market, [(stop.stop.lat, stop.stop.lon) for day in days for stop in day.stops]),
    }


def link_named(seen: LinkSeen, time_zone: str) -> dict[str, Any]:
    """Return what names a link on the phone and in a return file; the token is no part of it."""
    link = seen.link
    ends = datetime.fromtimestamp(link.ends_us / 1e6, tz=ZoneInfo(time_zone)).date()
    return {
        "link_id": link.link_id,
        "branch_id": link.branch_id,
        "sweep_id": link.sweep_id,
        "manager_id": link.manager_id,
        "expires_on": ends.isoformat(),
    }


def _day(day: DayRoute, known: Known) -> dict[str, Any]:
    return {
        "day": day.day.isoformat(),
        "start": _place(day.start),
        "end": _place(day.end),
        "leaves_min": day.leaves_min,
        "returns_min": day.returns_min,
        "lunch_min": day.lunch_min,
        "travel_min": round(day.travel_min, 1),
        "stops": [_stop(number, planned, known, day.day) for number, planned in enumerate(day.stops, start=1)],
    }


def _stop(number: int, planned: PlannedStop, known: Known, day: date) -> dict[str, Any]:
    stop = planned.stop
    return {
        "number": number,
        "stop_id": stop.stop_id,
        **_place(Place(stop.lat, stop.lon)),
        "cell": stop.cell,
        "building": stop.building,
        "start_min": planned.start_min,
        "leave_min": planned.leave_min,
        "travel_m": round(planned.travel_m),
        "fixed": planned.fixed,
        "ways": _ways(stop.lat, stop.lon, stop.building or str(number)),
        "doors": [
            {
                "org_id": door.org_id,
                "tier": door.tier,
                "floor": door.floor,
                "room": door.room,
                "reasons": [_languages(reason.said) for reason in door.reasons],
                **door_known(known, door.org_id, day),
            }
            for door in stop.doors
        ],
    }


def _ways(lat: float, lon: float, name: str) -> list[list[Any]]:
    """Return the links into navigation apps; they name the building or the number of the stop, and no organisation."""
    return [[_languages(say(each.title)), url] for each, url in navigation_links(lat, lon, name)]


def _place(place: Place) -> dict[str, float]:
    return {"lat": round(place.lat, 6), "lon": round(place.lon, 6)}


def _languages(message: Message) -> dict[str, str]:
    return {key: said(message, key) for key, _ in LANGUAGES}


def _both(local: object, english: object) -> Mapping[str, str]:
    """Return a name in both languages; the local one stands in where there is no English one."""
    here = "" if pd.isna(local) else str(local)  # type: ignore[call-overload]
    there = "" if pd.isna(english) else str(english)  # type: ignore[call-overload]
    return {"en": there or here, "zh_CN": here or there}
