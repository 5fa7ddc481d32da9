"""A sweep planned on the sample branch, shared by every test here."""

import pytest

from tests.sweeping import Swept, swept_sample


@pytest.fixture(scope="session")
def swept(tmp_path_factory: pytest.TempPathFactory) -> Swept:
    """Return the sample branch with three planned days of one community manager; nobody writes into its store."""
    return swept_sample(tmp_path_factory.mktemp("swept"))
