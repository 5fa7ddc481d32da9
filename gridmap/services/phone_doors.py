"""What a phone is told of each door: name, address, hours, masked contacts, the last visits, and what was recorded in this sweep."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any

import pandas as pd

from gridmap.errors import say
from gridmap.market import Market, local_days
from gridmap.schema.field import FACE_TO_FACE
from gridmap.scope import Scope
from gridmap.store import Store, masked_contacts
from gridmap.texts import LANGUAGES, said, worded

LAST_VISITS = 3
_NOTE = 160  # characters of a former note that fit on a phone
_MISSING = MappingProxyType({"gone": True, "name": {"en": "…", "zh_CN": "…"}, "contacts": [], "visits": []})
_FILING = ("agreement", "roster_members", "decision_maker", "key_contact")


@dataclass(frozen=True)
class Known:
    """What is known of the doors of a sweep, by org_id; `done` holds the last outcome recorded since it began."""

    organisations: Mapping[str, Mapping[Any, Any]]
    contacts: Mapping[str, list[dict[str, Any]]]
    visits: Mapping[str, list[dict[str, Any]]]
    done: Mapping[str, dict[str, Any]]


def known_doors(store: Store, scope: Scope, market: Market, org_ids: Sequence[str], first_on: date, *, now_us: int) -> Known:
    """Gather what is known of some doors.

    Parameters
    ----------
    market
        As the scope sees it.
    first_on
        First day of the sweep: visits from then on count as recorded in it.
    """
    wanted = sorted(set(org_ids))
    organisations = market.tables["organisations"]
    if "valid_to_us" in organisations:
        organisations = organisations[(organisations["valid_from_us"] <= now_us) & (organisations["valid_to_us"] > now_us)]
    organisations = organisations[organisations["org_id"].isin(wanted)].drop_duplicates("org_id", keep="last")
    rows = {str(row["org_id"]): row for row in organisations.to_dict("records")}
    visits = market.tables["visits"]
    visits = visits[visits["org_id"].isin(rows)].sort_values("visited_at", kind="stable")
    days = local_days(visits["visited_at"], market.branch.time_zone).dt.date
    met = visits["kind"].isin(FACE_TO_FACE) & (days >= first_on)
    within = visits[met.to_numpy(dtype=bool)].drop_duplicates("org_id", keep="last")
    done = {str(org): {"outcome": str(outcome)} for org, outcome in zip(within["org_id"], within["outcome"], strict=True)}
    return Known(rows, _contacts(store, scope, market.branch.branch_id, list(rows)), _visits(visits, days), done)


def door_known(known: Known, org_id: str, day: date) -> dict[str, Any]:
    """Return what a phone is told of one door on a day; little of one that its manager may not see any more."""
    row = known.organisations.get(org_id)
    if row is None:
        return dict(_MISSING)
    name, english = _text(row, "name"), _text(row, "name_en")
    licence = row.get("licence_until")
    return {
        "name": {"en": english or name, "zh_CN": name or english},
        "address": _text(row, "address"),
        "street": _text(row, "street"),
        "trade": _worded(_text(row, "trade")),
        "hours": _text(row, "opening_hours"),
        "contacts": known.contacts.get(org_id, []),
        "visits": [visit for visit in known.visits.get(org_id, []) if visit["on"] <= day.isoformat()],
        "filing": {name: _plain(row.get(name)) for name in _FILING}
        | {"licence_until": None if pd.isna(licence) else pd.Timestamp(licence).date().isoformat()},
    }


def _contacts(store: Store, scope: Scope, branch_id: str, org_ids: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    # Numbers come masked whatever the scope may do: one is revealed by asking for it, which leaves a trace.
    found: dict[str, list[dict[str, Any]]] = {}
    for row in masked_contacts(store, scope, branch_id, org_ids=org_ids).to_dict("records"):
        contact = {
            "contact_id": row["contact_id"],
            "name": _text(row, "name"),
            "role": _worded(_text(row, "role")),
            "phone": _text(row, "phone"),
        }
        found.setdefault(str(row["org_id"]), []).append(contact)
    return found


def _visits(visits: pd.DataFrame, days: pd.Series) -> dict[str, list[dict[str, Any]]]:
    last = visits.assign(on=days).groupby("org_id", sort=False).tail(LAST_VISITS).iloc[::-1]
    found: dict[str, list[dict[str, Any]]] = {}
    for row in last.to_dict("records"):
        visit = {"on": row["on"].isoformat(), "outcome": row["outcome"], "note": _text(row, "note")[:_NOTE]}
        found.setdefault(str(row["org_id"]), []).append(visit)
    return found


def _text(row: Mapping[Any, Any], name: str) -> str:
    value = row.get(name)
    return "" if value is None or pd.isna(value) else str(value)


def _plain(value: Any) -> Any:
    if value is None or pd.isna(value):
        return None
    return value.item() if hasattr(value, "item") else value


def _worded(code: str) -> dict[str, str] | None:
    return {key: said(say(worded(code)), key) for key, _ in LANGUAGES} if code else None
