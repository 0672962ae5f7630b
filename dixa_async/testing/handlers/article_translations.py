"""Articles of the knowledge base in their languages."""

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
    """Read an article in all its languages."""
    return data(ArticleTranslations(translations=_known(call).versions()))


@routes("PATCH", "/knowledge/articles/{articleId}/translations")
def patch_translations(call: HandlerCall) -> HandlerResponse:
    """Add translations to an article, or change those that it has. Those without a title are refused."""
    known = _known(call)
    sent: list[NewArticleTranslation] = call.body(list[NewArticleTranslation], envelope="translations")
    for translation in sent:
        if translation.title:
            before = known.drafts.get(translation.language_id)
            known.drafts[translation.language_id] = draft(call.state, translation, before)
    known.article.updated_at = call.state.now()
    refused = [
        TranslationFault(language_id=translation.language_id, message="A translation needs a title")
        for translation in sent
        if not translation.title
    ]
    saved = [known.drafts[translation.language_id] for translation in sent if translation.title]
    return bare(TranslationsOutcome(translations=saved, partial_errors=refused))


@routes("DELETE", "/knowledge/articles/{articleId}/translations/{languageId}")
def delete_translation(call: HandlerCall) -> HandlerResponse:
    """Delete an article in one language."""
    known, language = _known(call), _language(call)
    unpublish(known, [language])
    del known.drafts[language]
    return nothing()


@routes("POST", "/knowledge/articles/{articleId}/translations/{languageId}/publish")
def publish_translation(call: HandlerCall) -> HandlerResponse:
    """Publish an article in one language."""
    publish(call.state, _known(call), [_language(call)])
    return nothing()


@routes("POST", "/knowledge/articles/{articleId}/translations/{languageId}/unpublish")
def unpublish_translation(call: HandlerCall) -> HandlerResponse:
    """Take an article in one language out of what is published."""
    unpublish(_known(call), [_language(call)])
    return nothing()


def draft(state: State, new: NewArticleTranslation, before: ArticleTranslation | None = None) -> ArticleTranslation:
    """The draft that a translation becomes.

    Args:
        state: where the article is.
        new: the translation.
        before: the draft that it takes the place of.

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
    """Make the drafts in some languages the published versions."""
    for language in languages:
        known.publish(language)
    known.article.indexed_at = state.now()
    known.article.indexed_by = TOKEN_OWNER


def unpublish(known: KnownArticle, languages: Sequence[str]) -> None:
    """Take an article in some languages out of what is published."""
    for language in languages:
        known.published.pop(language, None)
    if not known.published:
        known.article.indexed_at = known.article.indexed_by = None


def _known(call: HandlerCall) -> KnownArticle:
    return call.find(call.state.knowledge.articles, "articleId", "article")


def _language(call: HandlerCall) -> str:
    """The language that the path names, in which there is a draft."""
    language = call.arguments["languageId"]
    if language not in _known(call).drafts:
        raise not_found(f"translation into {language}")
    return language
