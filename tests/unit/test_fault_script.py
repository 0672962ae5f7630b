"""Faults as text: what is written is read again, and what cannot be read shows the place."""

import math
from typing import Any

import pytest
from hypothesis import given, strategies as st

from dixa_async.testing.fault_script import FaultRule, parse_fault
from dixa_async.testing.http.json_paths import format_path
from dixa_async.testing.http.mutations import MUTATIONS

SEGMENTS = st.from_regex(r"[a-z0-9:._~-]{1,8}|\*", fullmatch=True)
OPERATIONS = st.one_of(
    st.just("*"),
    st.sampled_from(["getConversationsConversationid", "GET /conversations/{conversationId}", "* /agents", "put *"]),
    st.builds(
        lambda method, segments: f"{method} /{'/'.join(segments)}",
        st.sampled_from(["GET", "post", "*"]),
        st.lists(SEGMENTS, min_size=1, max_size=4),
    ).filter(lambda text: not text.partition("/")[2].startswith(("beta", "v1"))),
)
PATHS = st.builds(
    lambda steps: format_path(("data", *steps)),
    st.lists(st.one_of(st.integers(0, 99), st.from_regex(r"[A-Za-z_][A-Za-z0-9_-]{0,7}", fullmatch=True)), max_size=4),
)
POSITIVE = st.floats(min_value=1e-9, max_value=1e9)
WHEN = st.fixed_dictionaries(
    {},
    optional={
        "times": st.integers(1, 10**6),
        "probability": st.floats(min_value=0, max_value=1, exclude_min=True),
        "seed": st.integers(0, 2**70),
        "delay": POSITIVE,
    },
)
NAMES, VALUES = (
    st.from_regex(r"[A-Za-z][A-Za-z-]{0,9}", fullmatch=True),
    st.text(st.characters(exclude_categories=["Cc", "Cs"])),
)
OWN = st.fixed_dictionaries(
    {"status": st.integers(200, 599)},
    optional={
        "body": st.one_of(st.binary(max_size=30), st.text(max_size=30).map(lambda text: text.encode())),
        "headers": st.dictionaries(NAMES, VALUES, max_size=3),
        "apply": st.booleans(),
    },
)
MUTATED = st.one_of(
    st.builds(lambda mutation: {"mutation": mutation}, st.sampled_from(MUTATIONS)),
    st.builds(lambda at: {"mutation": "wrong_type", "at": at}, PATHS),
    st.builds(lambda at: {"mutation": "unknown_type", "at": f"{at}._type"}, PATHS),
)
SENT = st.fixed_dictionaries({}, optional={"cut_off": st.integers(0, 10**6), "bytes_per_second": POSITIVE})
DROPPED = st.builds(lambda drop: {"drop": drop}, st.sampled_from(["before", "after"]))
KINDS = st.one_of(DROPPED, st.builds(lambda kind, sent: {**kind, **sent}, st.one_of(OWN, MUTATED), SENT))


@given(OPERATIONS, KINDS, WHEN)
def test_a_rule_is_read_as_it_was_written(operation: str, kind: dict[str, Any], when: dict[str, Any]) -> None:
    rule = FaultRule(operation=operation, **kind, **when)
    assert parse_fault(str(rule)) == rule
    assert str(parse_fault(str(rule))) == str(rule)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        (
            "POST /conversations/*/messages: 504 applied, 5 %, seed 7",
            FaultRule(operation="POST /conversations/*/messages", status=504, apply=True, probability=0.05, seed=7),
        ),
        ("*: dropped after, 1 %", FaultRule(drop="after", probability=0.01)),
        ("  get   /agents : delay .5s ,3 times ", FaultRule(operation="GET /agents", delay=0.5, times=3)),
        ("/agents: 500, once", FaultRule(operation="* /agents", status=500, times=1)),
        (
            'POST *: 503, header "Retry-After: 3", header "X-A: b, c", body "a, \\"b\\""',
            FaultRule(operation="POST *", status=503, headers={"Retry-After": "3", "X-A": "b, c"}, body=b'a, "b"'),
        ),
        ('*: body "{}"', FaultRule(status=200, body=b"{}")),
        (
            "getConversationsConversationid: unknown  type at data._type, 100 bytes/s, cut off after 1 byte",
            FaultRule(
                operation="getConversationsConversationid",
                mutation="unknown_type",
                at="$.data._type",
                bytes_per_second=100,
                cut_off=1,
            ),
        ),
    ],
)
def test_examples_are_read(text: str, rule: FaultRule) -> None:
    assert parse_fault(text) == rule


