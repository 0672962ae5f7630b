"""Anonymization."""

from __future__ import annotations

from typing_extensions import deprecated

from .. import models
from ..transport.operation import LazyType, Operation
from .base import Resource, none_to_unset

_GET_REQUEST: Operation[models.AnonymizationRequest] = Operation(
    "getAnonymizationRequestRequestid",
    "GET",
    "/anonymization/request/{requestId}",
    response_type=LazyType(lambda: models.AnonymizationRequest),
)
_CREATE: Operation[models.AnonymizationRequest] = Operation(
    "postAnonymization",
    "POST",
    "/anonymization",
    body=LazyType(lambda: models.NewAnonymization),
    response_type=LazyType(lambda: models.AnonymizationRequest),
)


class Anonymization(Resource):
    """Anonymization requests, which the `anonymize` methods of other resources create."""

    async def get_request(self, request_id: str) -> models.AnonymizationRequest:
        """Read the state of an anonymization request.

        Args:
            request_id: the ID (UUID) of the request, as returned when it was created.

        Returns:
            The request; its `processed_at` says when it was done.

        Raises:
            InvalidRequestError: the ID is empty.
            BadRequestError: the ID is not a UUID.
            AuthenticationError: the token is not allowed to do this.
            NotFoundError: there is no such request.
            TransportError: no response arrived.

        ``GET /anonymization/request/{requestId}``
        """
        return await self._caller.call(_GET_REQUEST, path={"requestId": request_id})

    @deprecated("use end_users.anonymize, conversations.anonymize or messages.anonymize")
    async def create(
        self,
        entity_id: str,
        type: models.AnonymizationType,
        *,
        entity_type: models.AnonymizationEntityType | None = None,
        force: bool | None = None,
    ) -> models.AnonymizationRequest:
        """Request the anonymization of an end user or a conversation. Deprecated by Dixa.

        It cannot be undone. Use `end_users.anonymize`, `conversations.anonymize` or `messages.anonymize` instead.

        Args:
            entity_id: the ID (UUID) of the end user, or the conversation ID as a str.
            type: what is anonymized.
            entity_type: the older name of `type`.
            force: whether to anonymize a conversation that is not closed.

        Returns:
            The request, with its ID.

        Raises:
            InvalidRequestError: an argument has the wrong type; nothing was sent.
            BadRequestError: the ID is not that of an entity of this type, or the conversation is not closed.
            TransportError: no response arrived; `maybe_applied` says whether it may have been requested.

        ``POST /anonymization``
        """
        body = models.NewAnonymization(
            entity_id=entity_id,
            type=type,
            entity_type=none_to_unset(entity_type),
            force_anonymization=none_to_unset(force),
        )
        return await self._caller.call(_CREATE, body=body)
