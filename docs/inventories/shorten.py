"""Keeps of an ``objects.inv`` what the reference may link to: ``python docs/inventories/shorten.py FULL SHORT``."""

import re
import sys
import zlib
from pathlib import Path
from typing import Final

_WANTED: Final = re.compile(
    r"(aiohttp|attrs?|asyncio|collections|contextlib|datetime|enum|logging|os|pathlib|signal|ssl|threading|types|typing|uuid)\.\S+"
    r"|[a-zA-Z]+"
)
_KINDS: Final = ("py:class", "py:data", "py:exception", "py:function", "py:type")


def shorten(full: bytes) -> bytes:
    """Shorten an inventory of Sphinx, format 2.

    Args:
        full: the file.

    Returns:
        The same file with the Python names that may be needed.
    """
    head, body = full.split(b"zlib.\n", 1)
    lines = zlib.decompress(body).decode().splitlines(keepends=True)
    wanted = [line for line in lines if (part := line.split(" "))[1] in _KINDS and _WANTED.fullmatch(part[0])]
    return head + b"zlib.\n" + zlib.compress("".join(wanted).encode(), 9)


if __name__ == "__main__":
    Path(sys.argv[2]).write_bytes(shorten(Path(sys.argv[1]).read_bytes()))
