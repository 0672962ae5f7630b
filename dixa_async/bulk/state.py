"""What is known of an input of a job."""

import enum


class State(enum.StrEnum):
    """What is known of an input."""

    PLANNED = "planned"
    """Nothing was sent for it that must not be sent twice."""
    SENT = "sent"
    """A write was sent, and its response is not there."""
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    INDETERMINATE = "indeterminate"
    """A write was sent, and nobody knows what became of it."""
    DUPLICATE = "duplicate"
    """The same run has this key already. It is never written to the file."""
