"""Articles of the knowledge base."""

from __future__ import annotations

from collections.abc import Sequence

from ... import models
from ...transport.operation import LazyType, Operation
from ...validation import check_str
from ..base import Resource
from .images import ImageFile, encode_images

_GET: Operation[models.Article] = Operation(
    "getKnowledgeArticlesArticleid",
    "GET",
    "/knowledge/articles/{articleId}",
    response_type=LazyType(lambda: models.Article),
)
_CREATE: Operation[models.Article] = Operation(
    "postKnowledgeArticles",
    "POST",
    "/knowledge/articles",
    body=LazyType(lambda: models.NewArticle),
    response_type=LazyType(lambda: models.Article),
)
_PATCH: Operation[models.Article] = Operation(
    "patchKnowledgeArticlesArticleid",
    "PATCH",
    "/knowledge/articles/{articleId}",
    body=LazyType(lambda: models.ArticlePatch),
    response_type=LazyType(lambda: models.Article),
)
_DELETE: Operation[None] = Operation("deleteKnowledgeArticlesArticleid", "DELETE", "/knowledge/articles/{articleId}")
_PUBLISH: Operation[None] = Operation(
    "postKnowledgeArticlesArticleidPublish", "POST", "/knowledge/articles/{articleId}/publish"
)
_UNPUBLISH: Operation[None] = Operation(
    "postKnowledgeArticlesArticleidUnpublish", "POST", "/knowledge/articles/{articleId}/unpublish"
)
_SET_PARENT: Operation[None] = Operation(
    "patchKnowledgeArticlesArticleidParentParentid", "PATCH", "/knowledge/articles/{articleId}/parent/{parentId}"
)
_CLEAR_PARENT: Operation[None] = Operation(
    "deleteKnowledgeArticlesArticleidParent", "DELETE", "/knowledge/articles/{articleId}/parent"
)
_UPLOAD_ATTACHMENTS: Operation[models.UploadOutcome] = Operation(
    "postKnowledgeArticlesAttachments",
    "POST",
    "/knowledge/articles/attachments",
    response_type=LazyType(lambda: models.UploadOutcome),
    envelope=None,
)


