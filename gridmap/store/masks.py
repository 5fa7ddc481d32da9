"""Hiding personal numbers where they are read."""

import pandas as pd

from gridmap.scope import Scope

MASK = "****"


def mask_numbers(contacts: pd.DataFrame, scope: Scope, branch_id: str) -> pd.DataFrame:
    """Hide the middle of contacts' numbers (138****5678) from whoever may not reveal them."""
    if scope.allows("see_contacts", branch_id):
        return contacts
    return contacts.assign(phone=masked(contacts["phone"]))


def masked(phones: pd.Series) -> pd.Series:
    """Return numbers with all but the first three and the last four characters hidden; short ones are hidden whole."""
    text = phones.astype("str")
    shown = text.str.slice(0, 3) + MASK + text.str.slice(-4)
    return shown.where((text.str.len() >= 9) | text.isna(), MASK)
