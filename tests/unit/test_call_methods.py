"""``call`` knows every method of the client: finds it, explains it, and reads what each of its parameters takes."""

import inspect
import json
from typing import Any

import pytest

from dixa_async import models, to_json
from dixa_async.cli.call.arguments import read_arguments
from dixa_async.cli.call.descriptions import described, listed
from dixa_async.cli.call.methods import Method, all_methods, find_method
from dixa_async.cli.call.values import structured
from dixa_async.models.base import UNSET

from ..helpers import api_surface

METHODS = list(all_methods())
MESSAGE = '{"_type": "Inbound", "content": {"_type": "Text", "value": "a"}}'
TODAY = models.PeriodPreset.TODAY


def test_all_methods_are_known() -> None:
    assert {each.name for each in METHODS} == {str(each) for each in api_surface.all_methods()}
    assert len(METHODS) == len({each.name for each in METHODS})


@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.name)
def test_each_method_explains_itself(method: Method) -> None:
    assert find_method(method.name) == method
    lines = described(method, "call")
    assert lines[0] == f"{method.name}: {method.summary}"
    assert any(line.startswith("sends ") for line in lines[-2:])
    assert max(map(len, lines[1:])) <= 100
    text = "\n".join(lines)
    assert all(f"\n  {name}  (" in text for name in method.parameters)
    mangled = ("typing.", "<class", "NoneType", "Unset", "SupportsIndex", "``", "Literal", "BinaryIO")
    assert not {word for word in mangled if word in text}


def test_a_listing_shows_what_matches() -> None:
    assert len(list(listed([]))) == len(METHODS)
    assert [line.split()[0] for line in listed(["TAGS.list"])] == ["tags.list", "tags.list_for_conversation"]
    assert [line.split()[0] for line in listed(["tags", "by_name"])] == ["tags.find_by_name", "tags.add_by_name"]
    assert list(listed(["tags", "xyz"])) == ["no operation has 'tags' and 'xyz' in its name"]


def test_without_docstrings_it_works_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inspect, "getdoc", lambda _: None)
    lines = described(find_method("tags.create"), "call")
    assert lines[0] == "tags.create"
    assert "  name  (str)" in lines


@pytest.mark.parametrize(
    ("name", "words", "expected"),
    [
        ("conversations.get", ["conversation_id=42"], {"conversation_id": "42"}),
        ("conversations.get", ["conversation_id:=42"], {"conversation_id": 42}),
        ("tags.create", ["name=a=b", "color="], {"name": "a=b", "color": ""}),
        ("tags.create", ['name:="@x"', "color:=null"], {"name": "@x", "color": None}),
        ("tags.create", ["name=l\udcc3\udca9", 'color:="\udcc3\udca9"'], {"name": "l\xe9", "color": "\xe9"}),
        ("tags.list", ["include_deactivated=true"], {"include_deactivated": True}),
        ("conversations.list_flows", ["channel=Email"], {"channel": models.Channel.EMAIL}),
        (
            "analytics.query_metric",
            ["metric_id=m", "timezone=UTC", "period=Today"],
            {"period": models.PeriodPreset.TODAY},
        ),
        (
            "analytics.query_metric",
            ["metric_id=m", "timezone=UTC", 'filters={"queue_id": ["a", "b"]}', "conversation_ids=[1, 2]"],
            {"filters": {"queue_id": ["a", "b"]}, "conversation_ids": [1, 2]},
        ),
        (
            "search.conversations",
            ['all_of=[{"_type": "Channel", "operator": {"_type": "IsOneOf", "values": ["email"]}}]'],
            {"all_of": [models.ChannelFilter.is_one_of(models.SearchChannel.EMAIL)]},
        ),
        (
            "webhooks.ensure",
            ["name=n", "url=u", "events=ConversationCreated", "events=NewEvent"],
            {"events": [models.WebhookEvent.CONVERSATION_CREATED, models.WebhookEvent("NewEvent")]},
        ),
        (
            "analytics.query_metric",
            ["metric_id=m", "timezone=UTC", "aggregations=Count", 'aggregations:={"_type": "Sum"}'],
            {"aggregations": [models.Measure.COUNT, models.Measure.SUM]},
        ),
        (
            "messages.add_once",
            [f"message={MESSAGE}", "conversation_id=1", "external_id=e", "dedupe=read_back"],
            {"dedupe": "read_back"},
        ),
        ("knowledge.upload_attachments", ["files=a.png", "files=b.png"], {"files": ["a.png", "b.png"]}),
        ("end_users.patch", ["user_id=u", 'patch={"email": null}'], {"patch": models.EndUserPatch(email=None)}),
        (
            "end_users.patch_custom_attributes",
            ["user_id=u", 'values={"a": "b", "c": null, "d": ["e"]}'],
            {"values": {"a": "b", "c": None, "d": ["e"]}},
        ),
    ],
)
def test_a_value_becomes_what_the_parameter_takes(name: str, words: list[str], expected: dict[str, Any]) -> None:
    arguments = read_arguments(find_method(name), words)
    assert {key: arguments[key] for key in expected} == expected
    assert {key: type(arguments[key]) for key in expected} == {key: type(value) for key, value in expected.items()}


def test_a_field_that_is_not_given_is_not_sent() -> None:
    patch = structured("patch", {"email": None}, models.EndUserPatch)
    assert patch.display_name is UNSET
    assert to_json(patch) == b'{"email":null}'


def test_a_kind_that_is_not_known_is_sent_as_it_is() -> None:
    raw = {"name": "n", "filters": {"a": {"_type": "NewFilters", "x": [1]}}}
    patch = structured("patch", raw, models.WebhookSubscriptionPatch)
    assert json.loads(to_json(patch)) == raw
