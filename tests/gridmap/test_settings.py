"""Settings: read once, frozen, and a name that does not exist is refused."""

from dataclasses import FrozenInstanceError

import pytest

from gridmap.errors import FileError
from gridmap.settings import Settings, load_settings


def written(tmp_path, text):
    path = tmp_path / "gridmap.toml"
    path.write_text(text, "utf-8")
    return path


def test_without_a_file_the_defaults_stand():
    assert load_settings({}) == Settings()


def test_a_file_changes_what_it_names_at_any_depth(tmp_path):
    text = """
    language = "zh_CN"
    [limits]
    rows = 5
    [rules]
    debt_cap = 4
    targets = [["filing_rate", "A", 0.9]]
    school_tiers = ["A"]
    [rules.danger]
    weights = [["agreement", 2.0]]
    told = [["red", ["manager", "executive"]]]
    """
    found = load_settings({}, written(tmp_path, text))
    assert (found.language, found.limits.rows, found.rules.debt_cap) == ("zh_CN", 5, 4)
    assert found.rules.targets == (("filing_rate", "A", 0.9),)
    assert found.rules.school_tiers == ("A",)
    assert found.rules.danger.weights == (("agreement", 2.0),)
    assert found.rules.danger.told == (("red", ("manager", "executive")),)
    assert found.rules.danger.levels == Settings().rules.danger.levels
    hash(found)  # nothing in it can be changed


def test_the_environment_beats_the_file(tmp_path):
    path = written(tmp_path, 'store = "a.db"')
    assert load_settings({"GRIDMAP_SETTINGS": str(path)}).store == "a.db"
    assert load_settings({"GRIDMAP_SETTINGS": str(path), "GRIDMAP_DATABASE_URL": "b.db"}).store == "b.db"


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("colour = 1", "colour"),
        ("[rules]\ncycle = 1", "rules.cycle"),
        ("[rules.danger]\nlevel = 1", "rules.danger.level"),
        ("[limits", "cannot be read"),
    ],
)
def test_what_does_not_exist_is_refused_by_name(tmp_path, text, named):
    with pytest.raises(FileError, match=named):
        load_settings({}, written(tmp_path, text))


def test_settings_cannot_be_changed():
    with pytest.raises(FrozenInstanceError):
        Settings().store = "other"
