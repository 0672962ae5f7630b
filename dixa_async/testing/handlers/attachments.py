"""Images for articles of the knowledge base."""

import re
from typing import Final

from ...models.articles import AttachmentFault, UploadedAttachment, UploadOutcome
from ..http.errors import bad_request
from ..http.responses import HandlerResponse, bare
from ..http.routing import HandlerCall, Routes
from ..state.stored_files import DIXA_FILES

routes: Routes = Routes()

_MAX_FILES: Final = 5
_MAX_BYTES: Final = 4 * 1024 * 1024
_MEDIA_TYPES: Final = ("image/gif", "image/jpeg", "image/png", "image/webp")

_BOUNDARY: Final = re.compile(r'multipart/form-data;.*boundary="?([^";]+)')
_FILE_NAME: Final = re.compile(rb'filename="([^"]*)"')
_MEDIA_TYPE: Final = re.compile(rb"^content-type: *([^;\s]+)", re.IGNORECASE | re.MULTILINE)


@routes("POST", "/knowledge/articles/attachments")
def upload_attachments(call: HandlerCall) -> HandlerResponse:
    """Upload images. Some may be accepted while others are rejected."""
    files = _files(call)
    if not 1 <= len(files) <= _MAX_FILES:
        raise bad_request(f"The form must have 1 to {_MAX_FILES} files")
    accepted: list[UploadedAttachment] = []
    rejected: list[AttachmentFault] = []
    for name, media_type, content in files:
        reason = _fault(media_type, content)
        if reason is None:
            url = f"{DIXA_FILES}/public/{call.state.new_id()}"
            call.state.knowledge.uploads[url] = content
            accepted.append(UploadedAttachment(original_filename=name, url=url))
        else:
            rejected.append(AttachmentFault(original_filename=name, message=reason, code=400))
    return bare(UploadOutcome(attachments=accepted, partial_errors=rejected))


def _fault(media_type: str, content: bytes) -> str | None:
    if media_type not in _MEDIA_TYPES:
        return f"The image must be one of {', '.join(_MEDIA_TYPES)}"
    return None if len(content) <= _MAX_BYTES else f"The image must have at most {_MAX_BYTES} bytes"


def _files(call: HandlerCall) -> list[tuple[str, str, bytes]]:
    """The name, the media type and the content of each file of a form."""
    boundary = _BOUNDARY.match(call.content_type)
    if boundary is None:
        raise bad_request("The body cannot be read: it is not multipart/form-data")
    parts = (b"\r\n" + call.raw_body).split(b"\r\n--" + boundary[1].encode())
    # The text before the first boundary and after the last one belongs to no part.
    split = [part.partition(b"\r\n\r\n") for part in parts[1:-1]]
    return [(_first(_FILE_NAME, headers), _first(_MEDIA_TYPE, headers), content) for headers, _, content in split]


def _first(pattern: re.Pattern[bytes], headers: bytes) -> str:
    found = pattern.search(headers)
    return "" if found is None else found[1].decode(errors="replace")
