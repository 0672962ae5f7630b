"""What is measured: its name, what it is compared with, the goal, and how."""

from typing import Final, Literal

import attrs


@attrs.frozen
class Measurement:
    """One kind of figure.

    Args:
        name: what it is about.
        against: what it is divided by.
        goal: the largest acceptable figure, or None if it is shown and not judged.
        how: how it is measured, for the docs.
        unit: whether the figure is a ratio, or a number of bytes or seconds.
    """

    name: str
    against: str
    goal: float | None
    how: str
    unit: Literal["x", "bytes", "seconds"] = "x"


IMPORT: Final = Measurement(
    "Import of the client",
    "`import aiohttp`",
    1.15,
    "Each import is in a fresh process with written bytecode; median of paired ratios.",
)
FIRST_CALL: Final = Measurement(
    "Longest stall in a first call",
    "`import aiohttp`",
    0.08,
    "In a fresh process: the longest step of the event loop during the first call, for a page of 100 items, and the"
    " import of aiohttp in the same process; median of the ratios.",
)
PRELOAD_ALL: Final = Measurement(
    "`DixaClient.preload()`",
    "`import aiohttp`",
    0.9,
    "In a fresh process, after the import of the client; median of the ratios.",
)
PRELOAD_SECTION: Final = Measurement(
    "`DixaClient.preload()` of one section",
    "`import aiohttp`",
    0.2,
    "The same, for each section alone.",
)
PRELOAD_SECTIONS: Final = Measurement(
    "`DixaClient.preload()` of several sections",
    "`import aiohttp`",
    None,
    "The same, for sections that are used together.",
)
FIRST_RESPONSE: Final = Measurement(
    "Fresh process to the first typed response",
    "raw aiohttp",
    1.20,
    "From the start of the interpreter to the parsed response; raw aiohttp takes it as dicts. Median of paired ratios.",
)
FIRST_RESPONSE_PEER: Final = Measurement(
    "Fresh process to the first response of a generated client",
    "raw aiohttp",
    None,
    "The same, with the client of openapi-python-client.",
)
READ_HITS: Final = Measurement(
    "Reading a page of search hits",
    "pydantic",
    0.9,
    "100 hits with maps of highlights. The ratio of the means of fresh processes, by processor; results are kept, and"
    " the garbage collector runs as it does by default, over what was read.",
)
READ_PYDANTIC: Final = Measurement(
    "Reading other pages", "pydantic", 0.85, "Pages of 100 items, in the same way; models of pydantic by hand."
)
READ_MSGSPEC: Final = Measurement(
    "Reading a page",
    "msgspec",
    3.0,
    "In the same way; Structs of msgspec, which drop unknown fields. Goal for pages other than hits.",
)
READ_HITS_MSGSPEC: Final = attrs.evolve(
    READ_MSGSPEC, name="Reading a page of search hits, with msgspec", goal=None, how="In the same way."
)
READ_PEER: Final = Measurement(
    "Reading a page with a generated client",
    "msgspec",
    None,
    "`json.loads` and `from_dict` of openapi-python-client, made in the run from Dixa's description.",
)
WRITE: Final = Measurement("Writing a page", "msgspec", 5.0, "The items that were read, in the same processes.")
LARGE_STALL: Final = Measurement(
    "A response of 20 MB: longest stall",
    "reading it in one go",
    0.5,
    "In fresh processes: the longest step of the event loop during the call, and `from_json` of the same list, which"
    " reads it in one go; median of paired ratios.",
)
LARGE_STALL_MSGSPEC: Final = attrs.evolve(
    LARGE_STALL,
    name="A response of 20 MB: longest stall, with msgspec",
    against="msgspec",
    goal=None,
    how="The same, against a call by aiohttp that reads the body with msgspec.",
)
LARGE_TIME: Final = attrs.evolve(
    LARGE_STALL_MSGSPEC,
    name="A response of 20 MB: time of the call",
    how="The time of the whole call, against a call by aiohttp that reads the body with msgspec.",
)
LARGE_COST: Final = attrs.evolve(
    LARGE_TIME,
    name="A response of 20 MB: time of the call, with the same decoding",
    against="aiohttp and `from_json`",
    how="The time of the whole call, against aiohttp and reading the list in one go.",
)
CALL: Final = Measurement(
    "A page by a call, 10 at once",
    "raw aiohttp with the same decoding",
    1.15,
    "aiohttp with the same models, timeouts and care for the status. Blocks of calls in shuffled order, with the"
    " collector run before each; both keep their results. The ratio of the means; the server is another process that"
    " sends prepared bytes. `by processor` leaves out what waits for the server.",
)
CALL_OTHER: Final = attrs.evolve(CALL, name="Other calls", goal=None, how="In the same way.")
CALL_PEER: Final = attrs.evolve(
    CALL,
    name="The same calls by peers",
    goal=None,
    how="aiohttp with pydantic by hand, and a generated client (openapi-python-client on httpx), 10 at once.",
)
OPTIONS: Final = Measurement(
    "`with_options` for each call",
    "the call without it",
    1.10,
    "`dixa.with_options(timeout=5).organization.get()`, one at a time, in shuffled blocks; ratio of the means.",
)
TOKENS: Final = Measurement(
    "Memory that stays for a token",
    "",
    16,
    "Many clients, each with a token of its own, opened, used once and closed, then a pause; what tracemalloc finds"
    " more than before, for each. The control does the same with one token. 16 bytes stand for nothing: tables of the"
    " interpreter grow in steps.",
    "bytes",
)
TRAFFIC: Final = Measurement(
    "300 calls at a rate limit",
    "the ideal time",
    None,
    "100 calls a second against a server with the same limit, in real time: from the first request to the last one.",
)
WEBHOOKS_MEMORY: Final = Measurement(
    "Taking in a webhook, in memory",
    "a bare aiohttp handler",
    1.25,
    "Deliveries to `aiohttp_app`, until the 204, against a handler that does the HMAC, reads the JSON and responds with"
    " 204. The servers are processes of their own, fresh in each round; prepared requests come over open connections."
    " Handlers run later. Median of paired ratios of the time for a delivery.",
)
WEBHOOKS_SQLITE: Final = Measurement(
    "Taking in a webhook, in SQLite",
    "a handler that commits each event",
    0.333,
    "The same with a `SqliteInbox`, against a handler that does the same as the bare one and commits each event by"
    " itself, as safely: WAL, and each commit waits for the disk.",
)
WEBHOOKS_HANDLED: Final = attrs.evolve(
    WEBHOOKS_MEMORY,
    name="Taking in a webhook, and handling it meanwhile",
    against="the same handlers",
    goal=None,
    how="The same, with an `order_window` of 0: events are handled, by a handler that does nothing, as they come.",
)
EXPORT_TIME: Final = Measurement(
    "Reading an export",
    "ijson with its C backend",
    1.3,
    "Rows of 1.1 to 1.4 kB come from a process of their own over a socket, in one response, to `dixa.exports`, which"
    " makes typed rows, and to `ijson.items_async`, which makes dicts. Each reads in a fresh process; time of the"
    " processor, median of paired ratios.",
)
EXPORT_MEMORY: Final = Measurement(
    "Memory for an export",
    "",
    8 * 2**20,
    "The most memory that the process of the same reading has beyond that at its start, the modules that it imports"
    " meanwhile and the hashes of the given rows included.",
    "bytes",
)
EXPORT_MEMORY_OF_OTHERS: Final = Measurement(
    "Memory for an export, against reading it whole",
    "`orjson.loads(await response.read())`",
    0.25,
    "The same for fewer rows.",
)
EXPORT_TIME_OF_JSON_STREAM: Final = Measurement(
    "Reading an export, against json-stream",
    "json-stream with its Rust tokenizer",
    None,
    "The same for fewer rows; json-stream reads from urllib, and makes dicts.",
)
FAKE_START: Final = Measurement(
    "Start of `FakeDixa`",
    "",
    0.3,
    "In a fresh process that has imported `aiohttp.web`: processor time from the import of `FakeDixa` until it"
    " listens. Beside it, that of the import of `aiohttp.web`.",
    "seconds",
)
FAKE_REQUEST: Final = Measurement(
    "A request to `FakeDixa`",
    "a bare aiohttp handler",
    2.0,
    "GET of a conversation, without limits, against a handler that makes the same JSON of a dict. Both servers are on"
    " one event loop, and the client in another thread: processor time of the servers, in shuffled blocks. Ratio of the"
    " means.",
)
FAKE_COMPANY: Final = Measurement(
    "A company in `FakeDixa`: time", "", 2.0, "Processor time of making one, in fresh processes.", "seconds"
)
FAKE_MEMORY: Final = Measurement(
    "A company in `FakeDixa`: memory", "", 200e6, "The largest memory of that process, interpreter and all.", "bytes"
)
FAKE_LEAK: Final = Measurement(
    "Memory that stays for a request to `FakeDixa`",
    "",
    1.0,
    "What tracemalloc finds more than before, for each request, once the log of requests is full. A byte stands for"
    " nothing: tables of the interpreter grow in steps.",
    "bytes",
)

ALL: Final = tuple(value for value in vars().copy().values() if isinstance(value, Measurement))
"""All, in the order of the report."""
