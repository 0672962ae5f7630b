"""Sphinx settings."""

import sys
from pathlib import Path

from dixa_async import __version__

sys.path.insert(0, str(Path(__file__).parent))  # for import_graph

project = "dixa_async"
author = "dixa_async"
copyright = "2026, the dixa_async authors"
release = version = __version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "import_graph"]
myst_enable_extensions = ["colon_fence"]
myst_heading_anchors = 3
exclude_patterns = ["_build"]

html_theme = "furo"
html_title = f"dixa_async {version}"

autodoc_member_order = "bysource"
autodoc_typehints = "description"
autodoc_typehints_description_target = "documented"
default_role = "code"
