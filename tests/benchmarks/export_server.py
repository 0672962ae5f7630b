"""``export_server KIND ROWS``: serves an export that it makes as it sends it, and prints its port once it serves."""

import asyncio
import json
import sys
from typing import Any, Final

_TIME: Final = 1_767_225_600_000
_BLOCK: Final = 100
_MARK: Final = 111_222_333


def _conversation() -> dict[str, Any]:
    times = dict.fromkeys(
        ("created_at", "queued_at", "assigned_at", "closed_at", "updated_at", "last_message_created_at"), _TIME
    )
    nulls = dict.fromkeys(
        (
            *("requester_phone_number", "assignee_phone_number", "forwarding_email", "facebook_page_id", "widget_id"),
            *("facebook_page_name", "widget_name", "transferee_name", "transferee_number", "transfer_time"),
            *("to_provisioned_phone_number_id", "to_provisioned_phone_number_name", "originating_country"),
            *("from_provisioned_phone_number_id", "from_provisioned_phone_number_name", "anonymized_at"),
        )
    )
    people = {
        name: f"{name} of the conversation" for name in ("requester_id", "requester_name", "assignee_id", "queue_id")
    }
    return {
        "id": _MARK,
        **times,
        **nulls,
        **people,
        "initial_channel": "email",
        "direction": "inbound",
        "status": "closed",
        "subject": 'Where is my "order"?',
        "total_duration": 5400,
        "handling_duration": 300,
        "tags": ["order", "late"],
        "tags_info": [{"id": name, "name": name, "is_deactivated": False} for name in ("order", "late")],
        "ratings": [{"rating_score": 5, "rating_type": "CSAT", "rating_rated_timestamp": _TIME}],
        "custom_fields": [{"attribute_id": "a", "identifier": "order", "value": "12", "data_type": "Text"}],
        "conversation_wrapup_notes": ["The parcel was lost, and sent again."],
    }


def _message() -> dict[str, Any]:
    nulls = dict.fromkeys(
        (
            *("from_phone_number", "to_phone_number", "duration", "recording_url", "voicemail_url"),
            *("chat_input_question", "chat_input_answer", "chat_menu_text", "form_submission"),
        )
    )
    return {
        "id": str(_MARK),
        "csid": 1,
        "created_at": _TIME,
        **nulls,
        "initial_channel": "email",
        "author_name": "Jane Doe",
        "author_email": "jane@example.com",
        "direction": "inbound",
        "text": 'Hello,\nwhere is my "order"? I have been waiting for two weeks now.\n' * 12,
        "to": ["support@example.com"],
        "from": "jane@example.com",
        "cc": [],
        "bcc": [],
        "attached_files": [{"url": "https://files.dixa.io/private/a.png", "pretty_name": "a.png"}],
        "is_automated_message": False,
    }


async def _serve(kind: str, rows: int) -> None:
    row = json.dumps(_conversation() if kind == "conversations" else _message(), separators=(",", ":")).encode()
    before, after = row.split(str(_MARK).encode())

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n[")
            for first in range(0, rows, _BLOCK):
                block = (before + b"%09d" % (_MARK + n) + after for n in range(first, min(first + _BLOCK, rows)))
                writer.write((b"," if first else b"") + b",".join(block))
                await writer.drain()
            writer.write(b"]")
            await writer.drain()
        except ConnectionError:
            pass
        writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve(sys.argv[1], int(sys.argv[2])))
