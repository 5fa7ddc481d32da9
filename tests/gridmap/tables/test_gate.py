"""The gate: every row is accepted or rejected, every finding is told at once, with the row as the file counts it."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from gridmap import schema
from gridmap.errors import Message
from gridmap.tables import RULES, BranchFrame, check_table
from gridmap.tables.issues import MOST
from tests.gridmap.reading_here import read_here

TODAY = date(2026, 10, 31)
BRANCH = BranchFrame("445321", None, "Asia/Shanghai")


def check(text, table="organisations", **options):
    data = text if isinstance(text, bytes) else text.encode()
    return check_table(read_here(data, table=table), schema.table(table), today=TODAY, **options)


def told(checked, severity="error"):
    return [(finding.row, finding.column, finding.rule) for finding in checked.findings if finding.severity == severity]


def csv(*rows, header="org_id,name,lat,lon,employees,opened_on,tier,core"):
    return "\n".join((header, *rows)) + "\n"


GOOD = "1,a,22.7,112.2,5,2020-01-01,A,yes"


def test_a_good_row_is_typed_as_the_schema_says():
    checked = check(csv(GOOD), branch=BRANCH)
    assert checked.findings == ()
    assert checked.accepted.dtypes.astype(str).to_dict() == {
        "org_id": "str",
        "name": "str",
        "branch_id": "str",
        "opened_on": "datetime64[us]",
        "tier": "str",
        "lat": "float64",
        "lon": "float64",
        "employees": "Int64",
        "core": "boolean",
    }
    assert checked.accepted.iloc[0].to_dict() == {
        "org_id": "1", "name": "a", "branch_id": "445321", "opened_on": pd.Timestamp("2020-01-01"), "tier": "A", "lat": 22.7, "lon": 112.2,
        "employees": 5, "core": True,
    }  # fmt: skip
    assert (checked.read, len(checked.accepted), len(checked.rejected), checked.unplaced) == (1, 1, 0, 0)


@pytest.mark.parametrize(
    ("row", "column", "rule"),
    [
        ("2,,22.7,112.2,5,2020-01-01,A,yes", "name", "required"),
        ("2,b,22.7,112.2,many,2020-01-01,A,yes", "employees", "not_number"),
        ("2,b,22.7,112.2,50(万人民币元),2020-01-01,A,yes", "employees", "not_number"),
        ("2,b,22.7,112.2,1.5,2020-01-01,A,yes", "employees", "not_integer"),
        ("2,b,22.7,112.2,-1,2020-01-01,A,yes", "employees", "out_of_range"),
        ("2,b,22.7,112.2,3000000,2020-01-01,A,yes", "employees", "out_of_range"),
        ("2,b,22.7,112.2,5,2020-02-30,A,yes", "opened_on", "not_date"),
        ("2,b,22.7,112.2,5,03/04/2020,A,yes", "opened_on", "ambiguous_date"),
        ("2,b,22.7,112.2,5,2020-01-01,Z,yes", "tier", "not_choice"),
        ("2,b,22.7,112.2,5,2020-01-01,A,perhaps", "core", "not_boolean"),
        ("2,b,north,112.2,5,2020-01-01,A,yes", "lat", "not_number"),
        ("2,b,22.7,,5,2020-01-01,A,yes", "lon", "half_point"),
        ("2,b,112.2,22.7,5,2020-01-01,A,yes", "lat", "swapped"),
        ("2,b,22.7,212.2,5,2020-01-01,A,yes", "lon", "out_of_range"),
        ("2,b,222.7,212.2,5,2020-01-01,A,yes", "lat", "out_of_range"),
        ("1,b,22.7,112.2,5,2020-01-01,A,yes", "org_id", "duplicate_key"),
        (GOOD, "org_id", "repeat"),
        (f"2,{'b' * 10_000},22.7,112.2,5,2020-01-01,A,yes", "name", "too_long"),
        ("2,b,22.7,112.2,5,2020-01-01,A", "", "ragged"),
    ],
)
def test_each_wrong_value_is_one_finding_of_its_row_and_refuses_only_that_row(row, column, rule):
    checked = check(csv(GOOD, row, "3,c,22.7,112.2,5,2020-01-01,A,yes"), branch=BRANCH)
    assert (3, column, rule) in told(checked)
    assert {finding[0] for finding in told(checked)} == {3}
    assert checked.accepted["org_id"].tolist() == ["1", "3"]
    assert checked.accepted_rows.tolist() == [2, 4]
    assert len(checked.rejected) == 1
    assert rule in checked.rejected["rule"][0]
    assert all(checked.rejected.iloc[0][["reason", "suggestion"]].str.len() > 5)
    for finding in checked.findings:
        assert "{" not in str(finding.message).replace("{{", "")
        assert len(finding.value) <= 90


def test_all_findings_come_at_once_though_one_column_cannot_be_read():
    checked = check(csv("1,a,x,112.2,many,2020-02-30,Z,perhaps", "2,,99,112.2,5,soon,A,yes"))
    assert told(checked) == [
        (2, "opened_on", "not_date"),
        (2, "tier", "not_choice"),
        (2, "employees", "not_number"),
        (2, "core", "not_boolean"),
        (2, "lat", "not_number"),
        (3, "opened_on", "not_date"),
        (3, "lat", "out_of_range"),
        (3, "name", "required"),
    ]


def test_the_rejected_rows_come_back_in_the_files_own_layout():
    text = "单位名称;集团编码;成员数;别的\n鸿达;0001;五;x\n宏发;0002;5;y\n"
    checked = check(text.encode("gb18030"))
    assert list(checked.rejected.columns) == ["单位名称", "集团编码", "成员数", "别的", "reason", "rule", "suggestion"]
    assert checked.rejected.iloc[0].tolist()[:4] == ["鸿达", "0001", "五", "x"]
    assert told(checked) == [(2, "成员数", "not_number")]


def test_the_reasons_are_given_in_the_language_asked_for():
    english = check(csv("1,a,22.7,112.2,many,,,"))
    assert english.rejected["reason"][0].startswith("employees is no number")


@pytest.mark.parametrize(
    "name",
    [
        "{{7*7}}",
        "${1}",
        "<img src=x onerror=alert(1)>",
        "`id`",
        "😀🏭",
        'O\'Neil & "Sons"',
        "=1+1",
        "%s {0} {name}",
        "鸿達\uff08新興\uff09",
    ],
)
def test_any_name_is_text(name):
    frame = pd.DataFrame({"org_id": ["1"], "name": [name], "employees": ["x"]})
    checked = check(frame.to_csv(index=False))
    assert checked.rejected["name"].tolist() == [name]
    good = check(frame.drop(columns="employees").to_csv(index=False))
    assert good.accepted["name"].tolist() == [name]


def test_values_in_messages_are_data_even_when_they_look_like_templates():
    checked = check(csv("1,a,{value} {{7*7}} {x},112.2,,,,"))
    finding = next(finding for finding in checked.findings if finding.rule == "not_number")
    assert "{value} {{7*7}} {x}" in str(finding.message)


@pytest.mark.parametrize("text", ["org_id,name\n", "org_id,name\n\n\n"])
def test_no_rows_is_an_error_of_the_file(text):
    checked = check(text)
    assert told(checked) == [(None, "", "no_rows")]
    assert checked.refused
    assert (checked.read, len(checked.accepted), len(checked.rejected)) == (0, 0, 0)


def test_a_missing_column_is_named_with_what_the_file_has():
    checked = check("visit_id,org_id\n1,2\n", table="visits")
    missing = [finding.column for finding in checked.findings if finding.rule == "missing_column"]
    assert missing == ["manager_id", "visited_at", "outcome"]
    assert "visit_id, org_id" in str(checked.findings[0].remedy)
    assert checked.refused
    assert len(checked.rejected) == checked.read == 1


def test_columns_and_headers_that_are_not_there_are_named():
    checked = check(csv(GOOD), mapping={"name": "label", "nonsense": "name", "lat": "#3"})
    assert {finding.rule for finding in checked.findings} >= {"unknown_header", "unknown_column"}
    assert checked.refused


def test_columns_are_chosen_by_position():
    checked = check("a,22.7,112.2\nb,22.8,112.3\n", mapping={"name": "#1", "lat": "#2", "lon": "#3"})
    assert checked.accepted[["name", "lat", "lon"]].to_numpy().tolist() == [["a", 22.7, 112.2], ["b", 22.8, 112.3]]


def test_rows_without_a_code_get_one_from_what_they_say():
    first, again = (check("name,address\na,x\nb,y\n") for _ in range(2))
    other_order = check("address,name\ny,b\nx,a\n")
    assert first.accepted["org_id"].tolist() == again.accepted["org_id"].tolist()
    assert set(other_order.accepted["org_id"]) == set(first.accepted["org_id"])
    assert first.counts["made_codes"] == 1
    repeated = check("name,address\na,x\nb,y\na,x\n")
    assert told(repeated) == [(4, "org_id", "repeat")]
    # A column that is not imported tells two rows apart, but does not make a new thing of an old one.
    told_apart = check("name,address,till\na,x,1\na,x,2\nb,y,3\n")
    assert len(told_apart.accepted) == 3
    assert first.accepted["org_id"][1] == told_apart.accepted["org_id"][2]


def test_a_credit_code_serves_as_code():
    checked = check("name,credit_code\na,91440101698694672C\nb,N/A\n")
    assert checked.accepted["org_id"][0] == "91440101698694672C"
    assert checked.accepted["org_id"][1].startswith("x")


def test_places_without_names_are_named_after_their_code_with_one_warning():
    checked = check("building_id,lat,lon\nB1,22.7,112.2\nB2,22.8,112.2\n", table="buildings")
    assert checked.accepted["name"].tolist() == ["#B1", "#B2"]
    assert told(checked, "warning") == [(None, "name", "unnamed")]
    some = check("org_id,单位名称\n1,a\n2,\n")
    assert some.accepted["name"].tolist() == ["a", "#2"]
    own = check("org_id,name\n1,a\n2,\n")
    assert told(own) == [(3, "name", "required")]
    people = check("manager_id,role\nM1,account\n", table="managers")
    assert "missing_column" in people.counts


def test_references_are_looked_up_where_the_ids_are_known():
    text = "visit_id,org_id,manager_id,visited_at,outcome\nV1,O1,M1,2026-01-01,met\nV2,O9,M1,2026-01-02,met\nV3,O1,M9,2026-01-03,met\n"
    checked = check(text, table="visits", known={"organisations": frozenset({"O1"}), "managers": frozenset({"M1"})})
    assert told(checked) == [(3, "org_id", "unknown_reference")]
    # Who went may be imported later; the visit is kept.
    assert (4, "manager_id", "unknown_manager") in told(checked, "warning")
    assert checked.accepted["visit_id"].tolist() == ["V1", "V3"]
    assert len(check(text, table="visits").accepted) == 3
    owned = check("cell,owner,valid_from\n884111aaa3fffff,M9,2026-01-01\n", table="ownership", known={"managers": frozenset({"M1"})})
    assert (2, "owner", "unknown_reference") in told(owned)
    parents = check("org_id,name,parent_id\n1,a,\n2,b,1\n3,c,8\n", known={"organisations": frozenset({"7"})})
    assert told(parents, "warning") == [(4, "parent_id", "unknown_parent")]


def test_rows_of_another_branch_are_refused_and_empty_ones_filled():
    checked = check("org_id,name,branch_id\n1,a,\n2,b,445321\n3,c,410100\n", branch=BRANCH)
    assert checked.accepted["branch_id"].tolist() == ["445321", "445321"]
    assert told(checked) == [(4, "branch_id", "other_branch")]


def test_a_day_of_a_visit_means_noon_there_and_a_clock_is_local_or_zoned():
    text = (
        "visit_id,org_id,manager_id,visited_at,outcome\n1,a,m,2026-01-01,met\n2,a,m,2026-01-01 09:30,met\n3,a,m,2026-01-01T09:30:00Z,met\n"
        "4,a,m,2027-01-01,met\n"
    )
    checked = check(text, table="visits", branch=BRANCH)
    assert [str(moment)[:16] for moment in checked.accepted["visited_at"]] == [
        "2026-01-01 04:00",
        "2026-01-01 01:30",
        "2026-01-01 09:30",
        "2027-01-01 04:00",
    ]
    assert str(checked.accepted["visited_at"].dtype) == "datetime64[us, UTC]"
    assert told(checked, "warning") == [(5, "visited_at", "in_future")]


def test_the_hour_that_comes_twice_and_the_one_that_never_comes():
    text = "visit_id,org_id,manager_id,visited_at,outcome\n1,a,m,2026-11-01 01:30,met\n2,a,m,2026-03-08 02:30,met\n"
    checked = check(text, table="visits", branch=BranchFrame("x", None, "America/Chicago"))
    assert [str(moment)[11:16] for moment in checked.accepted["visited_at"]] == ["06:30", "08:00"]


def test_foreign_trades_become_ours_and_their_words_are_kept():
    checked = check("org_id,name,Business type\n1,a,Restaurant\n2,b,Misc\n3,c,retail\n4,d,Odd\n5,e,\n")
    assert checked.accepted["trade"].tolist()[:4] == ["catering", "other", "retail", "other"]
    assert checked.accepted["source"].tolist()[:2] == ["Business type: Restaurant", "Business type: Misc"]
    assert checked.accepted["source"].isna().tolist() == [False, False, True, False, True]
    warning = next(finding for finding in checked.findings if finding.rule == "other_choice")
    assert "2 rows hold 2 texts" in str(warning.message)
    assert told(checked) == []


def test_a_composite_key_repeats_only_as_a_whole():
    text = "cell,valid_from,owner\nc1,2026-01-01,M1\nc1,2026-02-01,M2\nc1,2026-01-01,M3\n"
    assert told(check(text, table="ownership")) == [(4, "cell, valid_from", "duplicate_key")]


def test_what_the_reader_saw_is_told_too():
    checked = check("A title\norg_id,name\n1,a\n")
    assert told(checked, "warning") == [(None, "", "notice")]
    assert isinstance(checked.findings[0].message, Message)


def test_a_million_wrong_rows_make_a_bounded_list_and_a_whole_reject_file():
    count = 30_000
    checked = check("org_id,name,employees\n" + "".join(f"{at},a,x\n" for at in range(count)))
    assert len(checked.findings) == MOST + 1
    assert checked.counts["not_number"] == count == len(checked.rejected)
    assert checked.rejected["rule"].eq("not_number").all()
    assert f"{count - MOST} more" in str(checked.findings[-1].message)


@pytest.mark.parametrize("seed", range(20))
def test_no_row_is_ever_lost(seed):
    generator = np.random.default_rng(seed)
    pools = {
        "org_id": ["1", "2", "3", "", "4,5"],
        "name": ["a", "", "=x", "N/A"],
        "lat": ["22.7", "x", "", "112.2", "0", "99"],
        "lon": ["112.2", "", "22.7", "0", "-200"],
        "employees": ["1", "1,000", "x", "-1", ""],
        "opened_on": ["2020-01-01", "1/2/2020", "x", ""],
    }
    count = int(generator.integers(1, 40))
    frame = pd.DataFrame({name: generator.choice(pool, count) for name, pool in pools.items()})
    raw = read_here(frame.to_csv(index=False).encode())
    checked = check_table(raw, schema.table("organisations"), today=TODAY, branch=BRANCH)
    assert checked.read == len(raw.rows) == len(checked.accepted) + len(checked.rejected)
    assert len(checked.accepted_rows) == len(checked.accepted)
    assert not set(checked.accepted_rows) & {row for row, _, _ in told(checked)}
    assert checked.accepted["org_id"].is_unique


def test_rules_are_told_apart_and_say_what_to_do():
    keys = [rule.key for rule in RULES]
    assert len(set(keys)) == len(keys)
    assert all(rule.message and rule.remedy for rule in RULES)
