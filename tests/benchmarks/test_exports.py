"""An export of 100 MB over a socket needs little memory."""

from .fresh import run, server

_ROWS = 80_000


def test_a_long_export_needs_little_memory() -> None:
    with server("export_server", "messages", _ROWS) as port:
        taken = run("read_export", "ours", "messages", port, _ROWS)
    assert taken["peak"] - taken["tenth"] <= 4 * 2**20
    assert taken["peak"] <= 12 * 2**20  # with the imports, before the first row
