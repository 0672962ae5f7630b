"""Files in one body that can be sent, and sent again."""

import email.parser
import email.policy

from aioresponses import aioresponses

from dixa_async import DixaClient, Operation
from dixa_async.transport.multipart import EncodedBody, FilePart, encode_files


async def test_files_are_parts_of_one_form() -> None:
    files = [FilePart("a.png", b"\x89PNG\r\n--", "image/png"), FilePart('grün "1".gif', b"", "image/gif")]
    encoded = await encode_files("files", files)
    head = f"Content-Type: {encoded.content_type}\r\n\r\n".encode()
    form = email.parser.BytesParser(policy=email.policy.HTTP).parsebytes(head + encoded.body)
    assert form.get_content_type() == "multipart/form-data"
    assert [part.get_content_type() for part in form.iter_parts()] == ["image/png", "image/gif"]
    assert [part.get_payload(decode=True) for part in form.iter_parts()] == [b"\x89PNG\r\n--", b""]
    assert [part.get_param("name", header="content-disposition") for part in form.iter_parts()] == ["files", "files"]
    assert next(form.iter_parts()).get_filename() == "a.png"


async def test_a_quote_or_a_line_break_in_a_name_makes_no_header() -> None:
    encoded = await encode_files("files", [FilePart('a"\r\nX-Evil: 1\r\n\r\n.png', b"x", "image/png")])
    assert encoded.body.count(b"\r\n\r\n") == 1
    assert b"\r\nX-Evil" not in encoded.body


async def test_an_encoded_body_is_sent_unchanged(mock_http: aioresponses) -> None:
    mock_http.post("https://dev.dixa.io/beta/pictures", status=204)
    upload: Operation[None] = Operation("postPictures", "POST", "/pictures")
    async with DixaClient("key") as dixa:
        await dixa._caller.call(upload, body=EncodedBody(b"--b", "multipart/form-data; boundary=b"))
    ((call,),) = mock_http.requests.values()
    assert call.kwargs["data"] == b"--b"
    assert call.kwargs["headers"]["Content-Type"] == "multipart/form-data; boundary=b"


def test_the_content_is_not_in_logs() -> None:
    assert "secret" not in repr(EncodedBody(b"secret", "a/b")) + repr(FilePart("a", b"secret", "a/b"))
