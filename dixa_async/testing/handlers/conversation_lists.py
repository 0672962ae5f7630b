"""Lists: linked conversations, activity logs, and conversation flows."""

from collections.abc import Sequence
from typing import Final

from ...models.activity import ActivityLogEntry
from ...models.common import Channel
from ..http.errors import bad_request
from ..http.paging import page
from ..http.responses import HandlerResponse, data
from ..http.routing import HandlerCall, Routes, declares_no_404
from ..logic.linking import children_of

routes: Routes = Routes()

_WITHOUT_FLOWS: Final = (Channel.SMS, Channel.TWITTER)


@routes("GET", "/conversations/{conversationId}/linked")
def list_linked(call: HandlerCall) -> HandlerResponse:
    """List the children of a conversation."""
    return data(children_of(call.state, call.conversation().id))


@routes("GET", "/conversations/{conversationId}/activitylog")
@declares_no_404
def list_activity(call: HandlerCall) -> HandlerResponse:
    """List the activity of one conversation."""
    return data(_in_order(call.state.activity_of(call.conversation().id)))


@routes("GET", "/conversations/activitylog")
def list_organization_activity(call: HandlerCall) -> HandlerResponse:
    """List the activity of all conversations between two times."""
    since, until = call.time("fromDatetime"), call.time("toDatetime")
    entries = [
        entry
        for entry in call.state.activity
        if (since is None or since <= entry.activity_timestamp) and (until is None or entry.activity_timestamp < until)
    ]
    return page(call, _in_order(entries))


@routes("GET", "/conversations/flows")
def list_flows(call: HandlerCall) -> HandlerResponse:
    """List the conversation flows of one channel."""
    channel = Channel(call.query.get("channel", Channel.PSTN_PHONE))
    if not channel.is_known or channel in _WITHOUT_FLOWS:
        raise bad_request(f"There are no flows for the channel {channel}")
    return data([flow for flow in call.state.flows if flow.channel == channel])


def _in_order(entries: Sequence[ActivityLogEntry]) -> list[ActivityLogEntry]:
    """Sort by time, for imported activity happened before it was logged."""
    return sorted(entries, key=lambda entry: entry.activity_timestamp)