class Articles(Resource):
    """The part of `Knowledge` for articles."""

    async def get_article(self, article_id: str, *, language: str | None = None) -> models.Article:
        """Read an article.

        Args:
            article_id: the ID (UUID) of the article.
            language: the code of the language to read it in, such as ``nl``; defaults to the default language.

        Returns:
            The article, in one language.

        Raises:
            InvalidRequestError: the ID is empty, or the language is not a str.
            BadRequestError: Dixa rejected the ID or the language.
            NotFoundError: there is no such article.
            TransportError: no response arrived.

        ``GET /knowledge/articles/{articleId}``
        """
        return await self._caller.call(
            _GET, path={"articleId": article_id}, query={"language": check_str("language", language)}
        )

    async def create_article(self, article: models.NewArticle) -> models.Article:
        """Create an article.

        It is not idempotent, so it is not retried when the response is lost.

        Args:
            article: the article.

        Returns:
            The article, with its ID.

        Raises:
            InvalidRequestError: the article has a field of the wrong type; nothing was sent.
            BadRequestError: Dixa rejected a value.
            NotFoundError: the parent or a tag does not exist.
            TransportError: no response arrived; `maybe_applied` says whether it may have been created.

        ``POST /knowledge/articles``
        """
        return await self._caller.call(_CREATE, body=article)

    async def patch_article(self, article_id: str, patch: models.ArticlePatch) -> models.Article:
        """Change the owner, the tags or the pre-release mode of an article.

        `patch_article_translations` changes titles and contents, `set_parent` and `clear_parent` its place.

        Args:
            article_id: the ID (UUID) of the article.
            patch: the fields to change.

        Returns:
            The article as it is now.

        Raises:
            InvalidRequestError: the ID is empty, or the patch has a field of the wrong type; nothing was sent.
            BadRequestError: Dixa rejected a value.
            NotFoundError: the article, the owner or a tag does not exist.
            TransportError: no response arrived; `maybe_applied` says whether it may have been changed.

        ``PATCH /knowledge/articles/{articleId}``
        """
        return await self._caller.call(_PATCH, path={"articleId": article_id}, body=patch)

    async def delete_article(self, article_id: str) -> None:
        """Delete an article in all its languages.

        Args:
            article_id: the ID (UUID) of the article.

        Raises:
            InvalidRequestError: the ID is empty.
            BadRequestError: the ID is not a UUID.
            NotFoundError: there is no such article.
            TransportError: no response arrived.

        ``DELETE /knowledge/articles/{articleId}``
        """
        await self._caller.call(_DELETE, path={"articleId": article_id})

    async def publish_article(self, article_id: str) -> None:
        """Publish an article: the drafts of all its languages become the published version.

        Args:
            article_id: the ID (UUID) of the article.

        Raises:
            InvalidRequestError: the ID is empty.
            BadRequestError: the ID is not a UUID.
            NotFoundError: there is no such article.
            TransportError: no response arrived; `maybe_applied` says whether it may have been published.

        ``POST /knowledge/articles/{articleId}/publish``
        """
        await self._caller.call(_PUBLISH, path={"articleId": article_id})

    async def unpublish_article(self, article_id: str) -> None:
        """Unpublish an article in all its languages.

        Args:
            article_id: the ID (UUID) of the article.

        Raises:
            InvalidRequestError: the ID is empty.
            BadRequestError: the ID is not a UUID.
            NotFoundError: there is no such article.
            TransportError: no response arrived; `maybe_applied` says whether it may have been unpublished.

        ``POST /knowledge/articles/{articleId}/unpublish``
        """
        await self._caller.call(_UNPUBLISH, path={"articleId": article_id})

    async def set_parent(self, article_id: str, parent_id: str) -> None:
        """Move an article.

        Args:
            article_id: the ID (UUID) of the article.
            parent_id: the ID (UUID) of the category to move it to.

        Raises:
            InvalidRequestError: an ID is empty.
            BadRequestError: an ID is not a UUID.
            NotFoundError: the article or the parent does not exist.
            TransportError: no response arrived; `maybe_applied` says whether it may have been moved.

        ``PATCH /knowledge/articles/{articleId}/parent/{parentId}``
        """
        await self._caller.call(_SET_PARENT, path={"articleId": article_id, "parentId": parent_id})

    async def clear_parent(self, article_id: str) -> None:
        """Remove an article from its category.

        Args:
            article_id: the ID (UUID) of the article.

        Raises:
            InvalidRequestError: the ID is empty.
            BadRequestError: the ID is not a UUID.
            NotFoundError: there is no such article.
            TransportError: no response arrived.

        ``DELETE /knowledge/articles/{articleId}/parent``
        """
        await self._caller.call(_CLEAR_PARENT, path={"articleId": article_id})

    async def upload_attachments(self, files: Sequence[ImageFile]) -> models.UploadOutcome:
        """Upload images, to show in articles by their URLs.

        Dixa accepts GIF, JPEG, PNG and WebP images, at most 5 in a call, at most 4 MB each and 10 MB in all. This is
        checked before anything is sent; the type of an image, by its first bytes. Files are read in a thread, an open
        one from its current position, and are left open.

        It is not idempotent, so it is not retried when the response is lost.

        Args:
            files: the images, each a path, a file opened in binary mode, or a pair of a name and the bytes or the
                open file. The response identifies them by name, so give each a different one.

        Returns:
            The uploaded images. Dixa may accept some and reject others: look at `partial_errors`.

        Raises:
            InvalidRequestError: a file cannot be read, or Dixa would not accept it; nothing was sent.
            BadRequestError: Dixa rejected the whole request.
            TransportError: no response arrived; `maybe_applied` says whether they may have been uploaded.

        ``POST /knowledge/articles/attachments``
        """
        return await self._caller.call(_UPLOAD_ATTACHMENTS, body=await encode_images(files))
