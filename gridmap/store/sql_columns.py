"""Columns and checks of the store's own records, in the forms they share."""

import sqlalchemy as sa


def numbered(name: str) -> sa.Column[int]:
    """Return a key that the database counts up."""
    return sa.Column(name, sa.BigInteger().with_variant(sa.Integer(), "sqlite"), sa.Identity(), primary_key=True)


def texts(*names: str) -> tuple[sa.Column[str], ...]:
    """Return columns of text that are always there."""
    return tuple(sa.Column(name, sa.Text, nullable=False) for name in names)


def instants(*names: str) -> tuple[sa.Column[int], ...]:
    """Return columns of instants, microseconds UTC, that are always there."""
    return tuple(sa.Column(name, sa.BigInteger, nullable=False) for name in names)


def one_of(column: str, choices: tuple[str, ...]) -> sa.CheckConstraint:
    """Return the check that a column holds one of some texts."""
    return sa.CheckConstraint(" OR ".join(f"{column} = '{choice}'" for choice in choices), name=f"{column}_choice")
