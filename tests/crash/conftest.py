"""What the tests of kills share."""

import os

import pytest


@pytest.fixture
def programs_are_here() -> None:
    """Skip where no server of our own can be started and killed."""
    if os.environ.get("GRIDMAP_SKIP_POSTGRES") == "1":
        pytest.skip("GRIDMAP_SKIP_POSTGRES=1")
    if os.environ.get("GRIDMAP_TEST_POSTGRES"):
        pytest.skip("the server named in GRIDMAP_TEST_POSTGRES is not ours to kill")
