"""Frozen data as JSON and back; `tests/gridmap/sweeps/test_written.py` and `territories/test_written.py` try it on what is kept."""

from dataclasses import dataclass
from typing import Literal

import pytest

from gridmap import json_texts


@dataclass(frozen=True)
class Thing:
    """A field of one kind or another."""

    most: float | Literal["own"] | None = None
    pairs: tuple[tuple[str, str], ...] = ()


@pytest.mark.parametrize("thing", [Thing(), Thing(most=5.0), Thing(most="own"), Thing(pairs=(("a", "b"),))])
def test_what_is_one_kind_or_another_reads_back(thing):
    assert json_texts.read(Thing, json_texts.written(thing)) == thing


@pytest.mark.parametrize(
    ("text", "where"),
    [('{"most": "mine"}', "Thing.most"), ('{"most": true}', "Thing.most"), ('{"pairs": [["a"]]}', "Thing.pairs"), ("[", "no JSON")],
)
def test_what_is_of_another_form_is_refused_by_name(text, where):
    with pytest.raises(ValueError, match=where):
        json_texts.read(Thing, text)
