"""What cells and managers bring to each measure of a request: additive facts, with what is held by name apart."""

import numpy as np
import pandas as pd

from gridmap.errors import N_, Message, say
from gridmap.facts import CREDITED, Facts
from gridmap.market import Market
from gridmap.market.columns import rows_in
from gridmap.territories.task import Floats

# What a request calls a measure, and the facts that are added up for it. Any other additive fact goes by its own name.
WORDS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("hours", ("hours_asked",)),
    ("accounts", ("filed_A", "filed_B", "filed_C")),
    ("prospects", ("prospects",)),
    ("revenue", ("revenue",)),
    ("white_space", ("white_space",)),
    ("organisations", ("organisations",)),
)
OF_CELLS = ("cells", "area_km2")  # what cells bring whatever lies in them


# What they are called in a sentence: "needs 61 accounts".
CALLED: tuple[tuple[str, str], ...] = (
    ("hours", N_("hours a month")),
    ("accounts", N_("accounts")),
    ("prospects", N_("prospects")),
    ("revenue", N_("of revenue a month")),
    ("white_space", N_("of white space a month")),
    ("organisations", N_("organisations")),
    ("cells", N_("cells")),
    ("area_km2", N_("km²")),
)


def measure_name(measure: str) -> Message | str:
    """Return what a measure is called behind an amount; additive facts without a word of their own go by their names."""
    found = dict(CALLED).get(measure)
    return say(found) if found else measure


def short_amount(value: float) -> float:
    """Round an amount to a tenth, to a whole number where it is one: so that a sentence reads 50 and not 50.0."""
    rounded = round(value, 1)
    return int(rounded) if rounded == int(rounded) else rounded


def known_measures(facts: Facts) -> tuple[str, ...]:
    """Return every name that a limit may give to a measure."""
    others = [name for name in facts.measures if name not in CREDITED]
    return tuple(dict.fromkeys([*(word for word, _ in WORDS), *OF_CELLS, *others]))


def cell_amounts(market: Market, facts: Facts, measures: tuple[str, ...]) -> Floats:
    """Return what goes with each cell of the grid (cells, measures): what lies in it and nobody holds by name."""
    atoms = facts.atoms[facts.atoms["named"].eq("").to_numpy(dtype=bool)]
    place = rows_in(atoms["cell"], market.grid.cells)
    inside = place >= 0
    amounts = np.zeros((len(market.grid.cells), len(measures)))
    for column, name in enumerate(measures):
        if name == "cells":
            amounts[:, column] = 1.0
        elif name == "area_km2":
            amounts[:, column] = market.grid.sizes_km2
        else:
            values = _values(atoms, name)
            amounts[:, column] = np.bincount(place[inside], weights=values[inside], minlength=len(amounts))
    return amounts


def held_amounts(facts: Facts, managers: pd.Index, measures: tuple[str, ...]) -> Floats:
    """Return what each manager holds by name, wherever it lies (managers, measures): it does not go with a cell."""
    atoms = facts.atoms[facts.atoms["named"].ne("").to_numpy(dtype=bool)]
    place = rows_in(atoms["named"], managers)
    theirs = place >= 0
    held = np.zeros((len(managers), len(measures)))
    for column, name in enumerate(measures):
        if name not in OF_CELLS:
            held[:, column] = np.bincount(place[theirs], weights=_values(atoms, name)[theirs], minlength=len(managers))
    return held


def _values(atoms: pd.DataFrame, name: str) -> Floats:
    columns = dict(WORDS).get(name, (name,))
    return np.asarray(atoms[list(columns)].sum(axis=1), dtype=float)
