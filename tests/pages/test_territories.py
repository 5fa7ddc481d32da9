"""Territories: what nobody owns stands first, and one click leads to the next such cell."""

from bench.branches import BRANCH
from gridmap.scope import operator
from gridmap.store import plan_as_of
from pages.shared import app


def loads(test):
    return next(frame.value for frame in test.dataframe if "fill" in frame.value.columns)


def cells(test):
    return next(frame.value for frame in test.dataframe if frame.value.columns[0] == "cell")


def test_unassigned_stands_first_and_over_capacity_is_marked(open_page):
    test = open_page("territories.py")
    table = loads(test)
    assert table["who"].iloc[0] == "Unassigned"
    assert table["mark"].iloc[0] == "nobody"
    over = table.iloc[1:]
    assert (over["mark"].eq("over") == over["fill"].gt(100)).all()
    assert int(test.metric[2].value) == over["mark"].eq("over").sum()


def test_next_jumps_from_one_unassigned_cell_to_the_next(open_page):
    test = open_page("territories.py", as_of="2025-05-31")  # nobody owned anything yet
    seen = []
    for _turn in range(3):
        test.button("next_free").click().run()
        assert not test.exception
        seen.append(test.session_state["view"]["cell"])
    listed = cells(test)
    assert seen == list(listed["cell"])[:3]
    assert test.session_state["view"]["manager"] == "-"


def test_a_manager_in_the_link_lists_their_cells(open_page):
    test = open_page("territories.py", manager="m01", branch=BRANCH)
    listed = cells(test)
    assert len(listed) in set(loads(test)["cells"])
    assert len(listed) > 0


def test_owners_of_a_past_day_are_shown_as_of_that_day(open_page):
    now, before = open_page("territories.py"), open_page("territories.py", as_of="2025-06-30")
    assert not before.exception
    assert len(loads(now)) >= len(loads(before)) > 0


def test_a_community_manager_sees_dashes_and_not_zeros_for_cells_of_others(open_page):
    test = open_page("territories.py", "community_manager", manager="m01", branch=BRANCH)
    assert not test.exception
    table = loads(test)
    known = table["organisations"] if "organisations" in table else table["prospects"]
    assert known.notna().sum() == 1, "their own row"
    assert test.metric[1].value == "\N{EN DASH}"
    assert cells(test)["organisations"].isna().all()


def owners():
    return dict(plan_as_of(app.store(), operator("test"), BRANCH, valid_us=app.store().clock()).owners)


def asked(own_page, role, cell, why=""):
    test = own_page("territories.py", role, cell=cell, branch=BRANCH)
    test.text_input("claim_why").set_value(why)
    return test.button("claim_ask").click().run()


def nobodys(own_page):
    test = own_page("territories.py", manager="-", branch=BRANCH)
    return cells(test)["cell"].iloc[0]


def test_a_claim_is_asked_answered_and_told(own_page):
    free = nobodys(own_page)
    theirs = asked(own_page, "community_manager", free, "on my way {{7*7}}")
    assert not theirs.exception
    assert any(button.key == "claim_withdraw_1" for button in theirs.button)

    manager = own_page("territories.py")
    assert any("1 claim" in expander.label for expander in manager.expander)
    assert "on my way {{7*7}}" in " ".join(text.value for text in manager.text), "why, as plain text"
    manager.button("inbox_do_accept_1").click().run()
    assert not manager.exception
    assert owners()[free] == "m00"
    assert not any("claim" in expander.label for expander in manager.expander)

    back = asked(own_page, "community_manager", free, "too far")
    assert any("Gives back" in text.value for text in back.text)
    manager = own_page("territories.py")
    manager.button("inbox_do_decline_2").click().run()
    assert any("could not be done" in error.value for error in manager.error), "declining needs an answer"
    manager.text_input("inbox_answer_decline_2").set_value("keep it")
    manager.button("inbox_do_decline_2").click().run()
    told = own_page("territories.py", "community_manager")
    table = next(frame.value for frame in told.dataframe if "decided_who" in frame.value.columns)
    assert list(table["state"]) == ["Declined", "Accepted"]
    assert list(table["answer"]) == ["keep it", ""]
    assert owners()[free] == "m00"


def test_a_claim_can_be_withdrawn_before_it_is_answered(own_page):
    test = asked(own_page, "account_manager", nobodys(own_page))
    test.button("claim_withdraw_1").click().run()
    table = next(frame.value for frame in test.dataframe if "decided_who" in frame.value.columns)
    assert list(table["state"]) == ["Withdrawn"]
    assert not any("claim" in expander.label for expander in own_page("territories.py").expander)


def test_only_a_free_cell_can_be_claimed_and_only_ones_own_given_back(own_page):
    free = nobodys(own_page)
    taken = next(cell for cell, owner in owners().items() if owner == "m02")
    test = own_page("territories.py", "community_manager", cell=taken, branch=BRANCH)
    assert not any(button.key == "claim_ask" for button in test.button)
    assert any("somebody else" in info.value for info in test.info)
    for role in ("branch_manager", "executive", "planner"):
        other = own_page("territories.py", role, cell=free, branch=BRANCH)
        assert not any(button.key == "claim_ask" for button in other.button)
