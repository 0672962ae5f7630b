"""A user's program that changes copies of models, for mypy and pyright: it is never run."""

import copy
import sys
from typing import assert_type

import attrs

from dixa_async.models import Agent, Conversation, NewEndUser, TextContent, UnknownConversation


def change(agent: Agent, conversation: Conversation, user: NewEndUser) -> None:
    assert_type(attrs.evolve(agent, email="a@example.com", phone_number=None), Agent)
    assert_type(attrs.evolve(TextContent("Hello"), value="Goodbye"), TextContent)
    assert_type(attrs.evolve(user, display_name="Zoe"), NewEndUser)
    assert_type(attrs.evolve(conversation), Conversation)
    if isinstance(conversation, UnknownConversation):
        assert_type(attrs.evolve(conversation, raw={}), UnknownConversation)
    else:
        assert_type(attrs.evolve(conversation, id=7).id, int)
    attrs.evolve(agent, emial="a@example.com")  # type: ignore[call-arg]
    attrs.evolve(agent, email=7)  # type: ignore[arg-type]
    assert attrs.asdict(agent)["email"] == agent.email
    if sys.version_info >= (3, 13):
        assert_type(copy.replace(agent, email="a@example.com"), Agent)
