"""Articles of the knowledge base."""

from ...models.articles import Article, ArticlePatch, NewArticle
from ...models.base import UNSET, Unset
from ...models.knowledge import Restrictions
from ..http.errors import EmptyPatchError, bad_request, not_found
from ..http.responses import HandlerResponse, data, nothing
from ..http.routing import HandlerCall, Routes, given
from ..state.knowledge import StoredArticle
from ..state.server_state import TOKEN_OWNER, State
from .article_translations import draft, publish, unpublish

routes: Routes = Routes()


@routes("GET", "/knowledge/articles/{articleId}")
def get_article(call: HandlerCall) -> HandlerResponse:
    """Get an article."""
    return data(_stored(call).localized(call.query.get("language")))


@routes("POST", "/knowledge/articles")
def create_article(call: HandlerCall) -> HandlerResponse:
    """Create an article."""
    state = call.state
    new: NewArticle = call.body(NewArticle)
    article = Article(
        id=state.new_id(),
        restrictions=Restrictions(is_restricted=False),
        created_at=state.now(),
        updated_at=state.now(),
        tags=given(new.tags) or [],
        created_by=TOKEN_OWNER,
        updated_by=TOKEN_OWNER,
        owned_by=TOKEN_OWNER,
    )
    if not isinstance(new.parent_id, Unset):
        _move_into(state, article, new.parent_id)
    stored = StoredArticle(article=article)
    for translation in given(new.translations) or []:
        if not translation.title:
            raise bad_request("A translation needs a title")
        stored.drafts[translation.language_id] = draft(state, translation)
    state.knowledge.articles[article.id] = stored
    return data(stored.localized())


@routes("PATCH", "/knowledge/articles/{articleId}")
def patch_article(call: HandlerCall) -> HandlerResponse:
    """Change the owner, the tags or the pre-release mode of an article."""
    stored = _stored(call)
    patch: ArticlePatch = call.body(ArticlePatch)
    if patch == ArticlePatch():
        raise EmptyPatchError
    article = stored.article
    if patch.owned_by is not UNSET:
        article.owned_by = patch.owned_by
    if patch.tags is None:
        article.tags = []
    elif patch.tags is not UNSET:
        tags = [*(article.tags or []), *(given(patch.tags.add) or [])]
        removed = given(patch.tags.remove) or []
        article.tags = [tag for tag in dict.fromkeys(tags) if tag not in removed]
    article.updated_at = call.state.now()
    return data(stored.localized())


@routes("DELETE", "/knowledge/articles/{articleId}")
def delete_article(call: HandlerCall) -> HandlerResponse:
    """Delete an article in all its languages."""
    del call.state.knowledge.articles[_stored(call).article.id]
    return nothing()


@routes("POST", "/knowledge/articles/{articleId}/publish")
def publish_article(call: HandlerCall) -> HandlerResponse:
    """Publish an article in all its languages."""
    stored = _stored(call)
    publish(call.state, stored, list(stored.drafts))
    return nothing()


@routes("POST", "/knowledge/articles/{articleId}/unpublish")
def unpublish_article(call: HandlerCall) -> HandlerResponse:
    """Unpublish an article in all its languages."""
    stored = _stored(call)
    unpublish(stored, list(stored.published))
    return nothing()


@routes("PATCH", "/knowledge/articles/{articleId}/parent/{parentId}")
def set_parent(call: HandlerCall) -> HandlerResponse:
    """Move an article into a category."""
    _move_into(call.state, _stored(call).article, call.arguments["parentId"])
    return nothing()


@routes("DELETE", "/knowledge/articles/{articleId}/parent")
def clear_parent(call: HandlerCall) -> HandlerResponse:
    """Remove an article from its category."""
    article = _stored(call).article
    article.parent_category, article.parent_collections = None, []
    return nothing()


def _stored(call: HandlerCall) -> StoredArticle:
    return call.find(call.state.knowledge.articles, "articleId", "article")


def _move_into(state: State, article: Article, category_id: str) -> None:
    if category_id not in state.knowledge.categories:
        raise not_found(f"category {category_id}")
    category = state.knowledge.categories[category_id].category
    article.parent_category, article.parent_collections = category.id, category.parent_collections
