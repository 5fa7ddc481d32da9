"""Territories: what nobody owns stands first, and one click leads to the next such cell."""

from bench.branches import BRANCH


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
