"""Articles of the knowledge base, their translations, and the images in them."""

from datetime import datetime

from attrs import field

from .base import UNSET, Model, Unset, define, on_wire
from .knowledge import Restrictions


@define(kw_only=True)
class ArticleContent(Model):
    """The content of an article, twice."""

    html: str
    plaintext: str


@define(kw_only=True)
class HelpCenterLink(Model):
    """An article's place in a help center."""

    id: str
    name: str
    """The name of the help center."""
    url: str


@define(kw_only=True)
class AvailableAt(Model):
    """Where an article can be read."""

    help_center_links: list[HelpCenterLink] | None = None


@define(kw_only=True)
class ArticleTranslation(Model):
    """An article in one language, as a draft or as published."""

    language: str
    """The code of the language, such as ``nl``."""
    title: str
    is_indexed_version: bool
    """Whether this is the version that search finds."""
    contents: ArticleContent
    available_at: AvailableAt
    created_at: datetime | None = None
    updated_at: datetime | None = None
    created_by: str | None = None
    """The ID of a user."""
    updated_by: str | None = None
    """The ID of a user."""


@define(kw_only=True)
class ArticleVersions(Model):
    """An article in one language: the draft, and what is published (``Translation``)."""

    draft: ArticleTranslation
    published: ArticleTranslation | None = None


@define(kw_only=True)
class Article(Model):
    """An article."""

    id: str
    restrictions: Restrictions
    created_at: datetime | None = None
    updated_at: datetime | None = None
    is_default_location: bool | None = None
    translation: ArticleVersions | None = None
    """The article in the requested language."""
    tags: list[str] | None = None
    """The IDs of its tags."""
    indexed_at: datetime | None = None
    """When search took it up."""
    created_by: str | None = None
    """The ID of a user."""
    updated_by: str | None = None
    """The ID of a user."""
    owned_by: str | None = None
    """The ID of a user."""
    indexed_by: str | None = None
    """The ID of a user."""
    parent_category: str | None = None
    """The ID of the category that contains it."""
    parent_collections: list[str] | None = None
    """The IDs of the collections that contain it."""


@define(kw_only=True)
class ArticleVersionLists(Model):
    """An article in all its languages: the drafts, and what is published (``TranslationList``)."""

    draft: list[ArticleTranslation] | None = None
    published: list[ArticleTranslation] | None = None


@define(kw_only=True)
class ArticleTranslations(Model):
    """All translations of an article."""

    translations: ArticleVersionLists


@define(kw_only=True)
class NewArticleTranslation(Model):
    """A translation to add, or to replace the one in its language (``TranslationInput``)."""

    language_id: str
    """The code of the language, such as ``nl``."""
    title: str
    content: str | Unset = UNSET
    """HTML."""


@define(kw_only=True)
class NewArticle(Model):
    """An article to create (``CreateKnowledgeArticleInput``)."""

    translations: list[NewArticleTranslation] | Unset = UNSET
    parent_id: str | Unset = UNSET
    """The ID of the category to move it to."""
    tags: list[str] | Unset = UNSET
    """The IDs of tags."""
    pre_release: bool | Unset = UNSET
    """Whether it can be read in pre-release mode only."""


@define(kw_only=True)
class ArticleTagChanges(Model):
    """Tags to add to an article and to remove from it (``TagsUpdateInput``)."""

    add: list[str] | Unset = UNSET
    """The IDs of tags."""
    remove: list[str] | Unset = UNSET
    """The IDs of tags."""


@define(kw_only=True)
class ArticlePatch(Model):
    """What to change in an article (``UpdateKnowledgeArticleInput``). None clears what can be empty.

    Titles and contents are changed by the article's translations.
    """

    owned_by: str | Unset | None = UNSET
    """The ID of a user."""
    tags: ArticleTagChanges | Unset | None = UNSET
    pre_release: bool | Unset = UNSET
    """Whether it can be read in pre-release mode only."""


@define(kw_only=True)
class TranslationFault(Model):
    """A translation that was rejected (``TranslationError``)."""

    language_id: str
    message: str


@define(kw_only=True)
class TranslationsOutcome(Model):
    """The outcomes of translations that were sent together (``UpdateTranslationsOutput``)."""

    translations: list[ArticleTranslation] | None = field(metadata=on_wire("data"), default=None)
    """Those that are saved."""
    partial_errors: list[TranslationFault] | None = None
    """Those that were refused."""


@define(kw_only=True)
class UploadedAttachment(Model):
    """An image that was uploaded (``AttachmentResult``)."""

    original_filename: str
    url: str
    """Where everyone can load it."""


@define(kw_only=True)
class AttachmentFault(Model):
    """An image that was rejected (``AttachmentError``)."""

    original_filename: str
    message: str
    code: int
    """As an HTTP status: 400 if the image was wrong, 500 if Dixa failed."""


@define(kw_only=True)
class UploadOutcome(Model):
    """The outcomes of images that were sent together (``UploadAttachmentsOutput``)."""

    attachments: list[UploadedAttachment] | None = field(metadata=on_wire("data"), default=None)
    """Those that are uploaded."""
    partial_errors: list[AttachmentFault] | None = None
    """Those that were refused."""
