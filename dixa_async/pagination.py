"""Answers that come in pages.

Every method that lists or searches returns a `Pager`. It asks for nothing until it is awaited or iterated.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator, Sequence
from contextlib import aclosing
from typing import Any, Generic, TypeAlias, TypeVar, overload
from urllib.parse import unquote

import attrs
from typing_extensions import override

from .errors import CallError, CallInfo, InvalidRequestError, PaginationError
from .transport.operation import Operation

Item = TypeVar("Item")
ItemCo = TypeVar("ItemCo", covariant=True)


@attrs.frozen(kw_only=True, eq=False)
class Page(Sequence[ItemCo]):
    """One page: a sequence of its items."""

    items: Sequence[ItemCo]
    next_key: str | None = None
    """The key of the next page, to pass as `page_key`; None if this is the last one."""

    @overload
    def __getitem__(self, index: int) -> ItemCo: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[ItemCo]: ...
    @override
    def __getitem__(self, index: int | slice) -> ItemCo | Sequence[ItemCo]:
        return self.items[index]

    @override
    def __len__(self) -> int:
        return len(self.items)

    @override
    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Page):
            return NotImplemented
        return list(self) == list(other) and self.next_key == other.next_key  # pyright: ignore[reportUnknownArgumentType]

    __hash__ = None  # type: ignore[assignment]


FetchPage: TypeAlias = Callable[[str | None], Awaitable[Page[Item]]]
"""Fetches the page with a key, or the first one."""


class Pager(Generic[Item]):
    """The items of a list, fetched page by page as they are needed.

    ::

        async for user in dixa.end_users.list():       # every item of every page
            ...
        async for page in dixa.end_users.list().pages():  # every page
            ...
        first = await dixa.end_users.list()            # the first page

    A pager can be used again, and starts again then.
    """

    def __init__(
        self,
        fetch: FetchPage[Item],
        operation: Operation[Any],
        *,
        page_key: str | None = None,
        prefetch: bool = False,
    ) -> None:
        if page_key is not None and not isinstance(page_key, str):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise InvalidRequestError(f"page_key must be a str, not {type(page_key).__name__}")
        self._fetch = fetch
        self._operation = operation
        self._page_key = page_key
        self._prefetch = prefetch

    def __await__(self) -> Generator[object, None, Page[Item]]:
        return self._get(self._page_key).__await__()

    async def __aiter__(self) -> AsyncGenerator[Item, None]:
        async with aclosing(self.pages()) as pages:
            async for page in pages:
                for item in page:
                    yield item

    async def pages(self) -> AsyncGenerator[Page[Item], None]:
        """The pages, one after the other.

        Yields:
            Pages. One may be empty though others follow.

        Raises:
            CallError: a page could not be fetched; `page_key` on the error tells where to go on.
            PaginationError: a page names one that was fetched already as its next.
        """
        key = self._page_key
        seen = {key}
        page = await self._get(key)
        while (key := page.next_key) is not None:
            if key in seen:
                asked = self._operation
                call = CallInfo(operation=asked.id, method=asked.method, path=asked.path)
                error = PaginationError("the pages go in a circle", call=call, maybe_applied=False)
                error.page_key = key
                raise error
            seen.add(key)
            if not self._prefetch:
                yield page
                page = await self._get(key)
                continue
            following = asyncio.create_task(self._get(key))
            try:
                yield page
                page = await following
            finally:
                # If the caller stops here, nothing may be left running, and no error unread.
                following.cancel()
                await asyncio.wait([following])
        yield page

    async def _get(self, key: str | None) -> Page[Item]:
        try:
            return await self._fetch(key)
        except CallError as error:
            error.page_key = key
            raise


def check_page_limit(page_limit: int | None) -> None:
    """Check the number of items that a page is to have.

    Raises:
        InvalidRequestError: it is not a whole number of 1 or more.
    """
    if page_limit is not None and (type(page_limit) is not int or page_limit < 1):
        raise InvalidRequestError(f"page_limit must be a whole number of 1 or more, not {page_limit!r}")


def next_page_key(answer: object) -> str | None:
    """Find the key of the next page in an answer.

    Only the key is taken from ``meta.next``. Its host and path are never followed: they may be relative, unfinished, or
    lead to another server.

    Args:
        answer: the whole answer, as JSON.

    Returns:
        The key, or None.
    """
    if not isinstance(answer, dict):
        return None
    meta = answer.get("meta")  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType]
    link = meta.get("next") if isinstance(meta, dict) else None  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType]
    if isinstance(link, str):
        # A colon at the end of the link has been seen, which is not a part of the key.
        for pair in link.partition("?")[2].removesuffix(":").split("&"):
            name, _, key = pair.partition("=")
            if name == "pageKey" and key:
                return unquote(key)
    plain_key = answer.get("pageKey")  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType]
    return plain_key if isinstance(plain_key, str) and plain_key else None
