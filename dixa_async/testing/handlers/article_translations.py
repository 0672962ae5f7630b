"""The translations of articles."""

import re
from collections.abc import Sequence

from ...models.articles import (
    ArticleContent,
    ArticleTranslation,
    ArticleTranslations,
    AvailableAt,
    NewArticleTranslation,
    TranslationFault,
    TranslationsOutcome,
)
from ..http.errors import not_found
from ..http.responses import HandlerResponse, bare, data, nothing
from ..http.routing import HandlerCall, Routes, given
from ..state.knowledge import KnownArticle
from ..state.server_state import TOKEN_OWNER, State

routes = Routes()


@routes("GET", "/knowledge/articles/{articleId}/translations")
def get_translations(call: HandlerCall) -> HandlerResponse:
    """Get an article in all its languages."""
    return data(ArticleTranslations(translations=_known(call).versions()))


@routes("PATCH", "/knowledge/articles/{articleId}/translations")
def patch_translations(call: HandlerCall) -> HandlerResponse:
    """Add or change translations of an article. Those without a title are rejected."""
    known = _known(call)
    translations: list[NewArticleTranslation] = call.body(list[NewArticleTranslation], envelope="translations")
    for translation in translations:
        if translation.title:
            before = known.drafts.get(translation.language_id)
            known.drafts[translation.language_id] = draft(call.state, translation, before)
    known.article.updated_at = call.state.now()
    rejected = [
        TranslationFault(language_id=translation.language_id, message="A translation needs a title")
        for translation in translations
        if not translation.title
    ]
    saved = [known.drafts[translation.language_id] for translation in translations if translation.title]
    return bare(TranslationsOutcome(translations=saved, partial_errors=rejected))


@routes("DELETE", "/knowledge/articles/{articleId}/translations/{languageId}")
def delete_translation(call: HandlerCall) -> HandlerResponse:
    """Delete one translation of an article."""
    known, language = _known(call), _language(call)
    unpublish(known, [language])
    del known.drafts[language]
    return nothing()


@routes("POST", "/knowledge/articles/{articleId}/translations/{languageId}/publish")
def publish_translation(call: HandlerCall) -> HandlerResponse:
    """Publish one translation of an article."""
    publish(call.state, _known(call), [_language(call)])
    return nothing()


@routes("POST", "/knowledge/articles/{articleId}/translations/{languageId}/unpublish")
def unpublish_translation(call: HandlerCall) -> HandlerResponse:
    """Unpublish one translation of an article."""
    unpublish(_known(call), [_language(call)])
    return nothing()


def draft(state: State, new: NewArticleTranslation, before: ArticleTranslation | None = None) -> ArticleTranslation:
    """Make the draft of a translation.

    Args:
        state: the data of the server.
        new: the translation.
        before: the draft that it replaces, if there is one.

    Returns:
        The draft.
    """
    html = given(new.content)
    if html is None:
        html = "" if before is None else before.contents.html
    return ArticleTranslation(
        language=new.language_id,
        title=new.title,
        is_indexed_version=False,
        contents=ArticleContent(html=html, plaintext=re.sub(r"<[^>]*>", "", html)),
        available_at=AvailableAt(help_center_links=[]),
        created_at=state.now() if before is None else before.created_at,
        updated_at=state.now(),
        created_by=TOKEN_OWNER,
        updated_by=TOKEN_OWNER,
    )


def publish(state: State, known: KnownArticle, languages: Sequence[str]) -> None:
    """Publish the drafts in some languages."""
    for language in languages:
        known.publish(language)
    known.article.indexed_at = state.now()
    known.article.indexed_by = TOKEN_OWNER


def unpublish(known: KnownArticle, languages: Sequence[str]) -> None:
    """Unpublish an article in some languages."""
    for language in languages:
        known.published.pop(language, None)
    if not known.published:
        known.article.indexed_at = known.article.indexed_by = None


def _known(call: HandlerCall) -> KnownArticle:
    return call.find(call.state.knowledge.articles, "articleId", "article")


def _language(call: HandlerCall) -> str:
    """The language that the path names, in which the article has a draft."""
    language = call.arguments["languageId"]
    if language not in _known(call).drafts:
        raise not_found(f"translation into {language}")
    return language
