"""Tags: labels on conversations."""

from .base import UNSET, Model, OpenEnum, Unset, define


class TagState(OpenEnum):
    """Whether a tag can be added to conversations."""

    ACTIVE = "Active"
    INACTIVE = "Inactive"


@define(kw_only=True)
class Tag(Model):
    """A tag."""

    id: str
    name: str
    state: TagState
    color: str | None = None
    """Such as ``#1e90ff``."""


@define(kw_only=True)
class NewTag(Model):
    """A tag to create (``CreateTagInput``)."""

    name: str
    color: str | Unset = UNSET
    """Such as ``#1e90ff``."""


@define(kw_only=True)
class TagName(Model):
    """A tag to add to a conversation (``TagConversationInput``)."""

    name: str
