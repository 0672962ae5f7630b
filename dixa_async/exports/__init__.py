"""Exports of all conversations and messages of a period, as `DixaClient.exports`.

A name is imported on first use: `FakeDixa` needs the rows, and nothing of the client.
"""

from typing import TYPE_CHECKING

from .._lazy import lazy_names
from .._lazy_index import INDEX

if TYPE_CHECKING:
    from .resource import Exports as Exports
    from .rows import (
        ExportChannel as ExportChannel,
        ExportDirection as ExportDirection,
        ExportedConversation as ExportedConversation,
        ExportedCustomField as ExportedCustomField,
        ExportedFile as ExportedFile,
        ExportedFormSubmission as ExportedFormSubmission,
        ExportedMessage as ExportedMessage,
        ExportedRating as ExportedRating,
        ExportedTag as ExportedTag,
    )
    from .windows import (
        ExportTime as ExportTime,
        Order as Order,
        Window as Window,
        split_period as split_period,
    )

if not TYPE_CHECKING:  # a type checker that saw it would accept any misspelled name
    __getattr__, __dir__ = lazy_names(__name__, INDEX[__name__])
