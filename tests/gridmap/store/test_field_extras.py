"""Photos of shop fronts, contacts' numbers, and doors that are somebody's by name."""

import hashlib
from datetime import date

import pandas as pd
import pytest

from gridmap.errors import FileError, PlanError, ScopeError
from gridmap.scope import Scope
from gridmap.settings import SweepRules
from gridmap.store import (
    Store,
    cells_in_sight,
    end_sweep,
    forget_field_data,
    masked_contacts,
    merge,
    open_market,
    photo,
    photos,
    put_photo,
    read_table,
    reveal_number,
    sweep_events,
)
from tests.gridmap.store.conftest import NOW_US, Write, organisations, visits
from tests.gridmap.store.field_lives import CHIEF, DAY_US, HOUR_US, LI, MANAGERS, SECOND_US, WANG, Field, begin_field, published, visit

JPEG = b"\xff\xd8\xff\xe0" + b"picture" * 20
CONTACTS = pd.DataFrame(
    {
        "contact_id": ["k1", "k2", "k3"],
        "org_id": ["o1", "o2", "o3"],
        "name": ["An", "Bo", "Cai"],
        "phone": ["13812345678", None, "13900001111"],
    }
)


def name_of(image: bytes) -> str:
    return hashlib.sha256(image).hexdigest()


@pytest.fixture
def begun(store: Store, write: Write) -> Field:
    return begin_field(store, write, organisations())


def keep(store: Store, image: bytes = JPEG, *, capture_id: str = "c1", scope: Scope = LI, photo_id: str = "") -> str:
    named = photo_id or name_of(image)
    put_photo(store, scope, "b1", named, capture_id=capture_id, image=image, taken_us=NOW_US, now_us=NOW_US + SECOND_US)
    return named


def test_a_photo_is_kept_once_and_seen_by_who_took_it_and_who_reviews(begun: Field) -> None:
    named = keep(begun.store)
    assert keep(begun.store) == named
    assert photo(begun.store, LI, "b1", named) == photo(begun.store, CHIEF, "b1", named) == JPEG
    listed = photos(begun.store, CHIEF, "b1", capture_ids=["c1", "c2"])
    assert listed[["photo_id", "capture_id", "manager_id", "media_type"]].to_numpy().tolist() == [[named, "c1", "m1", "image/jpeg"]]
    assert photos(begun.store, WANG, "b1", capture_ids=["c1"]).empty
    with pytest.raises(FileError):
        photo(begun.store, WANG, "b1", named)


@pytest.mark.parametrize(
    "image",
    [
        b"",
        b"<svg onload=alert(1)>",
        b"GIF89a" + b"x" * 50,
        JPEG + b"Exif\x00\x00" + b"GPS",
        b"RIFF\x00\x00\x00\x00WEBPEXIF",
        JPEG + b"x" * 2_000_000,
    ],
    ids=["empty", "svg", "gif", "place", "webp-place", "large"],
)
def test_what_is_no_plain_picture_is_refused(begun: Field, image: bytes) -> None:
    with pytest.raises(FileError):
        keep(begun.store, image)
    with pytest.raises(FileError):
        keep(begun.store, photo_id="a" * 64)


def test_a_photo_of_anothers_record_is_refused(begun: Field) -> None:
    sent = visit()
    begun.send(sent)
    with pytest.raises(ScopeError):
        keep(begun.store, capture_id=sent["capture_id"], scope=WANG)
    assert keep(begun.store, capture_id=sent["capture_id"])


def test_photos_are_forgotten_when_their_time_is_over(begun: Field) -> None:
    named = keep(begun.store)
    rules = SweepRules(photo_months=1)
    assert forget_field_data(begun.store, CHIEF, "b1", rules=rules, now_us=NOW_US + 31 * DAY_US).photos == 0
    assert forget_field_data(begun.store, CHIEF, "b1", rules=rules, now_us=NOW_US + 31 * DAY_US + 1).photos == 1
    with pytest.raises(FileError):
        photo(begun.store, CHIEF, "b1", named)


