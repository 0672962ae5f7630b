"""Searches and their hits."""

from .base import UNSET, Model, OpenEnum, Unset, define
from .search_filters import SearchFilter


class SearchStrategy(OpenEnum):
    """Whether all filters of a search must hold, or any of them."""

    ALL = "All"
    ANY = "Any"


@define(kw_only=True)
class SearchQuery(Model):
    """The text to search for (``Query``)."""

    value: str
    exact_match: bool | Unset = UNSET


@define
class SearchCondition(Model):
    """One filter of a search (``Condition``)."""

    field: SearchFilter


@define(kw_only=True)
class SearchFilters(Model):
    """All filters of a search (``Filters``)."""

    strategy: SearchStrategy
    conditions: list[SearchCondition] | Unset = UNSET


@define(kw_only=True)
class SearchParameters(Model):
    """A search, as it is sent (``SearchParametersInput``)."""

    query: SearchQuery | Unset = UNSET
    filters: SearchFilters | Unset = UNSET


@define(kw_only=True)
class SearchHit(Model):
    """A conversation that was found (``ConversationSearchWithFiltersHit``)."""

    id: int
    """The conversation ID."""
    highlights: dict[str, list[str]]
    """Where the text was found: snippets by place, with the text in ``<em>`` tags."""


@define(kw_only=True)
class InnerSearchHit(Model):
    """A part of a conversation, such as a message, in which the text was found (``ConversationSearchInnerHit``)."""

    id: str
    highlight: dict[str, str]
    """A snippet by place, with the text in ``<em>`` tags."""


@define(kw_only=True)
class TextSearchHit(SearchHit):
    """A conversation that the deprecated search found (``ConversationSearchHit``)."""

    inner_hits: list[InnerSearchHit] | None = None
