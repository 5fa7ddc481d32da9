"""The gate: every row of a file is accepted, typed, or rejected with reason, rule and suggestion."""

from gridmap.tables.gate import BranchFrame, Checked, check_table
from gridmap.tables.mapping import ColumnMapping, header_fingerprint, mappable, propose_mapping
from gridmap.tables.raw import Flaw, RawTable
from gridmap.tables.rules import RULES, Rule

__all__ = [
    "RULES",
    "BranchFrame",
    "Checked",
    "ColumnMapping",
    "Flaw",
    "RawTable",
    "Rule",
    "check_table",
    "header_fingerprint",
    "mappable",
    "propose_mapping",
]
