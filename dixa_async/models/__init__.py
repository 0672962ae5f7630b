"""The models of requests and responses.

A name is imported on first use: ``from dixa_async.models import EmailAttributes`` loads one module.

Every public name of a module below is a name of the package. Programs find it with the index in `_lazy_index`, which is
generated from these imports.
"""

# ruff: noqa: F403
# pyright: reportGeneralTypeIssues=false
from typing import TYPE_CHECKING

from .._lazy import lazy_names
from .._lazy_index import INDEX

if TYPE_CHECKING:
    from .activity import *
    from .activity_attributes import *
    from .agents import *
    from .analytics import *
    from .analytics_queries import *
    from .analytics_records import *
    from .anonymization import *
    from .articles import *
    from .base import (
        UNSET as UNSET,
        JsonValue as JsonValue,
        Model as Model,
        OpenEnum as OpenEnum,
        Unknown as Unknown,
        Unset as Unset,
    )
    from .business_hours import *
    from .common import *
    from .contact_endpoints import *
    from .conversation_actions import *
    from .conversation_flows import *
    from .conversation_import import *
    from .conversations import *
    from .custom_attributes import *
    from .end_users import *
    from .internal_notes import *
    from .knowledge import *
    from .messages import *
    from .new_conversations import *
    from .new_messages import *
    from .organization import *
    from .outcomes import *
    from .presence import *
    from .queues import *
    from .ratings import *
    from .search import *
    from .search_filters import *
    from .search_operators import *
    from .search_time_filters import *
    from .tags import *
    from .teams import *
    from .templates import *
    from .webhooks import *

if not TYPE_CHECKING:  # a type checker that saw it would accept any misspelled name
    __getattr__, __dir__ = lazy_names(__name__, INDEX[__name__])
