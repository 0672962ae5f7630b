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
    """Requests to anonymize. They are made by what is anonymized: `end_users.anonymize` and its like."""

    async def get_request(self, request_id: str) -> models.AnonymizationRequest:
        """Read how far a request to anonymize is.

        Args:
            request_id: its id (UUID), as it came back when the request was made.

        Returns:
            The request; its `processed_at` tells when it was done.

        Raises:
            InvalidRequestError: the id is empty.
            BadRequestError: the id is not a UUID.
            AuthenticationError: the token may not do this.
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
        """Ask for an end user or a conversation to be anonymized. Deprecated by Dixa.

        It cannot be undone. Use `end_users.anonymize`, `conversations.anonymize` or `messages.anonymize` instead.

        Args:
            entity_id: the id (UUID) of the end user, or the conversation ID as a text.
            type: what it is.
            entity_type: the older word for `type`.
            force: whether a conversation that is not closed is anonymized too.

        Returns:
            The request, with its id.

        Raises:
            InvalidRequestError: an argument has the wrong type; nothing was sent.
            BadRequestError: the id does not belong to such a thing, or the conversation is not closed.
            TransportError: no response came; `maybe_applied` says whether it may have been asked for.

        ``POST /anonymization``
        """
        body = models.NewAnonymization(
            entity_id=entity_id,
            type=type,
            entity_type=none_to_unset(entity_type),
            force_anonymization=none_to_unset(force),
        )
        return await self._caller.call(_CREATE, body=body)
