"""How each library reads and writes a page."""

import importlib
import json
from collections.abc import Callable
from types import NoneType
from typing import Any, Final, TypeAlias, get_args, get_type_hints

from dixa_async.serialization import Serializer

from .pages import PAGES
from .programs.calls import GENERATED_PACKAGE

Codec: TypeAlias = tuple[Callable[[bytes], Any], Callable[[Any], bytes] | None]
"""The reader of a page, and the writer of what it has read."""

_GENERATED: Final = {
    "messages": "conversations.get_conversations_conversationid_messages",
    "end users": "end_users.get_endusers",
    "search hits": "search.post_search_conversations",
}
GENERATED_PAGES: Final = tuple(_GENERATED)
"""The pages that the generated client can read: no response has all kinds of conversations, and it checks more of the
activity than the models say that made the page.
"""


def codec(library: str, page: str) -> Codec:
    """The reader and the writer of a library for one of the pages."""
    item = PAGES[page]
    if library == "dixa_async":
        return _ours(item)
    if library == "generated":
        return _generated(page)
    # Imported only here: the imports of one library must not affect another one.
    from . import peers

    return peers.pydantic_page(item) if library == "pydantic" else peers.msgspec_page(item)


def _ours(item: Any) -> Codec:
    serializer = Serializer()

    def read(body: bytes) -> Any:
        return serializer.read(body, list[item], "data")[0]

    def write(items: Any) -> bytes:
        return serializer.encode_unchecked({"data": items})

    return read, write


def _generated(page: str) -> Codec:
    call = importlib.import_module(f"{GENERATED_PACKAGE}.api.{_GENERATED[page]}").asyncio
    (response,) = (each for each in get_args(get_type_hints(call)["return"]) if each is not NoneType)
    return (lambda body: response.from_dict(json.loads(body))), None
