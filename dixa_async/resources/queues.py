"""Queues: manage them and their members, and see their load."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, TypeAlias

from .. import models
from ..errors import InvalidRequestError
from ..pagination import Pager
from ..transport.operation import LazyType, Operation
from ..validation import check_conversation_id, check_list
from .base import ConversationId, Resource
from .lookup import find_by_name

MemberOutcomes: TypeAlias = "list[models.BulkOutcome[str]]"

_MAX_MEMBERS: Final = 10

_LIST: Operation[models.Queue] = Operation("getQueues", "GET", "/queues", response_type=LazyType(lambda: models.Queue))
_GET: Operation[models.Queue] = Operation(
    "getQueuesQueueid", "GET", "/queues/{queueId}", response_type=LazyType(lambda: models.Queue)
)
_CREATE: Operation[models.Queue] = Operation(
    "postQueues",
    "POST",
    "/queues",
    body=LazyType(lambda: models.NewQueue),
    body_envelope="request",
    response_type=LazyType(lambda: models.Queue),
)
_LIST_MEMBERS: Operation[models.QueueMember] = Operation(
    "getQueuesQueueidMembers", "GET", "/queues/{queueId}/members", response_type=LazyType(lambda: models.QueueMember)
)
_ADD_MEMBERS: Operation[MemberOutcomes] = Operation(
    "patchQueuesQueueidMembers",
    "PATCH",
    "/queues/{queueId}/members",
    body=LazyType(lambda: models.QueueMemberIds),
    response_type=LazyType(lambda: list[models.BulkOutcome[str]]),
)
_REMOVE_MEMBERS: Operation[None] = Operation(
    "deleteQueuesQueueidMembers", "DELETE", "/queues/{queueId}/members", body=LazyType(lambda: models.QueueMemberIds)
)
_LIST_AVAILABILITY: Operation[models.AvailabilityOutcome] = Operation(
    "getQueuesQueueidAvailability",
    "GET",
    "/queues/{queueId}/availability",
    response_type=LazyType(lambda: models.AvailabilityOutcome),
)
_GET_CONVERSATION_POSITION: Operation[models.QueuePosition] = Operation(
    "getQueuesConversation-positionCsid",
    "GET",
    "/queues/conversation-position/{csid}",
    response_type=LazyType(lambda: models.QueuePosition),
)


class Queues(Resource):
    """Queues: where conversations wait for an agent."""

    def list(self) -> Pager[models.Queue]:
        """List the queues of the organization.

        Dixa sends them all in one page.

        Returns:
            A pager over the queues.

        Raises:
            BadRequestError: Dixa could not read the request.
            TransportError: no response arrived.

        ``GET /queues``
        """
        return self._caller.pages(_LIST)

    async def get(self, queue_id: str) -> models.Queue:
        """Read a queue.

        Args:
            queue_id: the ID (UUID) of the queue.

        Returns:
            The queue.

        Raises:
            InvalidRequestError: the ID is empty.
            BadRequestError: the ID is not a UUID.
            NotFoundError: there is no such queue.
            TransportError: no response arrived.

        ``GET /queues/{queueId}``
        """
        return await self._caller.call(_GET, path={"queueId": queue_id})

    async def find_by_name(self, name: str) -> models.Queue:
        """Find the queue with a name.

        Args:
            name: the name. Case matters.

        Returns:
            The queue.

        Raises:
            InvalidRequestError: the name is empty or not a str.
            NoMatchError: no queue has the name. The message suggests a similar one.
            SeveralMatchesError: several queues have the name; its `ids` says which.
            TransportError: no response arrived.

        Made of ``GET /queues``.
        """
        return await find_by_name(self.list(), "queue", name)

    async def create(self, queue: models.NewQueue) -> models.Queue:
        """Create a queue.

        It is not idempotent, so it is not retried when the response is lost.

        Args:
            queue: the queue.

        Returns:
            The queue, with its ID.

        Raises:
            InvalidRequestError: the queue has a field of the wrong type; nothing was sent.
            BadRequestError: Dixa rejected a value.
            TransportError: no response arrived; `maybe_applied` says whether it may have been created.

        ``POST /queues``
        """
        return await self._caller.call(_CREATE, body=queue)

    def list_members(self, queue_id: str) -> Pager[models.QueueMember]:
        """List the agents of a queue.

        Dixa sends them all in one page.

        Args:
            queue_id: the ID (UUID) of the queue.

        Returns:
            A pager over the members.

        Raises:
            InvalidRequestError: the ID is empty.
            BadRequestError: the ID is not a UUID.
            NotFoundError: there is no such queue.
            TransportError: no response arrived.

        ``GET /queues/{queueId}/members``
        """
        return self._caller.pages(_LIST_MEMBERS, path={"queueId": queue_id})

    async def add_members(self, queue_id: str, agent_ids: Sequence[str]) -> MemberOutcomes:
        """Add agents to a queue.

        Args:
            queue_id: the ID (UUID) of the queue.
            agent_ids: the IDs (UUID) of the agents, at most 10.

        Returns:
            The outcome for each agent, in the order of `agent_ids`: a `Success` with the ID, a `Failure` that says why
            the agent was not added, or an `Unknown` if this version cannot read the outcome.

        Raises:
            InvalidRequestError: the ID of the queue is empty, there are more than 10 IDs, or they are not a list of
                str; nothing was sent.
            BadRequestError: Dixa rejected an ID.
            NotFoundError: there is no such queue.
            TransportError: no response arrived; `maybe_applied` says whether they may have been added.

        ``PATCH /queues/{queueId}/members``
        """
        return await self._caller.call(_ADD_MEMBERS, path={"queueId": queue_id}, body=_members(agent_ids))

    async def remove_members(self, queue_id: str, agent_ids: Sequence[str]) -> None:
        """Remove agents from a queue.

        Args:
            queue_id: the ID (UUID) of the queue.
            agent_ids: the IDs (UUID) of the agents, at most 10.

        Raises:
            InvalidRequestError: the ID of the queue is empty, there are more than 10 IDs, or they are not a list of
                str; nothing was sent.
            BadRequestError: Dixa rejected an ID.
            NotFoundError: there is no such queue.
            TransportError: no response arrived.

        ``DELETE /queues/{queueId}/members``
        """
        await self._caller.call(_REMOVE_MEMBERS, path={"queueId": queue_id}, body=_members(agent_ids))

    def list_availability(self, queue_id: str) -> Pager[models.AvailabilityOutcome]:
        """List the generic channels, such as those of bots, for which a queue has an agent now.

        Dixa reports only some generic channels, and sends them all in one page.

        Args:
            queue_id: the ID (UUID) of the queue.

        Returns:
            A pager over the channels: an `AvailabilityKnown` each, an `AvailabilityUnknown` that says why not, or an
            `Unknown` if this version cannot read the outcome.

        Raises:
            InvalidRequestError: the ID is empty.
            BadRequestError: there is no such queue.
            ConflictError: the organization has none of these channels.
            TransportError: no response arrived.

        ``GET /queues/{queueId}/availability``
        """
        return self._caller.pages(_LIST_AVAILABILITY, path={"queueId": queue_id})

    async def get_conversation_position(self, conversation_id: ConversationId) -> models.QueuePosition:
        """Read the position of a conversation in its queue.

        Args:
            conversation_id: the conversation ID.

        Returns:
            Its approximate position, and since when it has been waiting.

        Raises:
            InvalidRequestError: the conversation ID is not valid.
            BadRequestError: Dixa rejected the conversation ID.
            NotFoundError: there is no such conversation, or it is in no queue.
            TransportError: no response arrived.

        ``GET /queues/conversation-position/{csid}``
        """
        return await self._caller.call(
            _GET_CONVERSATION_POSITION, path={"csid": check_conversation_id("conversation_id", conversation_id)}
        )


def _members(agent_ids: Sequence[str]) -> models.QueueMemberIds:
    ids = check_list("agent_ids", agent_ids)
    if len(ids) > _MAX_MEMBERS:
        raise InvalidRequestError(
            f"agent_ids must be at most {_MAX_MEMBERS} in one call, not {len(ids)}: make several calls"
        )
    return models.QueueMemberIds(agent_ids=ids)
