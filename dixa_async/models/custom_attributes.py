"""Custom attributes: the organization's own fields on conversations and end users."""

from .base import Model, define


@define
class CustomAttribute(Model):
    """A custom attribute with its value."""

    id: str
    name: str
    """The name that agents see."""
    identifier: str
    """The name that programs use."""
    value: str | list[str]
    """A text, or the path of what was selected."""
