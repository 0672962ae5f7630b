"""Templates: texts for repeated use by agents or by Dixa."""

from datetime import datetime
from typing import ClassVar, TypeAlias

from .base import Model, OpenEnum, SharedField, Unknown, define


class TemplateType(OpenEnum):
    """What a template is for."""

    EMAIL_AUTO_REPLY = "EmailAutoReply"
    QUICK_RESPONSE = "QuickResponse"


@define(kw_only=True)
class TemplateTranslation(Model):
    """A template in another language (``Translation``)."""

    locale: str
    """The language tag, such as ``nb`` or ``fr-CA``."""
    content: str
    is_deactivated: bool
    subject: str | None = None


@define(kw_only=True)
class _Template(Model):
    """What all templates have."""

    id: str
    name: str
    content: str
    created_by: str
    """The agent who made it."""
    created_at: datetime
    last_edited_by: str | None = None
    """The agent who changed it last."""
    last_edited_at: datetime | None = None
    translations: list[TemplateTranslation] | None = None
    """Each is listed once, in no particular order."""
    subject: str | None = None


@define(kw_only=True)
class EmailAutoReply(_Template):
    """An email that Dixa sends automatically."""

    _type: ClassVar[str] = "EmailAutoReply"


@define(kw_only=True)
class QuickResponse(_Template):
    """A text that an agent puts into a message."""

    _type: ClassVar[str] = "QuickResponse"


@define(kw_only=True)
class UnknownTemplate(Unknown):
    """A template of a kind that this version cannot read, with the fields that all templates have."""

    id: ClassVar[SharedField[str]] = SharedField()
    name: ClassVar[SharedField[str]] = SharedField()
    content: ClassVar[SharedField[str]] = SharedField()
    created_by: ClassVar[SharedField[str]] = SharedField()
    created_at: ClassVar[SharedField[datetime]] = SharedField()
    last_edited_by: ClassVar[SharedField[str | None]] = SharedField()
    last_edited_at: ClassVar[SharedField[datetime | None]] = SharedField()
    translations: ClassVar[SharedField[list[TemplateTranslation] | None]] = SharedField()
    subject: ClassVar[SharedField[str | None]] = SharedField()


Template: TypeAlias = EmailAutoReply | QuickResponse | UnknownTemplate
"""A template of any kind."""
