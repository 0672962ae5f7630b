"""Sphinx settings."""

import sys
from pathlib import Path

from dixa_async import __version__

sys.path.insert(0, str(Path(__file__).parent))  # for the extensions here

project = "dixa_async"
author = "dixa_async"
copyright = "2026, the dixa_async authors"
release = version = __version__

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.intersphinx",
    "sphinx.ext.napoleon",
    "sphinx_copybutton",
    "import_graph",
    "public_reference",
    "reference_links",
]
myst_enable_extensions = ["colon_fence"]
myst_heading_anchors = 3
exclude_patterns = ["_build"]

html_theme = "furo"
html_title = f"dixa_async {version}"
html_static_path = ["_static"]
html_css_files = ["custom.css"]
html_favicon = "_static/favicon.svg"
html_search_scorer = str(Path(__file__).with_name("search_scorer.js"))
html_copy_source = False
html_theme_options = {
    "top_of_page_buttons": [],
    "light_css_variables": {
        "color-brand-primary": "#1f5f8b",
        "color-brand-content": "#1f5f8b",
        "color-sidebar-link-text": "var(--color-foreground-primary)",
        "color-sidebar-link-text--top-level": "var(--color-foreground-primary)",
    },
    "dark_css_variables": {
        "color-brand-primary": "#7cc0ec",
        "color-brand-content": "#7cc0ec",
        "color-sidebar-link-text": "var(--color-foreground-primary)",
        "color-sidebar-link-text--top-level": "var(--color-foreground-primary)",
    },
}

autodoc_member_order = "bysource"
autodoc_typehints = "description"
add_module_names = False
autodoc_typehints_description_target = "documented"
default_role = "code"

# The whole lists of names are looked for first; those of this folder have what is needed without a network.
intersphinx_mapping = {
    "python": ("https://docs.python.org/3", (None, "inventories/python.inv")),
    "aiohttp": ("https://docs.aiohttp.org/en/stable", (None, "inventories/aiohttp.inv")),
    "attrs": ("https://www.attrs.org/en/stable", (None, "inventories/attrs.inv")),
}
intersphinx_timeout = 5

nitpicky = True  # a type without an entry is an error, and so is a text that was taken for a type
nitpick_ignore_regex = [
    ("py:class", r"(opentelemetry|redis)\..*|Redis|NoneType"),
    ("py:class", r"Namespace|Dedupe"),  # aliases that are not public
]
