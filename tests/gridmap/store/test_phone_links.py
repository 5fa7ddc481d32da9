"""Links that open the phone page: signed, ended by time or by hand, and never wider than their manager."""

from datetime import date

import pytest

from gridmap.errors import PlanError, ScopeError
from gridmap.scope import Scope
from gridmap.settings import Settings
from gridmap.store import Store, issue_phone_link, link_of_token, open_store, phone_links, revoke_phone_link
from tests.gridmap.store.conftest import NOW_US, Write, organisations
from tests.gridmap.store.field_lives import CHIEF, DAY_US, HOUR_US, LI, MANAGERS, WANG, Field, begin_field, draft, published


@pytest.fixture
def begun(store: Store, write: Write) -> Field:
    return begin_field(store, write, organisations())


def test_a_token_gives_its_link_and_the_scope_of_its_manager(begun: Field) -> None:
    seen = link_of_token(begun.store, begun.token, now_us=NOW_US + HOUR_US)
    assert (seen.state, seen.link.sweep_id, seen.link.manager_id) == ("live", begun.sweep.sweep_id, "m1")
    assert seen.scope == Scope("manager:m1", "Li", "community_manager", frozenset({"b1"}), "m1")


@pytest.mark.parametrize(("role", "expected"), [("account", "account_manager"), ("community", "community_manager"), ("chief", "chief")])
def test_the_role_is_that_of_the_table_of_managers_now(begun: Field, write: Write, role: str, expected: str) -> None:
    write("managers", MANAGERS.head(1).assign(role=role))
    assert link_of_token(begun.store, begun.token, now_us=NOW_US + HOUR_US).scope.role == expected


def test_a_link_ends_by_time_and_by_hand(begun: Field) -> None:
    store, link_id = begun.store, begun.link.link.link_id
    ends = begun.link.link.expires_us
    assert link_of_token(store, begun.token, now_us=ends - 1).state == "live"
    assert link_of_token(store, begun.token, now_us=ends).state == "expired"
    gone = revoke_phone_link(store, CHIEF, "b1", link_id, now_us=NOW_US + HOUR_US)
    assert (gone.revoked_us, gone.ends_us) == (NOW_US + HOUR_US, NOW_US + HOUR_US)
    assert revoke_phone_link(store, CHIEF, "b1", link_id, now_us=NOW_US + 2 * HOUR_US) == gone
    assert link_of_token(store, begun.token, now_us=NOW_US + HOUR_US).state == "revoked"
    assert phone_links(store, CHIEF, "b1", begun.sweep.sweep_id)["revoked_us"].tolist() == [NOW_US + HOUR_US]


def test_nothing_opens_any_more_for_a_manager_who_has_left(begun: Field, write: Write) -> None:
    write("managers", MANAGERS.head(1).assign(active_to=[date(2026, 7, 1)]).astype({"active_to": "datetime64[us]"}))
    assert link_of_token(begun.store, begun.token, now_us=NOW_US + HOUR_US).state == "live"  # their last day
    assert link_of_token(begun.store, begun.token, now_us=NOW_US + DAY_US).state == "revoked"


def test_a_forged_token_is_refused_with_one_message(begun: Field) -> None:
    link_id, mark = begun.token.split(".")
    other, _ = issue_phone_link(begun.store, CHIEF, "b1", begun.sweep.sweep_id, "m1", expires_us=NOW_US + DAY_US, now_us=NOW_US)
    forged = ("", ".", link_id, f"{link_id}.", f".{mark}", f"{other.link_id}.{mark}", f"{link_id}.{mark[:-1]}", f"{link_id}.{mark}x",
              f"{link_id}.{'A' * len(mark)}", "\x00.\ud800", "é.é", "x" * 10_000)  # fmt: skip
    told = set()
    for token in forged:
        with pytest.raises(ScopeError) as refused:
            link_of_token(begun.store, token, now_us=NOW_US + 1)
        told.add(str(refused.value))
    assert len(told) == 1


def test_a_token_that_was_signed_elsewhere_is_refused(begun: Field, tmp_path: object) -> None:
    elsewhere = open_store(":memory:", settings=Settings(secret="another"))  # noqa: S106 - no secret of anybody's
    with pytest.raises(ScopeError):
        link_of_token(elsewhere, begun.token, now_us=NOW_US + 1)
    elsewhere.engine.dispose()


def test_a_token_outlives_the_process_that_gave_it(sqlite_path: object, tmp_path: object, me: Scope) -> None:
    from gridmap.store import ensure_branch, write_rows  # noqa: PLC0415 - of this test alone

    settings = Settings(snapshots=str(tmp_path) + "/s")
    store = open_store(str(sqlite_path), settings=settings)
    ensure_branch(store, me, "b1", now_us=NOW_US)
    origin = {"as_of": None, "now_us": NOW_US, "file_name": "", "file_sha256": "", "mapping": {}, "source": ""}
    write_rows(store, me, "b1", "managers", MANAGERS, **origin)
    sweep = published(store, {"o1": "m1"})
    _, token = issue_phone_link(store, CHIEF, "b1", sweep.sweep_id, "m1", expires_us=NOW_US + DAY_US, now_us=NOW_US)
    store.engine.dispose()
    for chosen in (settings, Settings(snapshots=settings.snapshots, secret="set later")):  # noqa: S106
        again = open_store(str(sqlite_path), settings=chosen)
        assert link_of_token(again, token, now_us=NOW_US + 1).state == "live"
        again.engine.dispose()


def test_a_link_is_for_a_manager_of_a_published_sweep(begun: Field) -> None:
    store, sweep_id = begun.store, begun.sweep.sweep_id
    unpublished = draft(store, "m1").sweep_id
    for sweep, manager, ends in ((sweep_id, "m2", DAY_US), (unpublished, "m1", DAY_US), (sweep_id, "m1", 0), (999, "m1", DAY_US)):
        with pytest.raises(PlanError):
            issue_phone_link(store, CHIEF, "b1", sweep, manager, expires_us=NOW_US + ends, now_us=NOW_US)
    led = published(store, {"o3": "m3"})
    with pytest.raises(PlanError, match="m3"):  # a leader visits nobody
        issue_phone_link(store, CHIEF, "b1", led.sweep_id, "m3", expires_us=NOW_US + DAY_US, now_us=NOW_US)


def test_most_managers_see_and_end_their_own_links_only(begun: Field) -> None:
    store = begun.store
    team = published(store, {"o3": "m2"})
    theirs, _ = issue_phone_link(store, WANG, "b1", team.sweep_id, "m2", expires_us=NOW_US + DAY_US, now_us=NOW_US)
    assert phone_links(store, LI, "b1", begun.sweep.sweep_id)["manager_id"].tolist() == ["m1"]
    with pytest.raises(PlanError):
        phone_links(store, LI, "b1", team.sweep_id)
    with pytest.raises(PlanError):
        revoke_phone_link(store, LI, "b1", theirs.link_id, now_us=NOW_US + 1)
    with pytest.raises(ScopeError):
        issue_phone_link(store, LI, "b1", team.sweep_id, "m2", expires_us=NOW_US + DAY_US, now_us=NOW_US)