@pytest.mark.parametrize(
    "text",
    [
        "POST /conversations/*/messages: 504 applied, 5 %, seed 7",
        "*: dropped after, 12.5 %",
        "*: delay 2 s, 0.01 %, 10 times",
        '*: 503, header "a: 1", header "A: 2", 10 %',
    ],
)
def test_a_text_in_its_shortest_form_is_written_as_it_was_read(text: str) -> None:
    assert str(parse_fault(text)) == text


@pytest.mark.parametrize(
    ("text", "place", "advice"),
    [
        ("POST /agents: 504 aplied, 5 %", "504", "write one of: 504, 504 applied"),
        ("POST /agents: 504, 5 percent", "5 percent", "write one of"),
        ("POST /agents 504", "POST", "begin with an operation and a colon"),
        ("", "", "begin with an operation and a colon"),
        ("*:", "", "write one of"),
        ("*: 504,", "", "write one of"),
        ("*: 504, 505", "505", "the second part of its kind"),
        ("*: wrong type, 3 times, missing field", "missing", "the second part of its kind"),
        ('*: 504, header "Retry-After"', "header", "write a header like"),
        ('*: body "\\x"', "body", "Invalid"),
        ("*: 504\n, nonsense", "nonsense", "write one of"),
        ("*: 504, 1e9999999 %", "1e9999999", "exponent is too long"),
        ('*: 504, header "X-A: 1", header "X-A: 2"', 'header "X-A: 2"', "the second part of its kind"),
    ],
)
def test_what_cannot_be_read_is_shown_with_its_place(text: str, place: str, advice: str) -> None:
    with pytest.raises(ValueError, match=advice) as caught:
        parse_fault(text)
    *_, line, marker = str(caught.value).splitlines()
    position = marker.index("^") - 2
    assert line[2:] == text.replace("\n", " ")
    assert text[position:].startswith(place)
    assert f"column {position + 1}:" in str(caught.value)


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("getConversationConversationid: 500", "did you mean 'getConversationsConversationid'"),
        ("GET /conversation/{conversationId}: 500", r"write '\*' for any one segment"),
        ("GET /beta/agents: 500", "without the version: 'agents'"),
        ("GET agents: 500", "must begin with '/'"),
        ("GET /agents?x=1: 500", "without a query: '/agents'"),
        ("4 /agents: 500", "pass method and path"),
        ("*: 5 %", "the fault does nothing"),
        ("*: 0 %, 500", "probability must be greater than 0"),
        ("*: 0 times, 500", "times must be 1 or more"),
        ("*: 100", "from 200 to 599"),
        ("*: dropped after, 500", "a dropped connection has no response"),
        ("*: wrong type, 500", "either mutation, or status and body"),
        ("*: unknown type at $.data", r"end the path with ._type, such as \$.data._type"),
        ("*: missing field at $.data[0]", "end the path with its name"),
        ("*: wrong type at $.data..id", r"like \$.data\[0\].createdAt"),
        ("*: wrong type at $", "must name a field"),
        ('*: dropped after, header "a: b"', "need a status"),
        ("*: 0 bytes/s", "bytes_per_second must be greater than 0"),
        ("*: delay 1e999 s", "delay must be a number of seconds"),
    ],
)
def test_what_contradicts_itself_is_refused(text: str, advice: str) -> None:
    with pytest.raises(ValueError, match=advice):
        parse_fault(text)


@pytest.mark.parametrize(
    "rule",
    [
        {"seed": -1, "status": 500},
        {"times": 1.5, "status": 500},
        {"times": math.nan, "status": 500},
        {"cut_off": -1},
        {"drop": "later"},
        {"mutation": "wrong_typ"},
        {"operation": "", "status": 500},
        {"at": "$.data", "status": 500},
        {"headers": {"X-A": "b\r\nc"}, "status": 500},
        {"headers": {"X A": "b"}, "status": 500},
        {"headers": {"X-A": "\x01"}, "status": 500},
        {"headers": {"X-A": "\ud800"}, "status": 500},
        {"headers": {"Content-Length": "few"}, "status": 500},
        {"seed": 1.5, "status": 500},
        {"cut_off": 1.5},
        {"status": 500.0},
    ],
)
def test_a_rule_that_was_made_directly_is_checked(rule: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(rule)).replace("operation", "method and path")):
        FaultRule(**rule)
