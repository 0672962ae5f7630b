"""Collections of the knowledge base, and the categories in them."""

from __future__ import annotations

from ... import models
from ...pagination import Pager
from ...transport.operation import LazyType, Operation
from ...validation import check_str
from ..base import Resource

_LIST_COLLECTIONS: Operation[models.Collection] = Operation(
    "getKnowledgeCollections", "GET", "/knowledge/collections", response_type=LazyType(lambda: models.Collection)
)
_GET_COLLECTION: Operation[models.Collection] = Operation(
    "getKnowledgeCollectionsCollectionid",
    "GET",
    "/knowledge/collections/{collectionId}",
    response_type=LazyType(lambda: models.Collection),
)
_GET_CATALOG: Operation[models.CollectionCatalog] = Operation(
    "getKnowledgeCollectionsCollectionidCatalog",
    "GET",
    "/knowledge/collections/{collectionId}/catalog",
    response_type=LazyType(lambda: models.CollectionCatalog),
)
_GET_CATEGORY: Operation[models.Category] = Operation(
    "getKnowledgeCategoriesCategoryid",
    "GET",
    "/knowledge/categories/{categoryId}",
    response_type=LazyType(lambda: models.Category),
)
_GET_CATEGORY_TRANSLATIONS: Operation[models.CategoryTranslations] = Operation(
    "getKnowledgeCategoriesCategoryidTranslations",
    "GET",
    "/knowledge/categories/{categoryId}/translations",
    response_type=LazyType(lambda: models.CategoryTranslations),
)


class Collections(Resource):
    """The part of `Knowledge` for collections and categories."""

    def list_collections(
        self, *, page_key: str | None = None, page_limit: int | None = None, prefetch: bool = False
    ) -> Pager[models.Collection]:
        """List collections.

        Args:
            page_key: the `next_key` of a page, to resume after it.
            page_limit: collections per page, 1 or more; defaults to Dixa's choice.
            prefetch: whether to fetch the next page while you process the current one.

        Returns:
            A pager over the collections.

        Raises:
            InvalidRequestError: an argument is not valid.
            BadRequestError: Dixa rejected the page key.
            NotFoundError: Dixa found no knowledge base.
            TransportError: no response arrived.

        ``GET /knowledge/collections``
        """
        return self._caller.pages(_LIST_COLLECTIONS, page_key=page_key, page_limit=page_limit, prefetch=prefetch)

    async def get_collection(self, collection_id: str) -> models.Collection:
        """Read a collection.

        Args:
            collection_id: the ID (UUID) of the collection.

        Returns:
            The collection, without its contents: see `get_catalog`.

        Raises:
            InvalidRequestError: the ID is empty.
            BadRequestError: the ID is not a UUID.
            NotFoundError: there is no such collection.
            TransportError: no response arrived.

        ``GET /knowledge/collections/{collectionId}``
        """
        return await self._caller.call(_GET_COLLECTION, path={"collectionId": collection_id})

    async def get_catalog(self, collection_id: str, *, language: str | None = None) -> models.CollectionCatalog:
        """Read the catalog of a collection: all categories and articles in it.

        Args:
            collection_id: the ID (UUID) of the collection.
            language: the code of the language of the titles, such as ``nl``; defaults to the default language.

        Returns:
            The catalog. Its articles have an ID and a title; `get_article` reads the rest.

        Raises:
            InvalidRequestError: the ID is empty, or the language is not a str.
            BadRequestError: Dixa rejected the ID or the language.
            NotFoundError: there is no such collection.
            TransportError: no response arrived.

        ``GET /knowledge/collections/{collectionId}/catalog``
        """
        path = {"collectionId": collection_id}
        return await self._caller.call(_GET_CATALOG, path=path, query={"language": check_str("language", language)})

    async def get_category(self, category_id: str, *, language: str | None = None) -> models.Category:
        """Read a category.

        Args:
            category_id: the ID (UUID) of the category.
            language: the code of the language of its title, such as ``nl``; defaults to the default language.

        Returns:
            The category.

        Raises:
            InvalidRequestError: the ID is empty, or the language is not a str.
            BadRequestError: Dixa rejected the ID or the language.
            NotFoundError: there is no such category.
            TransportError: no response arrived.

        ``GET /knowledge/categories/{categoryId}``
        """
        return await self._caller.call(
            _GET_CATEGORY, path={"categoryId": category_id}, query={"language": check_str("language", language)}
        )

    async def get_category_translations(self, category_id: str) -> models.CategoryTranslations:
        """Read the titles of a category in all its languages.

        Args:
            category_id: the ID (UUID) of the category.

        Returns:
            The titles.

        Raises:
            InvalidRequestError: the ID is empty.
            BadRequestError: the ID is not a UUID.
            NotFoundError: there is no such category.
            TransportError: no response arrived.

        ``GET /knowledge/categories/{categoryId}/translations``
        """
        return await self._caller.call(_GET_CATEGORY_TRANSLATIONS, path={"categoryId": category_id})
