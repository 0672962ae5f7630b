"""Searches."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from typing_extensions import deprecated

from .. import models
from ..errors import InvalidRequestError
from ..models.base import UNSET, OpenEnum, Unset
from ..pagination import Pager
from ..transport.operation import LazyType, Operation
from ..validation import check_bool, check_list, check_str, mutually_exclusive, warn_if_unlisted
from .base import Resource, none_to_unset

_CONVERSATIONS: Operation[models.SearchHit] = Operation(
    "postSearchConversations",
    "POST",
    "/search/conversations",
    body=LazyType(lambda: models.SearchParameters),
    response_type=LazyType(lambda: models.SearchHit),
    reads_only=True,
)
_CONVERSATIONS_BY_TEXT: Operation[models.TextSearchHit] = Operation(
    "getSearchConversations", "GET", "/search/conversations", response_type=LazyType(lambda: models.TextSearchHit)
)

_MAX_PAGE_LIMIT = 50


class Search(Resource):
    """Searches."""

    def conversations(
        self,
        query: str | None = None,
        *,
        exact_match: bool | None = None,
        all_of: Sequence[models.FieldFilter] | None = None,
        any_of: Sequence[models.FieldFilter] | None = None,
        page_key: str | None = None,
        page_limit: int | None = None,
        prefetch: bool = False,
    ) -> Pager[models.SearchHit]:
        """Search for conversations by a text, by filters, or both.

        ::

            hits = dixa.search.conversations(
                "refund",
                all_of=[
                    ChannelFilter.is_one_of(SearchChannel.EMAIL, SearchChannel.CHAT),
                    CreatedFilter.since(datetime.now(UTC) - timedelta(days=7)),
                    AgentFilter.is_empty(),
                ],
            )

        Args:
            query: the text, at least one character.
            exact_match: whether the text must match exactly.
            all_of: filters that must all match; an empty list filters nothing. Mutually exclusive with `any_of`.
            any_of: filters of which one must match, at least one. Mutually exclusive with `all_of`.
            page_key: the `next_key` of a page, to resume after it. Keep the other arguments the same.
            page_limit: hits per page, 1 to 50; defaults to Dixa's choice.
            prefetch: whether to fetch the next page while you process the current one.

        Returns:
            A pager over the hits: the conversation IDs, and where the text was found.

        Raises:
            InvalidRequestError: the text is empty, a filter has no value, or an argument is not valid.
            BadRequestError: Dixa rejected a filter or the page key.
            AuthenticationError: the user who created the token is not allowed to search.
            TransportError: no response arrived.

        ``POST /search/conversations``
        """
        mutually_exclusive(all_of=all_of, any_of=any_of)
        if exact_match is not None and query is None:
            raise InvalidRequestError("exact_match needs a query")
        _check_page_limit(page_limit)
        return self._caller.pages(
            _CONVERSATIONS,
            body=models.SearchParameters(query=_query(query, exact_match), filters=_filters(all_of, any_of)),
            page_key=page_key,
            page_limit=page_limit,
            prefetch=prefetch,
        )

    @deprecated("use search.conversations")
    def conversations_by_text(
        self,
        query: str,
        *,
        exact_match: bool | None = None,
        page_key: str | None = None,
        page_limit: int | None = None,
        prefetch: bool = False,
    ) -> Pager[models.TextSearchHit]:
        """Search for conversations by a text. Deprecated by Dixa: use `conversations`.

        Args:
            query: the text, at least one character.
            exact_match: whether the text must match exactly; Dixa defaults to False.
            page_key: the `next_key` of a page, to resume after it. Keep the other arguments the same.
            page_limit: hits per page, 1 to 50; defaults to Dixa's choice.
            prefetch: whether to fetch the next page while you process the current one.

        Returns:
            A pager over the hits: the conversation IDs, and where the text was found.

        Raises:
            InvalidRequestError: the text is empty, or an argument is not valid.
            BadRequestError: Dixa rejected the text or the page key.
            AuthenticationError: the user who created the token is not allowed to search.
            TransportError: no response arrived.

        ``GET /search/conversations``
        """
        text = _text(query)
        _check_page_limit(page_limit)
        return self._caller.pages(
            _CONVERSATIONS_BY_TEXT,
            query={"query": text, "exactMatch": check_bool("exact_match", exact_match)},
            page_key=page_key,
            page_limit=page_limit,
            prefetch=prefetch,
        )


def _text(query: str) -> str:
    if not check_str("query", query):
        raise InvalidRequestError("query must not be empty")
    return query


def _query(text: str | None, exact_match: bool | None) -> models.SearchQuery | Unset:
    if text is None:
        return UNSET
    return models.SearchQuery(value=_text(text), exact_match=none_to_unset(exact_match))


def _filters(
    all_of: Sequence[models.FieldFilter] | None, any_of: Sequence[models.FieldFilter] | None
) -> models.SearchFilters | Unset:
    if any_of is not None:
        conditions = _conditions("any_of", any_of)
        if not conditions:
            raise InvalidRequestError("any_of must contain at least one filter; omit it to search without filters")
        return models.SearchFilters(strategy=models.SearchStrategy.ANY, conditions=conditions)
    if all_of is not None and (conditions := _conditions("all_of", all_of)):
        return models.SearchFilters(strategy=models.SearchStrategy.ALL, conditions=conditions)
    return UNSET


def _conditions(name: str, filters: Sequence[models.FieldFilter]) -> list[models.SearchCondition]:
    conditions = [models.SearchCondition(cast("models.SearchFilter", field)) for field in check_list(name, filters)]
    for condition in conditions:
        _check_values(condition.field)
    return conditions


def _check_values(field: models.SearchFilter) -> None:
    """Reject a filter without values, and values of an enum that only looks like the right one."""
    values: Sequence[object] | None = getattr(getattr(field, "operator", None), "values", None)
    if not isinstance(values, list | tuple):  # it has no values, or the check of the whole body reports what is wrong
        return
    if not values or [] in values:
        raise InvalidRequestError(f"{type(field).__name__} needs at least one value")
    enum = _enum_of(type(field))
    for value in values:
        if isinstance(value, OpenEnum) and not (enum is not None and isinstance(value, enum)):
            wanted = "IDs or strings" if enum is None else f"a {enum.__name__}"
            raise InvalidRequestError(f"{type(field).__name__} takes {wanted}, not a {type(value).__name__}")
        if enum is not None:
            warn_if_unlisted(type(field).__name__, value, enum)


def _enum_of(filter_type: type) -> type[OpenEnum] | None:
    """The enum that a filter takes; None if it takes other values."""
    enums: dict[type, type[OpenEnum]] = {
        models.ChannelFilter: models.SearchChannel,
        models.DirectionFilter: models.SearchDirection,
        models.StatusFilter: models.SearchStatus,
    }
    return enums.get(filter_type)


def _check_page_limit(page_limit: int | None) -> None:
    if isinstance(page_limit, int) and page_limit > _MAX_PAGE_LIMIT:
        raise InvalidRequestError(f"page_limit must be {_MAX_PAGE_LIMIT} or less, not {page_limit}")
