"""Exports of all conversations and messages of a period, as `DixaClient.exports`."""

from .resource import Exports
from .rows import (
    ExportChannel,
    ExportDirection,
    ExportedConversation,
    ExportedCustomField,
    ExportedFile,
    ExportedFormSubmission,
    ExportedMessage,
    ExportedRating,
    ExportedTag,
)
from .windows import ExportTime, Order, Window, split_period

__all__ = [
    "ExportChannel",
    "ExportDirection",
    "ExportTime",
    "ExportedConversation",
    "ExportedCustomField",
    "ExportedFile",
    "ExportedFormSubmission",
    "ExportedMessage",
    "ExportedRating",
    "ExportedTag",
    "Exports",
    "Order",
    "Window",
    "split_period",
]
