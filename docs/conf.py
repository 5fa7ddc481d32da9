"""Configuration of the documentation site."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parent.parent))

from gridmap import __version__

project = "gridmap"
author = "the gridmap developers"
copyright = author  # noqa: A001 - the name Sphinx reads
version = release = __version__
extensions = ["myst_parser", "written_from_code"]
html_theme = "furo"
html_title = "gridmap"
exclude_patterns = ["_build", "images/README.md"]
myst_enable_extensions = ["deflist", "fieldlist", "colon_fence"]
myst_heading_anchors = 3
nitpicky = True
