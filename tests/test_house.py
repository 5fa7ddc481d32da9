"""The rules of the house that no linter knows: what may stand where, and what may not stand at all."""

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

HOUSE = Path(__file__).parent.parent
CONFIGURATION = tomllib.loads((HOUSE / "pyproject.toml").read_text("utf-8"))
TOP = {
    "gridmap", "layers", "pages", "sample_geo", "tests", "bench", "docs", "streamlit_app.py", "pyproject.toml", "README.md",
    "Makefile", "CHANGELOG.md", "CONTRIBUTING.md", "requirements.lock",
}  # fmt: skip


def tracked(*endings: str) -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=HOUSE, capture_output=True, text=True, check=True).stdout
    return [HOUSE / name for name in listed.split("\0") if name and (HOUSE / name).is_file() and (not endings or name.endswith(endings))]


def contract(name: str) -> dict[str, object]:
    return next(each for each in CONFIGURATION["tool"]["importlinter"]["contracts"] if each["name"] == name)


def test_the_top_level_is_the_one_agreed_on() -> None:
    found = {path.relative_to(HOUSE).parts[0] for path in tracked()}
    assert {name for name in found if not name.startswith(".")} <= TOP


def test_the_sql_contract_names_every_module_but_the_store() -> None:
    modules = {f"gridmap.{path.stem}" for path in (HOUSE / "gridmap").iterdir() if path.suffix == ".py" or (path / "__init__.py").is_file()}
    named = set(contract("SQL only in the store")["source_modules"])
    assert modules - named - {"gridmap.store", "gridmap.__init__", "gridmap.__main__"} == set()


def test_folium_stands_only_in_layers_and_the_map_view() -> None:
    allowed = {HOUSE / "pages" / "parts" / "map_view.py"}
    guilty = [
        path
        for path in tracked(".py")
        if path.relative_to(HOUSE).parts[0] in {"gridmap", "pages", "sample_geo"}
        and path not in allowed
        and re.search(r"^\s*(import|from) (folium|streamlit_folium|branca)", path.read_text("utf-8"), re.MULTILINE)
    ]
    assert guilty == []


def test_session_state_is_touched_in_one_place() -> None:
    allowed = {HOUSE / "pages" / "parts" / "session.py"}
    guilty = [
        path
        for path in tracked(".py")
        if path.relative_to(HOUSE).parts[0] == "pages" and path not in allowed and "session_state" in path.read_text("utf-8")
    ]
    assert guilty == []


def test_streamlit_cannot_serve_a_page_past_the_frame() -> None:
    # A folder named pages beside the main script is served without any navigation; the main script is pages/frame.py.
    assert not (HOUSE / "pages" / "pages").exists()


def test_no_page_shadows_a_module() -> None:
    # While a page runs, its folder stands first on the path.
    names = {path.stem for path in (HOUSE / "pages").glob("*.py")} - {"__init__"}
    assert names & set(sys.stdlib_module_names) == set()


@pytest.mark.parametrize("lock", ["requirements.lock", "tests/requirements.lock"])
def test_a_lock_names_no_host(lock: str) -> None:
    text = (HOUSE / lock).read_text("utf-8")
    assert "://" not in text
    assert "--hash=sha256:" in text


def test_no_machine_path() -> None:
    paths = re.compile(r"[\"'( ]/(work|home|root)/[a-z.]")
    guilty = [path for path in tracked(".py", ".md", ".toml", ".js", ".sh", "Makefile") if paths.search(path.read_text("utf-8"))]
    assert guilty == []


def test_no_page_writes_html_of_its_own() -> None:
    # A page may not pass text on as HTML; tests may name what they forbid.
    unsafe = "unsafe_allow" + "_html"
    assert [path for path in tracked(".py") if path.relative_to(HOUSE).parts[0] != "tests" and unsafe in path.read_text("utf-8")] == []


def test_files_stay_small() -> None:
    long = {path.relative_to(HOUSE).as_posix(): lines for path in tracked(".py") if (lines := path.read_text("utf-8").count("\n")) > 320}
    assert long == {}


def test_randomness_and_clock_are_arguments_in_the_domain() -> None:
    calls = re.compile(
        r"(datetime\.now|date\.today|time\.time\(|np\.random\.(?!Generator|default_rng|PCG64)|random\.(random|choice|shuffle)\()"
    )
    guilty = [path for folder in ("gridmap", "layers") for path in (HOUSE / folder).rglob("*.py")
              if path.relative_to(HOUSE).parts[1] not in {"cli", "cli.py"} and calls.search(path.read_text("utf-8"))]  # fmt: skip
    assert guilty == []


def test_every_module_says_what_it_is() -> None:
    silent = [path for path in tracked(".py") if path.name != "__init__.py" and not ast.get_docstring(ast.parse(path.read_text("utf-8")))
              and path.relative_to(HOUSE).parts[0] in {"gridmap", "layers", "pages", "sample_geo", "bench"}]  # fmt: skip
    assert silent == []