def test_a_number_is_revealed_one_at_a_time_and_leaves_a_trace(begun: Field, write: Write) -> None:
    write("contacts", CONTACTS)
    store, sweep_id = begun.store, begun.sweep.sweep_id
    assert reveal_number(store, begun.link.scope, "b1", "k1", sweep_id=sweep_id, now_us=NOW_US + HOUR_US) == "13812345678"
    event = sweep_events(store, CHIEF, "b1", sweep_id).iloc[-1]
    assert (event["kind"], event["who"], event["note"]) == ("revealed", "Li", "k1")
    for contact, sweep in (("k2", sweep_id), ("k3", sweep_id), ("k9", sweep_id), ("k1", 99)):  # none, out of sight, nobody, no sweep
        with pytest.raises(PlanError):
            reveal_number(store, LI, "b1", contact, sweep_id=sweep, now_us=NOW_US + HOUR_US)
    with pytest.raises(PlanError):  # no sweep of theirs
        reveal_number(store, WANG, "b1", "k1", sweep_id=sweep_id, now_us=NOW_US + HOUR_US)
    with pytest.raises(ScopeError):
        reveal_number(store, Scope("p", "n", "planner", frozenset({"b1"})), "b1", "k1", sweep_id=sweep_id, now_us=NOW_US + HOUR_US)
    assert sweep_events(store, CHIEF, "b1", sweep_id)["kind"].tolist().count("revealed") == 1


def test_contacts_are_listed_masked_whoever_asks(begun: Field, write: Write, me: Scope) -> None:
    write("contacts", CONTACTS)
    for scope, seen in ((begun.link.scope, ["k1", "k2"]), (CHIEF, ["k1", "k2", "k3"]), (me, ["k1", "k2", "k3"])):
        listed = masked_contacts(begun.store, scope, "b1", org_ids=["o1", "o2", "o3", "o4"])
        assert listed["contact_id"].tolist() == seen
        assert listed["phone"].fillna("-").tolist()[:2] == ["138****5678", "-"]
        assert "13812345678" not in listed.to_csv()
    assert masked_contacts(begun.store, CHIEF, "b1", org_ids=[]).empty


@pytest.fixture
def by_name(store: Store, write: Write) -> Store:
    """Give a store where Li owns no cell and holds o2 by name, and everything has a visit."""
    write("managers", MANAGERS)
    write("organisations", organisations(holder_id=[None, "m1", "m2"]))
    write("visits", visits(("v1", "o1"), ("v2", "o2"), ("v3", "o3")))
    write("contacts", CONTACTS)
    return store


def test_what_a_community_manager_holds_by_name_is_seen_wherever_it_lies(by_name: Store, me: Scope) -> None:
    market = open_market(by_name, LI, "b1")
    assert market.tables["organisations"]["org_id"].tolist() == ["o2"]
    assert market.tables["visits"]["visit_id"].tolist() == ["v2"]
    seen = {name: read_table(by_name, LI, "b1", name).iloc[:, 0].tolist() for name in ("organisations", "visits", "contacts")}
    assert seen == {"organisations": ["o2"], "visits": ["v2"], "contacts": ["k2"]}
    assert cells_in_sight(by_name, LI, market) == frozenset()  # the cell it lies in stays another's
    assert market.fingerprint != open_market(by_name, me, "b1").fingerprint


def test_sight_by_name_ends_with_the_holding_and_follows_a_merge(by_name: Store, me: Scope, write: Write) -> None:
    first = open_market(by_name, LI, "b1")
    merge(by_name, me, "b1", kept="o1", merged="o2", now_us=NOW_US + 60 * SECOND_US)
    assert open_market(by_name, LI, "b1").tables["organisations"]["org_id"].tolist() == ["o1"]
    write("organisations", organisations(holder_id=[None, None, "m2"]))
    ended = open_market(by_name, LI, "b1")
    assert ended.tables["organisations"].empty
    assert ended.fingerprint != first.fingerprint


def test_doors_of_a_published_sweep_are_seen_until_it_ends(by_name: Store) -> None:
    sweep = published(by_name, {"o1": "m1", "o3": "m2"})
    assert open_market(by_name, LI, "b1").tables["organisations"]["org_id"].tolist() == ["o1", "o2"]
    end_sweep(by_name, CHIEF, "b1", sweep.sweep_id, expected=None, now_us=NOW_US + 60 * SECOND_US)
    assert open_market(by_name, LI, "b1").tables["organisations"]["org_id"].tolist() == ["o2"]
    published(by_name, {"o1": "m1"}, days=(date(2026, 6, 1), date(2026, 6, 30)), now_us=NOW_US + 90 * SECOND_US)  # its last day is over
    assert open_market(by_name, LI, "b1").tables["organisations"]["org_id"].tolist() == ["o2"]
