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
class KnownCategory:
    """A category with its titles in all languages."""

    category: Category
    titles: dict[str, TranslationTitle] = attrs.field(factory=dict[str, TranslationTitle])
    """By language; the first one is returned if no language is requested."""

    def title(self, language: str | None) -> TranslationTitle | None:
        """Its title in a language, or its first title if it has none in that language."""
        return _pick(self.titles, language)


@attrs.define(kw_only=True, eq=False)
class KnownArticle:
    """An article with all its languages."""

    article: Article
    """Without a translation."""
    drafts: dict[str, ArticleTranslation] = attrs.field(factory=dict[str, ArticleTranslation])
    """By language; the first one is returned if no language is requested."""
    published: dict[str, ArticleTranslation] = attrs.field(factory=dict[str, ArticleTranslation])
    """By language."""

    def shown(self, language: str | None = None) -> Article:
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
    categories: dict[str, KnownCategory] = attrs.field(factory=dict[str, KnownCategory])
    articles: dict[str, KnownArticle] = attrs.field(factory=dict[str, KnownArticle])
    uploads: dict[str, bytes] = attrs.field(factory=dict[str, bytes])
    """The uploaded images, by URL."""

    def catalog(self, collection_id: str, language: str | None) -> CollectionCatalog:
        """The catalog of a collection."""
        top = [
            known
            for known in self.categories.values()
            if known.category.parent_category is None and collection_id in (known.category.parent_collections or [])
        ]
        loose = [
            known.in_catalog(language)
            for known in self.articles.values()
            if known.article.parent_category is None and collection_id in (known.article.parent_collections or [])
        ]
        return CollectionCatalog(categories=[self._in_catalog(known, language) for known in top], articles=loose)

    def _in_catalog(self, known: KnownCategory, language: str | None) -> CatalogCategory:
        inside = [other for other in self.categories.values() if other.category.parent_category == known.category.id]
        articles = [other for other in self.articles.values() if other.article.parent_category == known.category.id]
        return CatalogCategory(
            id=known.category.id,
            title=known.title(language),
            categories=[self._in_catalog(other, language) for other in inside],
            articles=[article.in_catalog(language) for article in articles],
        )


def _pick(by_language: dict[str, _Value], language: str | None) -> _Value | None:
    if language is not None and language in by_language:
        return by_language[language]
    return next(iter(by_language.values()), None)
