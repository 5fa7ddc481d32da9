"""Facts: additive measures per atom (cell, town, park, named holder); every figure is a ratio of their sums."""

from gridmap.facts.facts import ATTACHED, CREDITED, MEASURES, Facts, add
from gridmap.facts.measure import measure
from gridmap.facts.reholding import measure_each, with_holders
from gridmap.facts.rollup import LEVELS, NOT_PLACED, UNASSIGNED, roll_up

__all__ = [
    "ATTACHED",
    "CREDITED",
    "LEVELS",
    "MEASURES",
    "NOT_PLACED",
    "UNASSIGNED",
    "Facts",
    "add",
    "measure",
    "measure_each",
    "roll_up",
    "with_holders",
]
