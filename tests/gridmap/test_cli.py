"""The command line: its words, its exit codes, its JSON, its two languages."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

import gridmap
from gridmap.cli import COMMANDS, main
from gridmap.cli.demo import free_port

GOOD = "id,name,lat,lon\nA1,One,22.70,112.22\nA2,Two,22.71,112.23\n"
BAD = GOOD + "A3,,22.70,112.22\n"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in an empty folder, with no settings around."""
    monkeypatch.chdir(tmp_path)
    for name in ("GRIDMAP_DATABASE_URL", "GRIDMAP_SETTINGS", "GRIDMAP_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "good.csv").write_text(GOOD, "utf-8")
    (tmp_path / "bad.csv").write_text(BAD, "utf-8")
    return tmp_path


def run(*words: str) -> int:
    try:
        return main(list(words))
    except SystemExit as stopped:
        return int(stopped.code or 0)


def bring(*words: str) -> int:
    return run("import", "--table", "organisations", "--branch", "XX", *words)


def test_import_prints_what_it_did_and_uses_the_store_in_this_folder(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert bring("good.csv") == 0
    told = capsys.readouterr()
    assert "2 rows read, 2 accepted" in told.out
    assert not [line for line in told.err.splitlines() if "%" not in line]  # at most how far it is
    assert (here / "gridmap.db").is_file()


@pytest.mark.parametrize("words", [("--store", "other.db"), ("--store=other.db",)])
@pytest.mark.parametrize("place", ["before", "after"])
def test_the_store_that_is_named_beats_the_environment(
    here: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], place: str
) -> None:
    monkeypatch.setenv("GRIDMAP_DATABASE_URL", str(here / "environment.db"))
    rest = ("import", "good.csv", "--table", "organisations", "--branch", "XX")
    assert run(*words, *rest) == 0 if place == "before" else run(*rest, *words) == 0
    assert (here / "other.db").is_file()
    assert not (here / "environment.db").exists()
    assert bring("good.csv") == 0
    assert (here / "environment.db").is_file()


def test_json_has_the_keys_that_scripts_rely_on(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert bring("bad.csv", "--json") == 1
    told = json.loads(capsys.readouterr().out)
    assert {name: told[name] for name in ("read", "accepted", "rejected", "unplaced", "new", "changed", "unchanged")} == {
        "read": 3, "accepted": 2, "rejected": 1, "unplaced": 0, "new": 2, "changed": 0, "unchanged": 0,
    }  # fmt: skip
    assert told["written"] is False
    finding = told["findings"][0]
    assert (finding["table"], finding["row"], finding["column"], finding["rule"], finding["value"]) == (
        "organisations", 4, "name", "required", "",
    )  # fmt: skip
    assert finding["message"]
    assert finding["remedy"]
    assert (here / told["reject_file"]).read_text("utf-8-sig").startswith("id,name,lat,lon,reason")


def test_several_files_give_a_list_and_each_stands_alone(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert bring("good.csv", "bad.csv", "--json") == 1
    told = json.loads(capsys.readouterr().out)
    assert [each["written"] for each in told] == [True, False]


def test_a_refused_import_is_told_on_standard_error(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert bring("bad.csv") == 1
    told = capsys.readouterr()
    assert "row 4 [name]: name is empty. Fill it in." in told.err
    assert "--accept-good" in told.err
    assert "bad.rejected.csv" in told.out


def test_accepted_good_rows_are_a_success(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "back").mkdir()
    assert bring("bad.csv", "--accept-good", "--rejects", "back", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["written"], told["new"], told["rejected"]) == (True, 2, 1)
    assert told["reject_file"] == str(Path("back") / "bad.rejected.csv")


def test_a_dry_run_changes_nothing(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert bring("good.csv", "--dry-run", "--json") == 0
    assert json.loads(capsys.readouterr().out)["new"] == 2
    assert bring("good.csv", "--json") == 0
    assert json.loads(capsys.readouterr().out)["new"] == 2


def test_columns_by_position_before_and_after_the_file(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "plain.csv").write_text("22.70,112.22\n22.71,112.23\n", "utf-8")
    assert bring("--map", "lat=#1", "lon=#2", "plain.csv", "--json") == 0
    assert json.loads(capsys.readouterr().out)["mapping"] == {"lat": "#1", "lon": "#2"}
    assert bring("plain.csv", "--map", "lat=#1", "--map", "lon=#2", "--json") == 0
    assert json.loads(capsys.readouterr().out)["unchanged"] == 2


def test_a_later_state_of_the_rows_has_its_day(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert bring("good.csv", "--as-of", "2026-01-01") == 0
    (here / "later.csv").write_text(GOOD.replace("One", "One and more"), "utf-8")
    assert bring("later.csv", "--as-of", "2026-03-01") == 0
    for day, name in (("2026-02-28", "One"), ("2026-03-01", "One and more")):
        assert run("export", "--table", "organisations", "--out", "out.json", "--as-of", day) == 0
        assert json.loads((here / "out.json").read_text("utf-8"))[0]["name"] == name
    capsys.readouterr()


WRONG_USE = [
    ((), "COMMAND"),  # nothing asked for
    (("explode",), "explode"),  # no such command
    (("import", "good.csv"), "--table"),  # what are the rows?
    (("import", "good.csv", "--table", "spoons"), "spoons"),  # no such table
    (("import", "--table", "areas"), "file"),  # no file
    (("import", "absent.csv", "--table", "areas"), "absent.csv"),  # a file that is not there
    (("import", "good.csv", "--table", "organisations", "--crs", "mars"), "mars"),  # no such system
    (("import", "good.csv", "--table", "organisations", "--as-of", "1/2/26"), "1/2/26"),  # a day that can be read in two ways
    (("import", "good.csv", "--table", "organisations", "--as-of", "2026-02-30"), "2026-02-30"),  # no such day
    (("import", "good.csv", "--table", "organisations", "--map", "spoon=name"), "spoon"),  # no such column
    (("import", "good.csv", "--table", "organisations", "--rejects", "absent"), "absent"),  # nowhere to put refused rows
    (("export", "--out", "x.csv"), "--by"),  # of what?
    (("export", "--by", "cell", "--out", "x.bin"), "--format"),  # in which format?
    (("export", "--by", "cell", "--out", "x.csv"), "gridmap.db"),  # from which store?
    (("demo", "--store", "x.db"), "--folder"),  # the sample has a store of its own
    (("demo", "--organisations", "0"), "--organisations"),  # no sample at all
]


@pytest.mark.parametrize(("words", "named"), WRONG_USE)
def test_what_cannot_be_meant_is_2_and_names_it(here: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], named: str) -> None:
    assert run(*words) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert named in told.err
    assert "Traceback" not in told.err
    assert not (here / "gridmap.db").exists()


def test_a_store_of_something_else_is_refused(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--store", "mysql://somewhere/db", "import", "good.csv", "--table", "organisations", "--branch", "XX") == 1
    assert "--store" in capsys.readouterr().err
    assert run("--store", "good.csv", "import", "good.csv", "--table", "organisations", "--branch", "XX") == 1
    assert "Traceback" not in capsys.readouterr().err


def test_messages_in_chinese(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert bring("bad.csv", "--lang", "zh_CN") == 1
    assert re.search("[\u4e00-\u9fff]", capsys.readouterr().err)
    assert run("--lang", "zh_CN", "--help") == 0
    assert re.search("[\u4e00-\u9fff]", capsys.readouterr().out)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_every_command_explains_itself(command: object, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(command.name, "--help") == 0  # type: ignore[attr-defined]
    told = capsys.readouterr().out
    assert "--store" in told
    assert "%" not in told


def test_module_and_command_are_one(tmp_path: Path) -> None:
    home = Path(gridmap.__file__).parents[1]
    told = subprocess.run([sys.executable, "-m", "gridmap", "version"], capture_output=True, text=True, check=True, cwd=home)
    assert told.stdout.startswith(f"gridmap {gridmap.__version__}")


def test_the_port_that_is_asked_for_or_a_free_one() -> None:
    assert free_port(None) >= 8501
