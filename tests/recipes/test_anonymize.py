"""Anonymizes a list of end users, and waits until they are processed."""

import asyncio
import math
from pathlib import Path

from dixa_async.testing import FakeDixa

from .programs import Program


async def test_all_are_anonymized_and_the_program_waits_until_they_are_processed(tmp_path: Path) -> None:
    path = tmp_path / "ids.txt"
    async with FakeDixa(rate=math.inf, anonymization_polls=3) as server:
        chosen, others = server.end_users[:20], server.end_users[20:]
        server.add_email(chosen[0], "Still open", ["Hello"])
        path.write_text("".join(f"{user.id}\n" for user in chosen) + f"{chosen[0].id}\n")
        ended = await Program(server, "anonymize_end_users.py", path, 0.01).run()
        assert ended.status == 0
        assert ended.out.count("was anonymized at 20") == 20
        assert {user.email for user in chosen} == {None}
        assert None not in {user.email for user in others}
        asked = [request for request in server.requests if request.method == "PATCH"]
        assert len(asked) == 20


async def test_killed_while_it_waits_it_requests_nothing_twice(tmp_path: Path) -> None:
    path = tmp_path / "ids.txt"
    async with FakeDixa(rate=math.inf, anonymization_polls=10) as server:
        chosen = server.end_users[:5]
        path.write_text("\n".join(user.id for user in chosen))
        process = await Program(server, "anonymize_end_users.py", path, 60).start()
        while server.request_count < 10:  # 5 requests, 5 polls
            await asyncio.sleep(0.01)
        process.kill()
        await process.communicate()
        ended = await Program(server, "anonymize_end_users.py", path, 0.01).run()
        assert ended.out.count("was anonymized at 20") == 5
        assert len([request for request in server.requests if request.method == "PATCH"]) == 5


async def test_an_unknown_end_user_is_reported_and_the_others_are_anonymized(tmp_path: Path) -> None:
    path = tmp_path / "ids.txt"
    async with FakeDixa(rate=math.inf) as server:
        path.write_text(f"{server.end_users[0].id}\nnobody\n")
        ended = await Program(server, "anonymize_end_users.py", path, 0.01).run()
        assert ended.status == 1
        assert "nobody: Failed: PATCH /endusers/{userId}/anonymize: 404" in ended.err
        assert ended.out.count("was anonymized at 20") == 1
