"""The state of an input of a job."""

import enum


class State(enum.StrEnum):
    """The state of an input of a job."""

    PLANNED = "planned"
    """No write was sent for it that must not be sent twice."""
    SENT = "sent"
    """A write was sent, and its response has not arrived. If the job was killed then, the next run reconciles it, or
    makes it `INDETERMINATE`."""
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    INDETERMINATE = "indeterminate"
    """A write was sent, and it is not known whether it was applied."""
    DUPLICATE = "duplicate"
    """An earlier input of the same run has the same key. This state is never written to the journal."""
