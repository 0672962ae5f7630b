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
from ..state.knowledge import StoredArticle
from ..state.server_state import TOKEN_OWNER, State

routes: Routes = Routes()


@routes("GET", "/knowledge/articles/{articleId}/translations")
def get_translations(call: HandlerCall) -> HandlerResponse:
    """Get an article in all its languages."""
    return data(ArticleTranslations(translations=_stored(call).versions()))


@routes("PATCH", "/knowledge/articles/{articleId}/translations")
def patch_translations(call: HandlerCall) -> HandlerResponse:
    """Add or change translations of an article. Those without a title are rejected."""
    stored = _stored(call)
    translations: list[NewArticleTranslation] = call.body(list[NewArticleTranslation], envelope="translations")
    for translation in translations:
        if translation.title:
            before = stored.drafts.get(translation.language_id)
            stored.drafts[translation.language_id] = draft(call.state, translation, before)
    stored.article.updated_at = call.state.now()
    rejected = [
        TranslationFault(language_id=translation.language_id, message="A translation needs a title")
        for translation in translations
        if not translation.title
    ]
    saved = [stored.drafts[translation.language_id] for translation in translations if translation.title]
    return bare(TranslationsOutcome(translations=saved, partial_errors=rejected))


@routes("DELETE", "/knowledge/articles/{articleId}/translations/{languageId}")
def delete_translation(call: HandlerCall) -> HandlerResponse:
    """Delete one translation of an article."""
    stored, language = _stored(call), _language(call)
    unpublish(stored, [language])
    del stored.drafts[language]
    return nothing()


@routes("POST", "/knowledge/articles/{articleId}/translations/{languageId}/publish")
def publish_translation(call: HandlerCall) -> HandlerResponse:
    """Publish one translation of an article."""
    publish(call.state, _stored(call), [_language(call)])
    return nothing()


@routes("POST", "/knowledge/articles/{articleId}/translations/{languageId}/unpublish")
def unpublish_translation(call: HandlerCall) -> HandlerResponse:
    """Unpublish one translation of an article."""
    unpublish(_stored(call), [_language(call)])
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


def publish(state: State, stored: StoredArticle, languages: Sequence[str]) -> None:
    """Publish the drafts in some languages."""
    for language in languages:
        stored.publish(language)
    stored.article.indexed_at = state.now()
    stored.article.indexed_by = TOKEN_OWNER


def unpublish(stored: StoredArticle, languages: Sequence[str]) -> None:
    """Unpublish an article in some languages."""
    for language in languages:
        stored.published.pop(language, None)
    if not stored.published:
        stored.article.indexed_at = stored.article.indexed_by = None


def _stored(call: HandlerCall) -> StoredArticle:
    return call.find(call.state.knowledge.articles, "articleId", "article")


def _language(call: HandlerCall) -> str:
    """The language that the path names, in which the article has a draft."""
    language = call.arguments["languageId"]
    if language not in _stored(call).drafts:
        raise not_found(f"translation into {language}")
    return language
