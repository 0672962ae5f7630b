"""The errors of cassettes."""

from ...errors import DixaError


class CassetteError(DixaError):
    """Base class of the errors of cassettes."""


class CassetteFileError(CassetteError):
    """The file of a cassette is missing, cannot be read, or is of another version. The message says what to do."""


class UnexpectedCallError(CassetteError):
    """A call is not in the cassette, or not at this place. No request was sent."""


class UnusedCallsError(CassetteError):
    """The cassette has calls that were not made. Only a cassette that is replayed in order requires all of them."""
