"""Travel between places: how long and how far, as the crow flies with a detour, or on real roads.

`travel_between` is the door; it takes roads from where the settings say, and its answer says where it is from.
"""

from gridmap.travel.between import travel_between
from gridmap.travel.matrix import Travel, source_said

__all__ = ["Travel", "source_said", "travel_between"]
