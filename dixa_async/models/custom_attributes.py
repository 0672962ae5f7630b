"""Custom attributes: the organization's own fields on conversations and end users."""

from datetime import datetime
from typing import ClassVar, TypeAlias

from .base import Model, OpenEnum, Unknown, define


@define(kw_only=True)
class CustomAttribute(Model):
    """A custom attribute with its value."""

    id: str
    name: str
    """The name that agents see."""
    identifier: str
    """The name that programs use."""
    value: str | list[str] | None = None
    """A str, or the path of the selected option; None if it has no value."""


CustomAttributeValue: TypeAlias = str | list[str] | None
"""A value to set: a str, the path of the selected option, or None to clear it."""

CustomAttributeValues: TypeAlias = dict[str, CustomAttributeValue]
"""Values to set, by the IDs of their attributes (``Map_UUID_Option_AttributeValue``)."""


class CustomAttributeEntity(OpenEnum):
    """What a custom attribute belongs to."""

    CONTACT = "Contact"
    """End users."""
    CONVERSATION = "Conversation"


@define(kw_only=True)
class SelectOption(Model):
    """Something that can be selected."""

    id: str
    label: str
    """The name that agents see."""
    value: str
    """The name that programs use: one step in the path of a selected option."""
    is_deactivated: bool
    order_index: int
    """Its position in the order."""
    nested_options: "list[SelectOption] | None" = None
    """What can be selected within it."""


@define(kw_only=True)
class SelectAttributeInput(Model):
    """The attribute is selected from a tree of options (``Select``)."""

    _type: ClassVar[str] = "Select"
    options: list[SelectOption] | None = None


@define(kw_only=True)
class TextAttributeInput(Model):
    """The attribute is a text (``Text``)."""

    _type: ClassVar[str] = "Text"
    placeholder: str | None = None
    """What the empty field shows."""


CustomAttributeInput: TypeAlias = SelectAttributeInput | TextAttributeInput | Unknown
"""How a custom attribute is filled in (``CustomAttributeInputDefinition``)."""


@define(kw_only=True)
class CustomAttributeDefinition(Model):
    """The definition of a custom attribute."""

    id: str
    entity_type: CustomAttributeEntity
    identifier: str
    """The name that programs use."""
    label: str
    """The name that agents see."""
    input_definition: CustomAttributeInput
    created_at: datetime
    is_required: bool
    is_archived: bool
    is_deactivated: bool
    description: str | None = None
    updated_at: datetime | None = None
