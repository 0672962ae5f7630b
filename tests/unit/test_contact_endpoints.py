"""Contact endpoints: requests and responses."""

from typing import Any

import pytest
from aioresponses import aioresponses

from dixa_async.models.base import Unknown
from dixa_async.models.contact_endpoints import (
    ContactEndpoint,
    ContactEndpointType,
    EmailEndpoint,
    TelephonyEndpoint,
    TelephonyFunction,
)

from .http_recorder import Sent, recording_client

_EMAIL = {"_type": "EmailEndpoint", "address": "help@example.com", "name": "Help"}
_PHONE = {"_type": "TelephonyEndpoint", "number": "+4570000001", "functionality": ["Sms", "Fax"]}


@pytest.mark.parametrize(
    ("endpoint_id", "path", "response", "result"),
    [
        (
            "help@example.com",
            "/contact-endpoints/help%40example.com",
            _EMAIL,
            EmailEndpoint(address="help@example.com", name="Help"),
        ),
        (
            "+4570000001",
            "/contact-endpoints/%2B4570000001",
            _PHONE,
            TelephonyEndpoint(number="+4570000001", functionality=[TelephonyFunction.SMS, TelephonyFunction("Fax")]),
        ),
    ],
    ids=["address", "number"],
)
async def test_get_escapes_the_address_and_returns_the_class_for_its_kind(
    mock_http: aioresponses, endpoint_id: str, path: str, response: Any, result: ContactEndpoint
) -> None:
    async with recording_client(mock_http, "GET", {"data": response}) as (dixa, sent):
        assert await dixa.contact_endpoints.get(endpoint_id) == result
    assert sent == [Sent("GET", path)]


@pytest.mark.parametrize(
    ("kind", "query"),
    [(None, ""), (ContactEndpointType.EMAIL, "?_type=EmailEndpoint")],
    ids=["all", "of one type"],
)
async def test_list_keeps_unknown_kinds(mock_http: aioresponses, kind: ContactEndpointType | None, query: str) -> None:
    new: Any = {"_type": "PigeonEndpoint", "loft": 7}
    async with recording_client(mock_http, "GET", {"data": [_EMAIL, new]}) as (dixa, sent):
        found = [endpoint async for endpoint in dixa.contact_endpoints.list(type=kind)]
    assert found == [
        EmailEndpoint(address="help@example.com", name="Help"),
        Unknown(type="PigeonEndpoint", raw=new),
    ]
    assert sent == [Sent("GET", f"/contact-endpoints{query}")]
