"""The sample made once, in memory and as files."""

from pathlib import Path

import pytest

from sample_geo import Sample, generate, write


@pytest.fixture(scope="session")
def sample() -> Sample:
    """Return the default county."""
    return generate(1)


@pytest.fixture(scope="session")
def county_truth(sample: Sample) -> dict:
    """Return what is planted in the county."""
    return sample.truth["branches"]["445321"]


@pytest.fixture(scope="session")
def folder(sample: Sample, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the files of the default county."""
    made = tmp_path_factory.mktemp("sample")
    write(sample, made)
    return made
