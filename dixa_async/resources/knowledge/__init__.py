"""The knowledge base.

- `collections`: collections, and the categories in them.
- `articles`: whole articles.
- `translations`: articles in their languages.
- `images`: images for articles, on their way out.
"""

from .articles import Articles
from .collections import Collections
from .translations import Translations


class Knowledge(Collections, Articles, Translations):
    """The knowledge base."""
