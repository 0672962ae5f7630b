"""Makes the call of a command line, and prints what it returns."""

import argparse
import asyncio
import sys
import warnings
from collections.abc import Callable, Sequence
from typing import Any, TextIO, get_origin

import attrs

from ...client import DixaClient
from ...errors import CallError, DixaError, DixaWarning, InvalidRequestError
from ...pagination import Pager
from ..terminal import any_text, printable, until_closed
from .arguments import read_arguments
from .confirmation import Confirmation
from .descriptions import described
from .exit_codes import MAYBE_APPLIED, exit_code
from .methods import Method, find_method
from .output import write_document, write_line


@attrs.frozen(kw_only=True)
class _Printing:
    """What is read of a list, and how it is printed."""

    all_pages: bool
    limit: int | None
    write_table: Callable[[Sequence[object], TextIO], None] | None
    """Writes a table; None for JSON."""


def run(options: argparse.Namespace) -> int:
    """Make the call, or explain the operation.

    Args:
        options: the parsed command line.

    Returns:
        The exit code; see `exit_code`.

    Raises:
        ModuleNotFoundError: a table is wanted, and rich is not installed.
    """
    name, *words = options.words
    try:
        method = find_method(name)
        if options.help:
            _print_all(described(method, options.program))
            return 0
        printing = _printing(method, options)
        arguments = read_arguments(method, words)
        with warnings.catch_warnings(), until_closed(sys.stdout) as out:
            warnings.simplefilter("always", DixaWarning)
            warnings.simplefilter("always", DeprecationWarning)
            warnings.showwarning = _show_warning
            asyncio.run(_call(method, arguments, options, printing, out))
    except DixaError as error:
        _note(f"{type(error).__name__}: {error}")
        if isinstance(error, CallError) and error.page_key is not None:
            _note(f"to resume from that page: page_key={error.page_key}")
        code = exit_code(error)
        if code == MAYBE_APPLIED:
            _note("Dixa may have applied it: look before you send it again")
        return code
    return 0


def _printing(method: Method, options: argparse.Namespace) -> _Printing:
    limit: int | None = options.limit
    if limit is not None and limit < 1:
        raise InvalidRequestError("--limit must be 1 or more")
    if (options.all or limit is not None) and get_origin(method.returns) is not Pager:
        raise InvalidRequestError(f"--all and --limit are for operations that list; {method.name} does not")
    write_table: Callable[[Sequence[object], TextIO], None] | None = None
    if options.table:
        from .table import write_table as write  # before anything is sent: rich may be missing

        write_table = write
    return _Printing(all_pages=options.all, limit=limit, write_table=write_table)


async def _call(
    method: Method, arguments: dict[str, Any], options: argparse.Namespace, printing: _Printing, out: TextIO
) -> None:
    base_url: str | None = options.base_url
    async with DixaClient(base_url=base_url, middleware=[Confirmation(given=options.yes)]) as dixa:
        called = method.bound_to(dixa)(**arguments)
        if isinstance(called, Pager):
            await _print_list(method, called, printing, out)  # pyright: ignore[reportUnknownArgumentType]
            return
        value = await called
    if value is None:
        _note("done")
    elif printing.write_table is None:
        write_document(value, out)
    else:
        printing.write_table(value if isinstance(value, list) else [value], out)  # pyright: ignore[reportUnknownArgumentType]


async def _print_list(method: Method, pager: Pager[Any], printing: _Printing, out: TextIO) -> None:
    if printing.all_pages or printing.limit is not None:
        as_lines = printing.all_pages and printing.write_table is None
        items = list[Any]()
        count = 0
        async for item in pager:
            if as_lines:
                write_line(item, out)
            else:
                items.append(item)
            count += 1
            if count == printing.limit:
                break
        if as_lines:
            return
    else:
        page = await pager
        items = list(page)
        if page.next_key is not None:
            resume = f", page_key={page.next_key} for the next one" if "page_key" in method.parameters else ""
            _note(f"there are more pages: --all for all of them{resume}")
    if printing.write_table is None:
        write_document(items, out)
    elif items:
        printing.write_table(items, out)
    else:
        _note("nothing was found")


def _print_all(lines: Sequence[str]) -> None:
    with until_closed(sys.stdout) as out:
        print("\n".join(lines), file=out)


def _show_warning(message: Warning | str, *_: object, **__: object) -> None:
    _note(str(message))


def _note(text: str) -> None:
    with any_text(sys.stderr) as out:
        print(printable(text), file=out)
