"""Models in pydantic, FastAPI, Starlette and aiohttp.web."""

import copy
import json
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from typing import Annotated, Any

import httpx
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from fastapi import Body, FastAPI
from pydantic import BaseModel, TypeAdapter, ValidationError
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route

from dixa_async import Model, Page, SerializationError, to_dict, to_json
from dixa_async.api_response import ResponseInfo
from dixa_async.errors import CallInfo
from dixa_async.models import (
    Agent,
    Channel,
    ChatConversation,
    Conversation,
    CustomAttributeDefinition,
    EndUserPatch,
    NewConversation,
    NewEndUser,
    NewSmsConversation,
    OutboundMessage,
    SelectOption,
    TextContent,
    UnknownConversation,
)

from ..helpers.exhaustive_values import exhaustive_values
from ..helpers.type_forms import model_types

CHAT = ChatConversation(
    id=7, requester_id="u", channel=Channel("Fax"), created_at=datetime(2031, 5, 17, 8, tzinfo=UTC), language="da"
)
WIRE = {
    "id": 7,
    "requesterId": "u",
    "channel": "Fax",
    "createdAt": "2031-05-17T08:00:00Z",
    "language": "da",
    "_type": "ChatConversation",
}
FAX: dict[str, Any] = {"_type": "FaxConversation", "id": 8, "paper": "A4"}
SMS = NewSmsConversation(
    requester_id="u", contact_endpoint_id="+45", message=OutboundMessage(agent_id="a", content=TextContent("Hello"))
)


def fax() -> UnknownConversation:
    return UnknownConversation(type="FaxConversation", raw=FAX)


class Ticket(BaseModel):
    """A custom model."""

    conversation: Conversation
    channel: Channel
    agent: Agent | None = None


app = FastAPI()


@app.get("/typed")
async def typed() -> Conversation:
    return CHAT


@app.get("/untyped")
async def untyped():  # type: ignore[no-untyped-def]
    return {"conversations": [CHAT, fax()]}


@app.get("/page")
async def page() -> Page[Conversation]:
    return Page(items=[CHAT, fax()], next_key="k")


@app.get("/untyped-page")
async def untyped_page():  # type: ignore[no-untyped-def]
    response = ResponseInfo(
        status=200,
        headers={"x": "inner"},
        beside={"meta": "inner"},
        call=CallInfo(operation="o", method="GET", path="/"),
    )
    return {"page": Page.read_from(response, items=[CHAT], next_key="k"), "empty": Page(items=[])}


@app.get("/list", response_model=list[Conversation])
async def listed() -> Any:
    return Page(items=[CHAT, fax()])


@app.get("/ticket")
async def ticket() -> Ticket:
    return Ticket(conversation=CHAT, channel=Channel.SMS)


@app.get("/definition")
async def definition() -> CustomAttributeDefinition | None:
    return None


@app.post("/conversations")
async def create(new: Annotated[NewConversation, Body()]) -> NewConversation:
    assert isinstance(new, Model)
    return new


@app.post("/patch")
async def patch(patch: Annotated[EndUserPatch, Body()]) -> EndUserPatch:
    return patch


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://app") as client:
        yield client


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/typed", WIRE),
        ("/untyped", {"conversations": [WIRE, FAX]}),
        ("/page", {"items": [WIRE, FAX], "next_key": "k"}),
        ("/untyped-page", {"page": {"items": [WIRE], "next_key": "k"}, "empty": {"items": [], "next_key": None}}),
        ("/list", [WIRE, FAX]),
        ("/ticket", {"conversation": WIRE, "channel": "Sms", "agent": None}),
        ("/definition", None),
    ],
)
async def test_fastapi_returns_models(client: httpx.AsyncClient, path: str, expected: Any) -> None:
    response = await client.get(path)
    assert (response.status_code, response.json()) == (200, expected)


@pytest.mark.filterwarnings("error")
def test_a_page_in_a_pydantic_model_stays_a_page_in_python() -> None:
    class Listing(BaseModel):
        page: Page[Conversation]

    listing = Listing(page=Page(items=[CHAT], next_key="k"))
    assert listing.model_dump() == {"page": listing.page}
    assert listing.model_dump(mode="json") == {"page": {"items": [WIRE], "next_key": "k"}}


async def test_fastapi_accepts_models(client: httpx.AsyncClient) -> None:
    response = await client.post("/conversations", json=to_dict(SMS))
    assert (response.status_code, response.json()) == (200, to_dict(SMS))
    response = await client.post("/patch", json={"displayName": None})
    assert (response.status_code, response.json()) == (200, {"displayName": None})


async def test_fastapi_reports_what_is_wrong_with_a_body(client: httpx.AsyncClient) -> None:
    body = to_dict(SMS)
    body["message"]["content"]["value"] = 7
    response = await client.post("/conversations", json=body)
    assert response.status_code == 422
    assert "$.message.content.value: expected str, got int" in response.text


def _references(schema: Any) -> Iterator[str]:
    if isinstance(schema, dict):
        yield from (value for key, value in schema.items() if key == "$ref")
    for part in schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ():
        yield from _references(part)


