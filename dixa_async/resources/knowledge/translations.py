"""Translations of articles of the knowledge base."""

from __future__ import annotations

from collections.abc import Sequence

from ... import models
from ...transport.operation import LazyType, Operation
from ...validation import check_list
from ..base import Resource

_GET: Operation[models.ArticleTranslations] = Operation(
    "getKnowledgeArticlesArticleidTranslations",
    "GET",
    "/knowledge/articles/{articleId}/translations",
    response_type=LazyType(lambda: models.ArticleTranslations),
)
_PATCH: Operation[models.TranslationsOutcome] = Operation(
    "patchKnowledgeArticlesArticleidTranslations",
    "PATCH",
    "/knowledge/articles/{articleId}/translations",
    body=LazyType(lambda: list[models.NewArticleTranslation]),
    body_envelope="translations",
    response_type=LazyType(lambda: models.TranslationsOutcome),
    envelope=None,
)
_DELETE: Operation[None] = Operation(
    "deleteKnowledgeArticlesArticleidTranslationsLanguageid",
    "DELETE",
    "/knowledge/articles/{articleId}/translations/{languageId}",
)
_PUBLISH: Operation[None] = Operation(
    "postKnowledgeArticlesArticleidTranslationsLanguageidPublish",
    "POST",
    "/knowledge/articles/{articleId}/translations/{languageId}/publish",
)
_UNPUBLISH: Operation[None] = Operation(
    "postKnowledgeArticlesArticleidTranslationsLanguageidUnpublish",
    "POST",
    "/knowledge/articles/{articleId}/translations/{languageId}/unpublish",
)


class Translations(Resource):
    """The part of `Knowledge` for the translations of articles."""

    async def get_article_translations(self, article_id: str) -> models.ArticleTranslations:
        """Read all translations of an article.

        Args:
            article_id: the ID (UUID) of the article.

        Returns:
            The drafts and the published versions.

        Raises:
            InvalidRequestError: the ID is empty.
            BadRequestError: the ID is not a UUID.
            NotFoundError: there is no such article.
            TransportError: no response arrived.

        ``GET /knowledge/articles/{articleId}/translations``
        """
        return await self._caller.call(_GET, path={"articleId": article_id})

    async def patch_article_translations(
        self, article_id: str, translations: Sequence[models.NewArticleTranslation]
    ) -> models.TranslationsOutcome:
        """Add translations to an article, or change existing ones. Other languages stay as they are.

        Args:
            article_id: the ID (UUID) of the article.
            translations: the translations, one for each language.

        Returns:
            The saved translations. Dixa may accept some and reject others: look at `partial_errors`.

        Raises:
            InvalidRequestError: the ID is empty, or a translation has a field of the wrong type; nothing was sent.
            BadRequestError: Dixa rejected all of them.
            NotFoundError: there is no such article.
            TransportError: no response arrived; `maybe_applied` says whether they may have been saved.

        ``PATCH /knowledge/articles/{articleId}/translations``
        """
        return await self._caller.call(
            _PATCH, path={"articleId": article_id}, body=check_list("translations", translations)
        )

    async def delete_article_translation(self, article_id: str, language_id: str) -> None:
        """Delete one translation of an article, both the draft and the published version.

        Args:
            article_id: the ID (UUID) of the article.
            language_id: the code of the language, such as ``nl``.

        Raises:
            InvalidRequestError: the ID of the article or the code of the language is empty.
            BadRequestError: Dixa rejected the ID or the language.
            NotFoundError: there is no such article, or not in this language.
            TransportError: no response arrived.

        ``DELETE /knowledge/articles/{articleId}/translations/{languageId}``
        """
        await self._caller.call(_DELETE, path=_path(article_id, language_id))

    async def publish_article_translation(self, article_id: str, language_id: str) -> None:
        """Publish one translation of an article.

        Args:
            article_id: the ID (UUID) of the article.
            language_id: the code of the language, such as ``nl``.

        Raises:
            InvalidRequestError: the ID of the article or the code of the language is empty.
            BadRequestError: Dixa rejected the ID or the language.
            NotFoundError: there is no such article, or not in this language.
            TransportError: no response arrived; `maybe_applied` says whether it may have been published.

        ``POST /knowledge/articles/{articleId}/translations/{languageId}/publish``
        """
        await self._caller.call(_PUBLISH, path=_path(article_id, language_id))

    async def unpublish_article_translation(self, article_id: str, language_id: str) -> None:
        """Unpublish one translation of an article.

        Args:
            article_id: the ID (UUID) of the article.
            language_id: the code of the language, such as ``nl``.

        Raises:
            InvalidRequestError: the ID of the article or the code of the language is empty.
            BadRequestError: Dixa rejected the ID or the language.
            NotFoundError: there is no such article, or not in this language.
            TransportError: no response arrived; `maybe_applied` says whether it may have been unpublished.

        ``POST /knowledge/articles/{articleId}/translations/{languageId}/unpublish``
        """
        await self._caller.call(_UNPUBLISH, path=_path(article_id, language_id))


def _path(article_id: str, language_id: str) -> dict[str, str]:
    return {"articleId": article_id, "languageId": language_id}
