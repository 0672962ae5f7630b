"""Templates: requests and responses."""

from datetime import UTC, datetime
from typing import Any

from aioresponses import aioresponses

from dixa_async.models.base import Unknown
from dixa_async.models.templates import EmailAutoReply, QuickResponse, TemplateTranslation, TemplateType

from .http_recorder import Sent, recording_client

_SHARED = {"id": "t1", "name": "Greeting", "content": "Dear {{name}}", "createdBy": "a1"}
_MADE = datetime(2031, 5, 17, 8, 30, tzinfo=UTC)


async def test_each_kind_of_template_is_read_as_its_own_class(mock_http: aioresponses) -> None:
    translation = {"locale": "nb", "content": "Kjære {{name}}", "isDeactivated": False}
    response = {
        "data": [
            {
                **_SHARED,
                "createdAt": "2031-05-17T08:30:00+00:00",
                "translations": [translation],
                "_type": "QuickResponse",
            },
            {**_SHARED, "createdAt": "2031-05-17T08:30:00Z", "lastEditedBy": None, "_type": "EmailAutoReply"},
            {"id": "t3", "_type": "Poem"},
        ]
    }
    async with recording_client(mock_http, "GET", response) as (dixa, sent):
        page = await dixa.templates.list(type=TemplateType.QUICK_RESPONSE, page_limit=3)
    assert list(page) == [
        QuickResponse(
            id="t1",
            name="Greeting",
            content="Dear {{name}}",
            created_by="a1",
            created_at=_MADE,
            translations=[TemplateTranslation(locale="nb", content="Kjære {{name}}", is_deactivated=False)],
        ),
        EmailAutoReply(id="t1", name="Greeting", content="Dear {{name}}", created_by="a1", created_at=_MADE),
        Unknown(type="Poem", raw={"id": "t3", "_type": "Poem"}),
    ]
    assert sent == [Sent("GET", "/templates?type=QuickResponse&pageLimit=3")]


async def test_all_templates_are_listed_without_a_kind(mock_http: aioresponses) -> None:
    pages: list[Any] = [{"data": [], "meta": {"next": "/beta/templates?pageKey=second"}}, {"data": []}]
    async with recording_client(mock_http, "GET", *pages) as (dixa, sent):
        assert [template async for template in dixa.templates.list()] == []
    assert sent == [Sent("GET", "/templates"), Sent("GET", "/templates?pageKey=second")]


async def test_a_template_is_deleted(mock_http: aioresponses) -> None:
    async with recording_client(mock_http, "DELETE", None) as (dixa, sent):
        await dixa.templates.delete("t/1")
    assert sent == [Sent("DELETE", "/templates/t%2F1")]