async def test_fastapi_describes_models(client: httpx.AsyncClient) -> None:
    description = (await client.get("/openapi.json")).json()
    schemas = description["components"]["schemas"]
    assert {reference.rpartition("/")[2] for reference in _references(description)} <= schemas.keys()
    chat = schemas["ChatConversation"]
    assert chat["required"] == ["_type", "id", "requesterId", "channel", "createdAt"]
    assert chat["properties"]["_type"] == {"type": "string", "const": "ChatConversation"}
    assert chat["properties"]["createdAt"] == {"type": "string", "format": "date-time"}
    assert chat["properties"]["channel"] == {"$ref": "#/components/schemas/Channel"}
    assert chat["properties"]["language"] == {"anyOf": [{"type": "string"}, {"type": "null"}]}
    assert schemas["UnknownConversation"]["additionalProperties"] is True
    assert "Email" in schemas["Channel"]["anyOf"][0]["enum"]
    assert schemas["Channel"]["anyOf"][1] == {"type": "string"}
    assert "required" not in schemas["EndUserPatch"]


@pytest.mark.parametrize("type_form", model_types(), ids=lambda form: str(getattr(form, "__name__", form))[:60])
def test_every_type_is_a_field_of_pydantic_with_a_schema(type_form: Any) -> None:
    adapter: TypeAdapter[Any] = TypeAdapter(type_form)
    for mode in ("validation", "serialization"):
        schema = adapter.json_schema(mode=mode)
        names = {reference.removeprefix("#/$defs/") for reference in _references(schema)}
        assert names <= schema.get("$defs", {}).keys()
    for value in exhaustive_values(type_form):
        assert adapter.validate_python(value) == value
        written = adapter.dump_json(value)
        assert json.loads(written) == json.loads(to_json(value))
        assert adapter.validate_json(written) == value


def test_a_class_that_contains_itself_is_described_once() -> None:
    schema = TypeAdapter(SelectOption).json_schema()
    nested = schema["$defs"]["SelectOption"]["properties"]["nestedOptions"]
    assert nested == {"anyOf": [{"type": "array", "items": {"$ref": "#/$defs/SelectOption"}}, {"type": "null"}]}


@pytest.mark.parametrize(
    ("value", "expected_error"),
    [
        (7, r"\$: expected an object"),
        ({**WIRE, "id": "7"}, r"\$\.id: expected int, got str"),
        ({**WIRE, "_type": "EmailConversation"}, r"\$\._type: expected ChatConversation"),
        ({name: value for name, value in WIRE.items() if name != "_type"}, r"\$\._type: expected ChatConversation"),
    ],
)
def test_pydantic_reports_what_does_not_match(value: Any, expected_error: str) -> None:
    with pytest.raises(ValidationError, match=expected_error):
        TypeAdapter(ChatConversation).validate_python(value)


def test_a_union_uses_the_class_that_the_tag_names_and_null_only_where_allowed() -> None:
    adapter: TypeAdapter[Any] = TypeAdapter(Conversation | None)
    assert adapter.validate_python(WIRE) == CHAT
    assert adapter.validate_python(None) is None
    new = adapter.validate_python(FAX)
    assert isinstance(new, UnknownConversation)
    assert new.id == 8
    with pytest.raises(ValidationError):
        TypeAdapter(Conversation).validate_python(None)


def test_a_pydantic_model_keeps_models() -> None:
    made = Ticket.model_validate({"conversation": WIRE, "channel": "Fax"})
    assert made.conversation == CHAT
    assert isinstance(made.channel, Channel)
    assert Ticket.model_validate_json(made.model_dump_json()) == made
    assert made.model_dump()["conversation"] is made.conversation
    assert copy.deepcopy(made) == made


def test_a_dict_of_a_model_is_what_is_sent() -> None:
    assert to_dict(CHAT) == WIRE
    assert dict(CHAT) == WIRE
    assert to_dict([CHAT, {"a": CHAT.created_at}]) == [WIRE, {"a": "2031-05-17T08:00:00Z"}]
    assert to_dict(NewEndUser(display_name="Zoe")) == {"displayName": "Zoe"}
    with pytest.raises(SerializationError):
        to_dict({"a": datetime(2031, 5, 17)})


async def test_starlette_returns_models() -> None:
    async def read(_: Any) -> JSONResponse:
        return JSONResponse(to_dict(CHAT))

    transport = httpx.ASGITransport(app=Starlette(routes=[Route("/", read)]))
    async with httpx.AsyncClient(transport=transport, base_url="http://app") as client:
        assert (await client.get("/")).json() == WIRE


async def test_aiohttp_returns_models() -> None:
    async def read(_: web.Request) -> web.Response:
        return web.json_response(to_dict(CHAT))

    application = web.Application()
    application.router.add_get("/", read)
    async with TestClient(TestServer(application)) as client:
        assert await (await client.get("/")).json() == WIRE


def test_pydantic_is_not_imported_by_the_package() -> None:
    program = "import sys, dixa_async.models.conversations, dixa_async.testing; assert 'pydantic' not in sys.modules"
    subprocess.run([sys.executable, "-c", program], check=True)
