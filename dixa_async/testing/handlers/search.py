"""Searches for conversations."""

from collections.abc import Iterator
from typing import Final

from ...models.search import InnerSearchHit, SearchHit, SearchParameters, TextSearchHit
from ..http.errors import bad_request
from ..http.paging import page
from ..http.responses import HandlerResponse
from ..http.routing import HandlerCall, Routes, given
from ..logic.search_filters import matches
from ..logic.text_search import Found, find
from ..state.server_state import KnownConversation

routes: Routes = Routes()

_MAX_PAGE_LIMIT: Final = 50


@routes("POST", "/search/conversations")
def search(call: HandlerCall) -> HandlerResponse:
    """Search for conversations by a text, by filters, or both."""
    parameters: SearchParameters = call.body(SearchParameters)
    query, filters = given(parameters.query), given(parameters.filters)
    conversations = [
        conversation
        for conversation in call.state.conversations.values()
        if filters is None or matches(call.state, conversation, filters)
    ]
    if query is None:
        return page(call, [SearchHit(id=known.id, highlights={}) for known in conversations], max_limit=_MAX_PAGE_LIMIT)
    hits = _with_text(call, conversations, query.value, exact=query.exact_match is True)
    marked = [SearchHit(id=known.id, highlights=_highlights(found)) for known, found in hits]
    return page(call, marked, max_limit=_MAX_PAGE_LIMIT)


@routes("GET", "/search/conversations")
def search_by_text(call: HandlerCall) -> HandlerResponse:
    """Search for conversations by a text, in the deprecated way."""
    text = call.query.get("query", "")
    if not text:
        raise bad_request("query must have at least one character")
    hits = _with_text(call, list(call.state.conversations.values()), text, exact=call.flag("exactMatch"))
    return page(call, [_text_hit(known.id, found) for known, found in hits], max_limit=_MAX_PAGE_LIMIT)


def _with_text(
    call: HandlerCall, conversations: list[KnownConversation], text: str, *, exact: bool
) -> Iterator[tuple[KnownConversation, Found]]:
    for conversation in conversations:
        found = find(call.state, conversation, text, exact=exact)
        if found is not None:
            yield conversation, found


def _highlights(found: Found) -> dict[str, list[str]]:
    highlights = {"subject": [found.subject] if found.subject else [], "messages": list(found.messages.values())}
    return {name: snippets for name, snippets in highlights.items() if snippets}


def _text_hit(conversation_id: int, found: Found) -> TextSearchHit:
    return TextSearchHit(
        id=conversation_id,
        highlights={"subject": [found.subject]} if found.subject else {},
        inner_hits=[InnerSearchHit(id=key, highlight={"text": snippet}) for key, snippet in found.messages.items()],
    )
