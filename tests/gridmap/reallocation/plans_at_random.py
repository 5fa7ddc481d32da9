"""Random plans on the seven cells of `tests.builders`, for tests of what holds for every plan."""

from hypothesis import strategies as st

from tests import builders
from tests.builders import CELLS

MANAGERS = ("", "am1", "am2", "am9", "cm1", "cm2")
ORGANISATIONS = tuple(f"o{number}" for number in range(1, 13))

_EDITS = st.lists(
    st.one_of(
        st.tuples(st.just("cell"), st.lists(st.sampled_from(sorted(CELLS)), min_size=1, max_size=4), st.sampled_from(MANAGERS)),
        st.tuples(st.just("holder"), st.lists(st.sampled_from(ORGANISATIONS), min_size=1, max_size=4), st.sampled_from(MANAGERS)),
    ),
    max_size=5,
)


@st.composite
def plans(draw):
    """Draw a plan: cells and organisations given to managers, some who left, and to nobody."""
    plan = builders.plan()
    for layer, subjects, taker in draw(_EDITS):
        plan = plan.reassigned(layer, [CELLS.get(subject, subject) for subject in subjects], taker)
    return plan
