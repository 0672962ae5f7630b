"""``python -m dixa_async call OPERATION key=value …``: makes one call, with JSON in and out.

- `methods`: finds a method of the client by its public name.
- `arguments`: reads the arguments of the command line.
- `values`: turns text and JSON into what a parameter takes.
- `descriptions`: explains an operation: its arguments, and the JSON that they take.
- `runner`: makes the call. Writes are confirmed.
- `output`: prints JSON; `table`: prints a table.
- `exit_codes`: an exit code for each kind of error.
"""

import argparse

from ..commands import Result


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command.

    Args:
        parser: the parser of ``call``.
    """
    parser.set_defaults(show_help=parser.print_help, program=parser.prog)
    parser.epilog = (
        "A value is text, or JSON where the argument takes an object or a list. key:=JSON is always JSON. @FILE is the"
        " content of a file, and - that of standard input. The token is read from DIXA_API_KEY. Exit codes: 2 nothing"
        " was sent, 3 the token was rejected, 4 not found, 5 rejected, 6 try again later, 7 a write that may have been"
        " applied, 8 the response cannot be read."
    )
    parser.usage = f"{parser.prog} OPERATION [key=value …] [options]"
    parser.add_argument(
        "words", nargs="*", metavar="OPERATION key=value", help="such as: conversations.get conversation_id=42"
    )
    parser.add_argument(
        "-h", "--help", action="store_true", help="show this help, or that of an operation: call OPERATION --help"
    )
    parser.add_argument("--list", action="store_true", help="show all operations, or those whose name holds OPERATION")
    parser.add_argument("--all", action="store_true", help="read all pages, and print JSON lines")
    parser.add_argument("--limit", type=int, metavar="N", help="read at most N items, from as many pages as needed")
    parser.add_argument("--table", action="store_true", help="print a table (needs rich)")
    parser.add_argument("-y", "--yes", action="store_true", help="make writes without asking")
    parser.add_argument("--base-url", metavar="URL", help="another server, such as a FakeDixa on this machine")


def run_command(options: argparse.Namespace) -> Result:
    """Run the command.

    Args:
        options: the parsed command line.

    Returns:
        The lines to print, or the exit code.
    """
    words: list[str] = options.words
    if options.list:
        from .descriptions import listed

        return listed(words)
    if not words:
        options.show_help()
        return 0 if options.help else 2
    from .runner import run

    return run(options)
