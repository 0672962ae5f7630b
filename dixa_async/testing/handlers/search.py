"""Searches."""

from collections.abc import Iterator
from typing import Final

from ...models.search import InnerSearchHit, SearchHit, SearchParameters, TextSearchHit
from ..http.errors import bad_request
from ..http.paging import page
from ..http.responses import HandlerResponse
from ..http.routing import HandlerCall, Routes, given
from ..logic.search_filters import fits
from ..logic.text_search import Found, find
from ..state.server_state import KnownConversation

routes = Routes()

_MAX_PAGE_LIMIT: Final = 50


@routes("POST", "/search/conversations")
def search(call: HandlerCall) -> HandlerResponse:
    """Search for conversations by a text, by filters, or both."""
    sought: SearchParameters = call.body(SearchParameters)
    query, filters = given(sought.query), given(sought.filters)
    found = [
        conversation
        for conversation in call.state.conversations.values()
        if filters is None or fits(call.state, conversation, filters)
    ]
    if query is None:
        return page(call, [SearchHit(id=known.id, highlights={}) for known in found], max_limit=_MAX_PAGE_LIMIT)
    hits = _with_text(call, found, query.value, exact=query.exact_match is True)
    marked = [SearchHit(id=known.id, highlights=_highlights(places)) for known, places in hits]
    return page(call, marked, max_limit=_MAX_PAGE_LIMIT)


@routes("GET", "/search/conversations")
def search_by_text(call: HandlerCall) -> HandlerResponse:
    """Search for conversations by a text. It is the older way."""
    text = call.query.get("query", "")
    if not text:
        raise bad_request("query must hold one character at least")
    hits = _with_text(call, list(call.state.conversations.values()), text, exact=call.flag("exactMatch"))
    return page(call, [_text_hit(known.id, places) for known, places in hits], max_limit=_MAX_PAGE_LIMIT)


def _with_text(
    call: HandlerCall, conversations: list[KnownConversation], text: str, *, exact: bool
) -> Iterator[tuple[KnownConversation, Found]]:
    for conversation in conversations:
        places = find(call.state, conversation, text, exact=exact)
        if places is not None:
            yield conversation, places


def _highlights(places: Found) -> dict[str, list[str]]:
    highlights = {"subject": [places.subject] if places.subject else [], "messages": list(places.messages.values())}
    return {name: snippets for name, snippets in highlights.items() if snippets}


def _text_hit(number: int, places: Found) -> TextSearchHit:
    return TextSearchHit(
        id=number,
        highlights={"subject": [places.subject]} if places.subject else {},
        inner_hits=[InnerSearchHit(id=key, highlight={"text": snippet}) for key, snippet in places.messages.items()],
    )
