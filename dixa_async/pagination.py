"""Responses that come in pages.

Every method that lists or searches returns a `Pager`. It asks for nothing until it is awaited or iterated.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Sequence
from typing import TYPE_CHECKING, Any, Generic, NoReturn, Self, TypeAlias, TypeVar, overload
from urllib.parse import unquote

import attrs
from typing_extensions import override

from .api_response import ResponseInfo
from .errors import CallError, CallInfo, InvalidRequestError, PaginationError, UsageError
from .transport.operation import Operation
from .transport.tasks import ignore_failure

Item = TypeVar("Item")
ItemCo = TypeVar("ItemCo", covariant=True)


@attrs.frozen(kw_only=True, eq=False)
class Page(Sequence[ItemCo]):
    """One page: a sequence of its items."""

    items: Sequence[ItemCo]
    next_key: str | None = None
    """The key of the next page, to pass as `page_key`; None if this is the last one."""
    _response: ResponseInfo | None = attrs.field(default=None, init=False, repr=False)  # no part of its JSON

    @classmethod
    def read_from(cls, response: ResponseInfo, *, items: Sequence[ItemCo], next_key: str | None) -> Self:
        """Make the page that a response brought."""
        page = cls(items=items, next_key=next_key)
        object.__setattr__(page, "_response", response)
        return page

    @property
    def response(self) -> ResponseInfo:
        """The response that it was read from: status, headers, attempts, and what was beside the items.

        Raises:
            UsageError: it was made by hand, without a response.
        """
        if self._response is None:
            raise UsageError("this page was not read from a response")
        return self._response

    @overload
    def __getitem__(self, index: int) -> ItemCo: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[ItemCo]: ...
    @override
    def __getitem__(self, index: int | slice) -> ItemCo | Sequence[ItemCo]:
        key: object = index
        if isinstance(key, str) and key in self.keys():  # ``dict(page)`` asks so
            return getattr(self, key)  # type: ignore[no-any-return]
        return self.items[index]

    @override
    def __len__(self) -> int:
        return len(self.items)

    def keys(self) -> tuple[str, ...]:
        """The keys of ``dict(page)``, which web frameworks ask for."""
        return "items", "next_key"

    @override
    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Page):
            return NotImplemented
        return list(self) == list(other) and self.next_key == other.next_key  # pyright: ignore[reportUnknownArgumentType]

    __hash__ = None  # type: ignore[assignment]

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:
        from .pydantic_schema import page_schema  # pydantic alone calls this

        return page_schema(cls, source, handler)


FetchPage: TypeAlias = Callable[[str | None], Awaitable[Page[Item]]]
"""Fetches the page with a key, or the first one."""


class _AsyncOnly:
    """What has items only when they are awaited: it says so to who takes it for a list."""

    if not TYPE_CHECKING:  # a type checker has its own way to say so

        def __iter__(self) -> NoReturn:
            raise UsageError("the items are fetched as they are needed: write `async for item in …`")

        def __getitem__(self, index: object) -> NoReturn:
            raise UsageError("the items are fetched as they are needed: write `page = await …`, then `page[0]`")

        def __len__(self) -> NoReturn:
            raise UsageError("how many items there are is not known: write `len(await …)` for those of one page")

        def __contains__(self, item: object) -> NoReturn:
            raise UsageError("the items are fetched as they are needed: look for one with `async for item in …`")

        def __bool__(self) -> bool:
            return True


class PageIterator(_AsyncOnly, AsyncIterator[Page[Item]]):
    """The pages of a list, one after the other.

    Each page is fetched in a task of its own. So a step that is cancelled, by a time limit for instance, loses nothing:
    the next step waits for the same page. After a `CallError` the next step asks for that page again. When the iterator
    is closed or dropped, the fetch is cancelled.
    """

    def __init__(self, fetch: FetchPage[Item], operation: Operation[Any], key: str | None, *, prefetch: bool) -> None:
        self._fetch = fetch
        self.operation = operation
        self._prefetch = prefetch
        self._key = key
        self._seen = set[str | None]()
        self._ended = False
        self._task: asyncio.Task[Page[Item]] | None = None

    @override
    async def __anext__(self) -> Page[Item]:
        while not self._ended:
            task = self._task or self._start()
            try:
                await asyncio.wait([task])  # to cancel this does not cancel the task
            except BaseException:
                del self  # the traceback would keep it, and what it fetches, when everyone else has dropped it
                raise
            if task is self._task:  # else another step has taken this page
                self._task = None
                return self._taken(task)
        raise StopAsyncIteration

    async def aclose(self) -> None:
        """End the iteration. A page that is being fetched is given up."""
        self._ended = True
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.wait([task])

    def __del__(self) -> None:
        if self._task is not None:
            _cancel(self._task)

    @override
    def __repr__(self) -> str:
        return f"<PageIterator of {_words(self.operation)}>"

    def _start(self) -> asyncio.Task[Page[Item]]:
        """Fetch the page that is due."""
        if self._key in self._seen:
            self._ended = True
            asked = self.operation
            call = CallInfo(operation=asked.id, method=asked.method, path=asked.path)
            error = PaginationError("the pages form a cycle", call=call, maybe_applied=False)
            error.page_key = self._key
            raise error
        # The task must not know this iterator, which it would keep alive.
        self._task = asyncio.create_task(_get(self._fetch, self._key))
        self._task.add_done_callback(ignore_failure)
        return self._task

    def _taken(self, task: asyncio.Task[Page[Item]]) -> Page[Item]:
        """The page that was fetched; the next one is due now."""
        try:
            page = task.result()
        except CallError:
            raise
        except Exception:
            self._ended = True
            raise
        self._seen.add(self._key)
        self._key = page.next_key
        if self._key is None:
            self._ended = True
        elif self._prefetch and self._key not in self._seen:
            self._start()
        return page


class ItemIterator(_AsyncOnly, AsyncIterator[Item]):
    """The items of a list, one after the other. It behaves as `PageIterator` does.

    Args:
        pages: the pages that have them.
    """

    def __init__(self, pages: PageIterator[Item]) -> None:
        self._pages = pages
        self._items = deque[Item]()
        self._fetching = asyncio.Lock()  # steps at once share a page

    @override
    async def __anext__(self) -> Item:
        if not self._items:
            try:
                async with self._fetching:
                    while not self._items:
                        self._items.extend((await anext(self._pages)).items)
            except BaseException:
                del self  # as above
                raise
        return self._items.popleft()

    async def aclose(self) -> None:
        """End the iteration. A page that is being fetched is given up."""
        self._items.clear()
        await self._pages.aclose()

    @override
    def __repr__(self) -> str:
        return f"<ItemIterator of {_words(self._pages.operation)}>"


class Pager(_AsyncOnly, Generic[Item]):
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
        return _get(self._fetch, self._page_key).__await__()

    def __aiter__(self) -> ItemIterator[Item]:
        return ItemIterator(self.pages())

    def pages(self) -> PageIterator[Item]:
        """The pages, one after the other. One may be empty though others follow.

        Returns:
            An async iterator. Its steps raise these:

            - `CallError`: a page could not be fetched; `page_key` on the error is where to go on.
            - `PaginationError`: a page names one that was fetched already as its next.
        """
        return PageIterator(self._fetch, self._operation, self._page_key, prefetch=self._prefetch)

    @override
    def __repr__(self) -> str:
        return f"<Pager of {_words(self._operation)}>"


def _words(operation: Operation[Any]) -> str:
    """What a list is of, without ids."""
    return f"{operation.id}: {operation.method} {operation.path}"


async def _get(fetch: FetchPage[Item], key: str | None) -> Page[Item]:
    try:
        return await fetch(key)
    except CallError as error:
        error.page_key = key
        raise


def _cancel(task: asyncio.Task[Any]) -> None:
    """Cancel a task from wherever its iterator was dropped: on another thread, or when its loop is over."""
    loop = task.get_loop()
    if asyncio._get_running_loop() is loop:
        task.cancel()
    elif not loop.is_closed():
        loop.call_soon_threadsafe(task.cancel)


def check_page_limit(page_limit: int | None) -> None:
    """Check the number of items that a page is to have.

    Raises:
        InvalidRequestError: it is not a whole number of 1 or more.
    """
    if page_limit is not None and (type(page_limit) is not int or page_limit < 1):
        raise InvalidRequestError(f"page_limit must be a whole number of 1 or more, not {page_limit!r}")


def next_page_key(response: object) -> str | None:
    """Find the key of the next page in a response.

    Only the key is taken from ``meta.next``. Its host and path are never followed: they may be relative, unfinished, or
    lead to another server.

    Args:
        response: the whole response, as JSON.

    Returns:
        The key, or None.
    """
    if not isinstance(response, dict):
        return None
    meta = response.get("meta")  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType]
    link = meta.get("next") if isinstance(meta, dict) else None  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType]
    if isinstance(link, str):
        # A colon at the end of the link has been seen, which is not a part of the key.
        for pair in link.partition("?")[2].removesuffix(":").split("&"):
            name, _, key = pair.partition("=")
            if name == "pageKey" and key:
                return unquote(key)
    plain_key = response.get("pageKey")  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType]
    return plain_key if isinstance(plain_key, str) and plain_key else None
