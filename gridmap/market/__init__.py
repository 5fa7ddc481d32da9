"""Market: what is. The tables of one version, each row placed in a cell; and what an organisation was at a date."""

from gridmap.market.build import build_market, grid_of
from gridmap.market.market import FOREVER_US, Branch, Market, Version, day_end_us, local_days
from gridmap.market.snapshot import grow_market, open_market, save_market
from gridmap.market.standing import STAGES, closed_months, complete_at, live_at, stage_at, tier_at

__all__ = [
    "FOREVER_US",
    "STAGES",
    "Branch",
    "Market",
    "Version",
    "build_market",
    "closed_months",
    "complete_at",
    "day_end_us",
    "grid_of",
    "grow_market",
    "live_at",
    "local_days",
    "open_market",
    "save_market",
    "stage_at",
    "tier_at",
]
