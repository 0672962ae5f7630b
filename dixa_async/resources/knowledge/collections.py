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
    """The part of `Knowledge` that is about collections and categories."""

    def list_collections(
        self, *, page_key: str | None = None, page_limit: int | None = None, prefetch: bool = False
    ) -> Pager[models.Collection]:
        """List collections.

        Args:
            page_key: the `next_key` of a page, to go on after it.
            page_limit: collections on a page, 1 or more; Dixa decides if it is not given.
            prefetch: whether the next page is asked for while you work on this one.

        Returns:
            A pager over the collections.

        Raises:
            InvalidRequestError: an argument cannot be sent.
            BadRequestError: Dixa rejected the page key.
            NotFoundError: Dixa does not find what is asked for.
            TransportError: no response arrived.

        ``GET /knowledge/collections``
        """
        return self._caller.pages(_LIST_COLLECTIONS, page_key=page_key, page_limit=page_limit, prefetch=prefetch)

    async def get_collection(self, collection_id: str) -> models.Collection:
        """Read a collection.

        Args:
            collection_id: its id (UUID).

        Returns:
            The collection, without what is in it: see `get_catalog`.

        Raises:
            InvalidRequestError: the id is empty.
            BadRequestError: the id is not a UUID.
            NotFoundError: there is no such collection.
            TransportError: no response arrived.

        ``GET /knowledge/collections/{collectionId}``
        """
        return await self._caller.call(_GET_COLLECTION, path={"collectionId": collection_id})

    async def get_catalog(self, collection_id: str, *, language: str | None = None) -> models.CollectionCatalog:
        """Read the catalog of a collection: all categories and articles in it.

        Args:
            collection_id: the id (UUID) of the collection.
            language: the code of the language of the titles, such as ``nl``; the default language if it is not given.

        Returns:
            The catalog. Its articles have an id and a title; `get_article` reads the rest.

        Raises:
            InvalidRequestError: the id is empty, or the language cannot be sent.
            BadRequestError: Dixa rejected the id or the language.
            NotFoundError: there is no such collection.
            TransportError: no response arrived.

        ``GET /knowledge/collections/{collectionId}/catalog``
        """
        path = {"collectionId": collection_id}
        return await self._caller.call(_GET_CATALOG, path=path, query={"language": check_str("language", language)})

    async def get_category(self, category_id: str, *, language: str | None = None) -> models.Category:
        """Read a category.

        Args:
            category_id: its id (UUID).
            language: the code of the language of its title, such as ``nl``; the default language if it is not given.

        Returns:
            The category.

        Raises:
            InvalidRequestError: the id is empty, or the language cannot be sent.
            BadRequestError: Dixa rejected the id or the language.
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
            category_id: its id (UUID).

        Returns:
            The titles.

        Raises:
            InvalidRequestError: the id is empty.
            BadRequestError: the id is not a UUID.
            NotFoundError: there is no such category.
            TransportError: no response arrived.

        ``GET /knowledge/categories/{categoryId}/translations``
        """
        return await self._caller.call(_GET_CATEGORY_TRANSLATIONS, path={"categoryId": category_id})
