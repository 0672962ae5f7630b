"""The knowledge base.

- `collections`: collections, and the categories in them.
- `articles`: whole articles.
- `translations`: articles in their languages.
- `images`: encodes images for articles.
"""

from .articles import Articles
from .collections import Collections
from .translations import Translations


class Knowledge(Collections, Articles, Translations):
    """The knowledge base."""
