"""The errors that a handler raises: each becomes a response with a status and a message."""

from typing import Final

_BAD_REQUEST: Final = 400
NOT_FOUND: Final = 404
_CONFLICT: Final = 409


class ApiError(Exception):
    """A request that is rejected.

    Args:
        status: the status of the response.
        message: the message in its body.
    """

    def __init__(self, status: int, message: str) -> None:
        super().__init__(status, message)
        self.status = status
        self.message = message


class IntegrityError(ApiError):
    """400: a value that must be unique belongs to another person.

    Args:
        holder_id: the id of that person.
        message: the message in the body of the response.
    """

    def __init__(self, holder_id: str, message: str) -> None:
        super().__init__(_BAD_REQUEST, message)
        self.holder_id = holder_id


class EmptyPatchError(ApiError):
    """400: a patch that changes nothing."""

    def __init__(self) -> None:
        super().__init__(_BAD_REQUEST, "The patch changes nothing")


def bad_request(message: str) -> ApiError:
    """400: part of the request is malformed or not allowed."""
    return ApiError(_BAD_REQUEST, message)


def not_found(what: str) -> ApiError:
    """404: what the request names does not exist."""
    return ApiError(NOT_FOUND, f"There is no {what}")


def conflict(message: str) -> ApiError:
    """409: the request is not possible in the current state."""
    return ApiError(_CONFLICT, message)
