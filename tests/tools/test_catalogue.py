"""The catalogues are whole, and the tool that says so finds every kind of gap."""

import pytest
from babel.messages.catalog import Catalog

from gridmap.texts import LANGUAGES
from tests.tools import catalogue

OTHERS = [language for language, _name in LANGUAGES if language != "en"]


@pytest.mark.parametrize("language", OTHERS)
def test_every_text_is_translated(language):
    assert catalogue.faults(catalogue.texts(), catalogue.read(language)) == []


@pytest.mark.parametrize("language", OTHERS)
def test_bringing_nothing_new_in_changes_nothing(language, tmp_path, monkeypatch):
    held = catalogue.path_of(language).read_bytes()
    copy = tmp_path / "gridmap.po"
    copy.write_bytes(held)
    monkeypatch.setattr(catalogue, "path_of", lambda _language: copy)
    catalogue.update(language)
    assert copy.read_bytes() == held
    assert b"#:" not in held  # file locations would change with every edit


def source(*texts):
    made = Catalog()
    for text in texts:
        made.add(text)
    return made


def held(*pairs, **flags):
    made = Catalog(locale="zh_CN")
    for text, string in pairs:
        made.add(text, string, **flags)
    return made


@pytest.mark.parametrize(
    ("wanted", "there", "fault"),
    [
        (source("Cell"), held(), "missing"),  # never brought in
        (source("Cell"), held(("Cell", "")), "missing"),  # brought in, not translated
        (source(("{count} cell", "{count} cells")), held((("{count} cell", "{count} cells"), ("",))), "missing"),  # a plural
        (source("Cell"), held(("Cell", "网格单元"), flags=("fuzzy",)), "fuzzy"),
        (source(), held(("Cell", "网格单元")), "unused"),
        (source("{count} cells"), held(("{count} cells", "网格单元")), "places differ"),  # a value would be lost
        (source("{count} cells"), held(("{count} cells", "{number} 个")), "places differ"),  # a value would be asked for in vain
    ],
)
def test_each_kind_of_gap_is_found(wanted, there, fault):
    assert [each.split(":")[0] for each in catalogue.faults(wanted, there)] == [fault]


def test_a_whole_catalogue_has_no_faults():
    assert catalogue.faults(source("{count} cells"), held(("{count} cells", "{count} 个网格单元"))) == []


def test_texts_of_the_schema_are_in_it_without_a_mark():
    found = {message.id for message in catalogue.texts()}
    assert {"Preserved fruit", "Name of the park as people there write it.", "Licence until"} <= found


def test_words_of_the_trade_are_the_carriers_own():
    texts = {message.id: message.string for language in OTHERS for message in catalogue.read(language) if message.id}
    assert texts["Cell"] == "网格单元"
    assert not [string for string in texts.values() if "小区" in str(string)]  # a radio cell


@pytest.mark.parametrize(("arguments", "code"), [(["check"], 0), ([], 2), (["mend"], 2)])
def test_exit_codes(arguments, code, capsys):
    assert catalogue.main(arguments) == code


def test_no_text_hides_inside_an_f_string(tmp_path, monkeypatch):
    assert list(catalogue.hidden()) == []
    (tmp_path / "gridmap").mkdir()
    (tmp_path / "gridmap" / "page.py").write_text("""shown = f"{_('Hidden')} · {name}"\n""", "utf-8")
    monkeypatch.setattr(catalogue, "ROOT", tmp_path)
    monkeypatch.setattr(catalogue, "SOURCES", ("gridmap",))
    assert list(catalogue.hidden()) == ["gridmap/page.py:1: bind the text to a name first: 'Hidden'"]
