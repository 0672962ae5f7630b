"""Which files a message has, for every form of message."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from dixa_async import from_json
from dixa_async.exports import ExportedMessage
from dixa_async.files import files_of
from dixa_async.models import Message


def message(attributes: dict[str, Any]) -> Message:
    return from_json(
        json.dumps({"id": "m", "authorId": "a", "createdAt": "2025-01-01T00:00:00Z", "attributes": attributes}), Message
    )


def file(url: str, name: str | None = None) -> dict[str, Any]:
    return {"url": url, **({} if name is None else {"prettyName": name})}


EMAIL = {
    "from": {"email": "a@example.com"},
    "isAutoReply": False,
    "attachments": [file("/private/1", "../a.pdf"), file("/private/2"), file("/private/1", "again")],
    "inlineImages": [file("/private/3", "logo.png"), file("/private/2", "b.pdf")],
    "emailContent": {"_type": "TooLarge", "file": file("/private/4")},
    "originalContentUrl": file("/private/5"),
}
FORM_FILE = {
    "url": "/private/1",
    "name": "photo.jpg",
    "mediaType": {"primary": "image", "sub": "jpeg"},
    "bytesLength": 5,
    "checksum": {"algorithm": "md5", "hex": "00"},
}


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        (
            {"_type": kind, **EMAIL},
            [
                ("/private/1", "attachment", "../a.pdf"),
                ("/private/2", "attachment", None),
                ("/private/3", "inline_image", "logo.png"),
                ("/private/4", "content", "content"),
                ("/private/5", "original", "original"),
            ],
        )
        for kind in ("EmailAttributes", "ContactFormAttributes")
    ]
    + [
        (
            {"_type": kind, "isAutomated": False, "attachments": [file("/private/1", "a")]},
            [("/private/1", "attachment", "a")],
        )
        for kind in (
            "ChatAttributes",
            "FacebookMessengerAttributes",
            "GenericAttributes",
            "SmsAttributes",
            "TwitterAttributes",
            "WhatsAppAttributes",
        )
    ]
    + [
        ({"_type": "CallRecordingAttributes", "recording": "/private/r"}, [("/private/r", "recording", "recording")]),
        (
            {
                "_type": "MessengerFormAttributes",
                "formSubmission": {
                    "values": {
                        "a": {"_type": "Attachments", "value": [FORM_FILE]},
                        "b": {"_type": "Attachments"},
                        "c": "x",
                    }
                },
            },
            [("/private/1", "form", "photo.jpg")],
        ),
        ({"_type": "PhoneAttributes", "from": "1", "to": "2"}, []),
        ({"_type": "ChatAttributes", "isAutomated": False}, []),
        ({"_type": "SomethingNew", "attachments": [file("/private/1")]}, []),
    ],
)
def test_the_files_of_a_message(attributes: dict[str, Any], expected: list[tuple[str, str, str | None]]) -> None:
    assert [(found.link, found.kind, found.name) for found in files_of(message(attributes))] == expected


def test_the_files_of_an_exported_message() -> None:
    row = from_json(
        json.dumps(
            {
                "id": "m",
                "csid": 7,
                "created_at": 1_700_000_000_000,
                "recording_url": "/private/r",
                "voicemail_url": "/private/v",
                "attached_files": [
                    {"url": "/private/1", "pretty_name": "a.pdf"},
                    {"pretty_name": "no link"},
                    "strange",
                ],
            }
        ),
        ExportedMessage,
    )
    assert row.created_at == datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)
    assert [(found.link, found.kind, found.name) for found in files_of(row)] == [
        ("/private/1", "attachment", "a.pdf"),
        ("/private/r", "recording", "recording"),
        ("/private/v", "voicemail", "voicemail"),
    ]
    assert files_of(ExportedMessage(id="m", csid=7, created_at=row.created_at)) == []


def test_a_file_of_a_message_hides_its_link_and_name() -> None:
    (found, *_) = files_of(message({"_type": "EmailAttributes", **EMAIL}))
    assert repr(found) == "MessageFile(kind='attachment')"
