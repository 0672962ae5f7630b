"""Pagination.

Every method that lists or searches returns a `Pager`. It sends no request until it is awaited or iterated.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Generic, NoReturn, Self, TypeAlias, TypeVar, overload
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
    """The key of the next page, to pass as `page_key`; None if this is the last page."""
    _response: ResponseInfo | None = attrs.field(default=None, init=False, repr=False)  # not part of its JSON

    @classmethod
    def read_from(cls, response: ResponseInfo, *, items: Sequence[ItemCo], next_key: str | None) -> Self:
        """Make the page that was read from a response."""
        page = cls(items=items, next_key=next_key)
        object.__setattr__(page, "_response", response)
        return page

    @property
    def response(self) -> ResponseInfo:
        """The response that it was read from: status, headers, attempts, and the body without the items.

        Raises:
            UsageError: the page was not read from a response.
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
        if isinstance(key, str) and key in self.keys():  # ``dict(page)`` does this
            return getattr(self, key)  # type: ignore[no-any-return]
        return self.items[index]

    @override
    def __len__(self) -> int:
        return len(self.items)

    def keys(self) -> tuple[str, ...]:
        """The keys of ``dict(page)``, which web frameworks use."""
        return "items", "next_key"

    @override
    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Page):
            return NotImplemented
        return list(self) == list(other) and self.next_key == other.next_key  # pyright: ignore[reportUnknownArgumentType]

    __hash__: ClassVar[None]  # type: ignore[assignment]  # pyright: ignore[reportIncompatibleMethodOverride]

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:
        from .pydantic_schema import page_schema  # only pydantic calls this

        return page_schema(cls, source, handler)


FetchPage: TypeAlias = Callable[[str | None], Awaitable[Page[Item]]]
"""Fetches the page with a key, or the first page if the key is None."""


class _AsyncOnly:
    """Raises an error that explains what to do when an asynchronous iterable is used like a list."""

    if not TYPE_CHECKING:  # a type checker reports these uses itself

        def __iter__(self) -> NoReturn:
            raise UsageError("the items are fetched as they are needed: write `async for item in …`")

        def __getitem__(self, index: object) -> NoReturn:
            raise UsageError("the items are fetched as they are needed: write `page = await …`, then `page[0]`")

        def __len__(self) -> NoReturn:
            raise UsageError("the number of items is not known: write `len(await …)` for those of one page")

        def __contains__(self, item: object) -> NoReturn:
            raise UsageError("the items are fetched as they are needed: look for one with `async for item in …`")

        def __bool__(self) -> bool:
            return True


class PageIterator(_AsyncOnly, AsyncIterator[Page[Item]]):
    """An async iterator over the pages of a list.

    Each page is fetched in its own task. So a step that is cancelled, for example by a timeout, loses nothing: the next
    step waits for the same page. After a `CallError` the next step requests that page again. When the iterator is
    closed or garbage-collected, the fetch is cancelled.
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
                await asyncio.wait([task])  # cancelling this does not cancel the task
            except BaseException:
                del self  # otherwise the traceback would keep it and its fetch alive
                raise
            if task is self._task:  # otherwise another step has taken this page
                self._task = None
                return self._take(task)
        raise StopAsyncIteration

    async def aclose(self) -> None:
        """End the iteration. The fetch of a page is cancelled."""
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
        return f"<PageIterator of {_label(self.operation)}>"

    def _start(self) -> asyncio.Task[Page[Item]]:
        """Fetch the next page."""
        if self._key in self._seen:
            self._ended = True
            operation = self.operation
            call = CallInfo(operation=operation.id, method=operation.method, path=operation.path)
            error = PaginationError("the pages form a cycle", call=call, maybe_applied=False)
            error.page_key = self._key
            raise error
        # The task must not know this iterator, which it would keep alive.
        self._task = asyncio.create_task(_get(self._fetch, self._key))
        self._task.add_done_callback(ignore_failure)
        return self._task

    def _take(self, task: asyncio.Task[Page[Item]]) -> Page[Item]:
        """Take the page that was fetched, and move on to the next one."""
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
    """An async iterator over the items of a list. It behaves like `PageIterator`.

    Args:
        pages: the pages of the list.
    """

    def __init__(self, pages: PageIterator[Item]) -> None:
        self._pages = pages
        self._items = deque[Item]()
        self._fetching = asyncio.Lock()  # concurrent steps share a page

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
        """End the iteration. The fetch of a page is cancelled."""
        self._items.clear()
        await self._pages.aclose()

    @override
    def __repr__(self) -> str:
        return f"<ItemIterator of {_label(self._pages.operation)}>"


class Pager(_AsyncOnly, Generic[Item]):
    """The items of a list, fetched page by page as they are needed.

    ::

        async for user in dixa.end_users.list():       # every item of every page
            ...
        async for page in dixa.end_users.list().pages():  # every page
            ...
        first = await dixa.end_users.list()            # the first page

    A pager can be used more than once; each use starts over.
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
        """Iterate over the pages. A page may be empty even if others follow.

        Returns:
            An async iterator. Its steps raise:

            - `CallError`: a page could not be fetched; resume from the `page_key` of the error.
            - `PaginationError`: the next page is one that was already fetched.
        """
        return PageIterator(self._fetch, self._operation, self._page_key, prefetch=self._prefetch)

    @override
    def __repr__(self) -> str:
        return f"<Pager of {_label(self._operation)}>"


def _label(operation: Operation[Any]) -> str:
    """The operation of a list, without IDs."""
    return f"{operation.id}: {operation.method} {operation.path}"


async def _get(fetch: FetchPage[Item], key: str | None) -> Page[Item]:
    try:
        return await fetch(key)
    except CallError as error:
        error.page_key = key
        raise


def _cancel(task: asyncio.Task[Any]) -> None:
    """Cancel a task from wherever its iterator was dropped: in another thread, or after its loop was closed."""
    loop = task.get_loop()
    if asyncio._get_running_loop() is loop:
        task.cancel()
    elif not loop.is_closed():
        loop.call_soon_threadsafe(task.cancel)


def check_page_limit(page_limit: int | None) -> None:
    """Check a page limit.

    Args:
        page_limit: the maximum number of items on a page, or None.

    Raises:
        InvalidRequestError: it is not a whole number of 1 or more.
    """
    if page_limit is not None and (type(page_limit) is not int or page_limit < 1):
        raise InvalidRequestError(f"page_limit must be a whole number of 1 or more, not {page_limit!r}")


def next_page_key(response: object) -> str | None:
    """Find the key of the next page in a response.

    Only the key is taken from ``meta.next``. Its host and path are never followed: they may be relative, incomplete, or
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
        # Dixa has sent links with a colon at the end, which is not part of the key.
        for pair in link.partition("?")[2].removesuffix(":").split("&"):
            name, _, key = pair.partition("=")
            if name == "pageKey" and key:
                return unquote(key)
    plain_key = response.get("pageKey")  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType]
    return plain_key if isinstance(plain_key, str) and plain_key else None
