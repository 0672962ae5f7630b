"""The knowledge base: collections, the categories in them, and the catalog of a collection."""

from .base import Model, define


@define(kw_only=True)
class InheritedRestriction(Model):
    """Where a restriction comes from."""

    from_collection: str | None = None
    """The ID of a collection."""
    from_category: str | None = None
    """The ID of a category."""


@define(kw_only=True)
class Restrictions(Model):
    """Whether not everyone may read something, and why."""

    is_restricted: bool
    inherited_restrictions: list[InheritedRestriction] | None = None


@define(kw_only=True)
class Collection(Model):
    """A collection: the top of the knowledge base, with categories and articles in it."""

    id: str
    title: str
    internal_kb_enabled: bool
    """Whether it is part of the internal knowledge base."""
    restrictions: Restrictions
    description: str | None = None


@define(kw_only=True)
class TranslationTitle(Model):
    """A title in one language."""

    language_id: str
    """The code of the language, such as ``nl``."""
    title: str


@define(kw_only=True)
class Category(Model):
    """A category: a part of a collection or of another category."""

    id: str
    is_locked: bool
    restrictions: Restrictions
    title: TranslationTitle | None = None
    is_default_location: bool | None = None
    parent_category: str | None = None
    """The ID of the category that contains it."""
    parent_collections: list[str] | None = None
    """The IDs of the collections that contain it."""


@define(kw_only=True)
class CategoryTranslations(Model):
    """The titles of a category, one for each language."""

    titles: list[TranslationTitle] | None = None


@define(kw_only=True)
class CatalogArticle(Model):
    """An article in a catalog (``ArticleCatalogItem``)."""

    id: str
    title: TranslationTitle | None = None


@define(kw_only=True)
class CatalogCategory(Model):
    """A category in a catalog, with all that is in it (``CategoryCatalogItem``)."""

    id: str
    title: TranslationTitle | None = None
    categories: "list[CatalogCategory] | None" = None
    articles: list[CatalogArticle] | None = None


@define(kw_only=True)
class CollectionCatalog(Model):
    """All categories and articles of a collection (``CollectionCatalogItem``)."""

    categories: list[CatalogCategory] | None = None
    articles: list[CatalogArticle] | None = None
    """Those that are in no category."""
