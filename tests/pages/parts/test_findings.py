"""Findings on the screen: rules in words, never by their codes."""

from gridmap.errors import Finding, say
from gridmap.tables.rules import RULES
from gridmap.texts import catalogue, worded
from pages.parts import findings, session


def test_rules_are_told_in_words(monkeypatch):
    monkeypatch.setattr(session, "language", lambda: "en")
    found = Finding("organisations", 5, "lat", "not_number", "abc", say("x"), say("y"))
    assert findings.frame_of([found])["Rule"].tolist() == ["Not number"]


def test_every_rule_has_chinese_words():
    chinese = catalogue("zh_CN")
    assert [rule.key for rule in RULES if chinese.gettext(worded(rule.key)) == worded(rule.key)] == []
