"""To come."""

from gridmap.sweeps.planned import PlannedStop
from pages.parts.sweeping.sweep import Sweep


def show(sweep: Sweep, days: tuple[int, ...]) -> None:
    """Show."""


def offer_navigation(sweep: Sweep, planned: PlannedStop) -> None:
    """Offer."""
