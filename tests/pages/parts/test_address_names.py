"""Every choice that is kept in the view has a form in the address: one without would spring back to its default at once."""

import ast
from pathlib import Path

import pytest

from pages.parts.address import FORMS

PAGES = Path(__file__).parents[3] / "pages"
KEEPERS = {"pick_of": 1, "pick_several": 1, "choice": 1, "choices": 1, "number": 1, "day": 1}
# Kept in the session on purpose, by widgets of the same names.
OF_SESSION = {"pick_several": "session"}


def names_kept():
    for path in sorted(PAGES.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Name)):
                continue
            owner, method = node.func.value.id, node.func.attr
            if owner not in ("controls", "session") or method not in KEEPERS or OF_SESSION.get(method) == owner:
                continue
            if (owner == "controls") != (method in ("pick_of", "pick_several")) or len(node.args) < 2:
                continue
            name = node.args[1]
            if isinstance(name, ast.Constant) and isinstance(name.value, str):
                yield path.name, name.value


@pytest.mark.parametrize(("path", "name"), sorted(set(names_kept())))
def test_what_is_kept_in_the_view_has_a_form(path, name):
    assert name in dict(FORMS)


def test_there_are_such_choices():
    assert len(set(names_kept())) > 20
