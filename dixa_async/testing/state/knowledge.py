"""The data of the knowledge base."""

from typing import TypeVar

import attrs

from ...models.articles import Article, ArticleTranslation, ArticleVersionLists, ArticleVersions
from ...models.knowledge import (
    CatalogArticle,
    CatalogCategory,
    Category,
    Collection,
    CollectionCatalog,
    TranslationTitle,
)
from .copies import changed

_Value = TypeVar("_Value")


@attrs.define(kw_only=True, eq=False)
class StoredCategory:
    """A category with its titles in all languages."""

    category: Category
    titles: dict[str, TranslationTitle] = attrs.field(factory=dict[str, TranslationTitle])
    """By language; the first one is returned if no language is requested."""

    def title(self, language: str | None) -> TranslationTitle | None:
        """Its title in a language, or its first title if it has none in that language."""
        return _pick(self.titles, language)


@attrs.define(kw_only=True, eq=False)
class StoredArticle:
    """An article with all its languages."""

    article: Article
    """Without a translation."""
    drafts: dict[str, ArticleTranslation] = attrs.field(factory=dict[str, ArticleTranslation])
    """By language; the first one is returned if no language is requested."""
    published: dict[str, ArticleTranslation] = attrs.field(factory=dict[str, ArticleTranslation])
    """By language."""

    def localized(self, language: str | None = None) -> Article:
        """The article as it is returned, in a language or in its first one if it does not have that."""
        draft = _pick(self.drafts, language)
        if draft is None:
            return changed(self.article)
        versions = ArticleVersions(draft=draft, published=self.published.get(draft.language))
        return changed(self.article, translation=versions)

    def versions(self) -> ArticleVersionLists:
        """All drafts, and all published translations."""
        return ArticleVersionLists(draft=list(self.drafts.values()), published=list(self.published.values()))

    def publish(self, language: str) -> None:
        """Publish the draft in a language, which search then finds."""
        draft = self.drafts[language]
        self.published[language] = changed(draft, is_indexed_version=True)

    def in_catalog(self, language: str | None) -> CatalogArticle:
        """The article as it appears in a catalog."""
        draft = _pick(self.drafts, language)
        title = None if draft is None else TranslationTitle(language_id=draft.language, title=draft.title)
        return CatalogArticle(id=self.article.id, title=title)


@attrs.define(kw_only=True, eq=False)
class KnowledgeBase:
    """The knowledge base."""

    collections: dict[str, Collection] = attrs.field(factory=dict[str, Collection])
    categories: dict[str, StoredCategory] = attrs.field(factory=dict[str, StoredCategory])
    articles: dict[str, StoredArticle] = attrs.field(factory=dict[str, StoredArticle])
    uploads: dict[str, bytes] = attrs.field(factory=dict[str, bytes])
    """The uploaded images, by URL."""

    def catalog(self, collection_id: str, language: str | None) -> CollectionCatalog:
        """The catalog of a collection."""
        top = [
            stored
            for stored in self.categories.values()
            if stored.category.parent_category is None and collection_id in (stored.category.parent_collections or [])
        ]
        uncategorized = [
            stored.in_catalog(language)
            for stored in self.articles.values()
            if stored.article.parent_category is None and collection_id in (stored.article.parent_collections or [])
        ]
        categories = [self._in_catalog(stored, language) for stored in top]
        return CollectionCatalog(categories=categories, articles=uncategorized)

    def _in_catalog(self, stored: StoredCategory, language: str | None) -> CatalogCategory:
        inside = [other for other in self.categories.values() if other.category.parent_category == stored.category.id]
        articles = [other for other in self.articles.values() if other.article.parent_category == stored.category.id]
        return CatalogCategory(
            id=stored.category.id,
            title=stored.title(language),
            categories=[self._in_catalog(other, language) for other in inside],
            articles=[article.in_catalog(language) for article in articles],
        )


def _pick(by_language: dict[str, _Value], language: str | None) -> _Value | None:
    if language is not None and language in by_language:
        return by_language[language]
    return next(iter(by_language.values()), None)
