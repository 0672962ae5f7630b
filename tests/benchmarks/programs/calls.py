"""The calls that are measured, by their names."""

from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from dixa_async import DixaClient

CALLS: Final[Mapping[str, Callable[["DixaClient"], Awaitable[object]]]] = {
    "messages.list": lambda dixa: dixa.messages.list(1),
    "search.conversations": lambda dixa: dixa.search.conversations("order"),
    "end_users.list": lambda dixa: dixa.end_users.list(),
    "conversations.get": lambda dixa: dixa.conversations.get(1),
    "organization.get": lambda dixa: dixa.organization.get(),
}
FIRST_CALLS: Final = ("messages.list", "search.conversations", "end_users.list", "conversations.get")
"""Those of which the first is measured."""

REQUESTS: Final[Mapping[str, tuple[str, str]]] = {
    "messages.list": ("GET", "/beta/conversations/1/messages"),
    "search.conversations": ("POST", "/beta/search/conversations"),
    "end_users.list": ("GET", "/beta/endusers"),
    "conversations.get": ("GET", "/beta/conversations/1"),
    "organization.get": ("GET", "/beta/organization"),
}
"""What they send, for those who send it themselves."""

GENERATED_PACKAGE: Final = "generated_dixa"
GENERATED_MODULES: Final[Mapping[str, tuple[str, tuple[int, ...]]]] = {
    "messages.list": ("conversations.get_conversations_conversationid_messages", (1,)),
    "search.conversations": ("search.post_search_conversations", ()),
    "end_users.list": ("end_users.get_endusers", ()),
    "conversations.get": ("conversations.get_conversations_conversationid", (1,)),
}
"""Where the same calls are in the generated client, and what they take by position."""
