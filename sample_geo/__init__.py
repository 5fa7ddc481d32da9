"""A whole synthetic branch, or a province of them: generator, files, and what is planted in it."""

from sample_geo.frames import HISTORY_FROM, TODAY
from sample_geo.sample import Sample, generate
from sample_geo.writing import file_name, write

__all__ = ["HISTORY_FROM", "TODAY", "Sample", "file_name", "generate", "write"]
