"""Contact endpoints."""

from __future__ import annotations

from .. import models
from ..pagination import Pager
from ..transport.operation import LazyType, Operation
from ..validation import check_str, warn_if_unlisted
from .base import Resource

_LIST: Operation[models.ContactEndpoint] = Operation(
    "getContact-endpoints", "GET", "/contact-endpoints", response_type=LazyType(lambda: models.ContactEndpoint)
)
_GET: Operation[models.ContactEndpoint] = Operation(
    "getContact-endpointsContactendpointid",
    "GET",
    "/contact-endpoints/{contactEndpointId}",
    response_type=LazyType(lambda: models.ContactEndpoint),
)


class ContactEndpoints(Resource):
    """Contact endpoints: the organization's own addresses and phone numbers."""

    def list(self, *, type: models.ContactEndpointType | None = None) -> Pager[models.ContactEndpoint]:
        """List contact endpoints.

        Dixa sends them all in one page.

        Args:
            type: only those of this type.

        Returns:
            A pager over the contact endpoints: each an `EmailEndpoint` or a `TelephonyEndpoint`.

        Raises:
            InvalidRequestError: the type is not a str.
            BadRequestError: Dixa does not know the type.
            TransportError: no response arrived.

        ``GET /contact-endpoints``
        """
        warn_if_unlisted("type", type, models.ContactEndpointType)
        return self._caller.pages(_LIST, query={"_type": check_str("type", type)})

    async def get(self, contact_endpoint_id: str) -> models.ContactEndpoint:
        """Read a contact endpoint.

        Args:
            contact_endpoint_id: an email address, or a phone number with a plus and the country code (E.164).

        Returns:
            An `EmailEndpoint` or a `TelephonyEndpoint`; `Unknown` if this version does not know its kind.

        Raises:
            InvalidRequestError: the ID is empty.
            BadRequestError: the ID is neither an address nor a phone number.
            NotFoundError: the organization has no such endpoint.
            TransportError: no response arrived.

        ``GET /contact-endpoints/{contactEndpointId}``
        """
        return await self._caller.call(_GET, path={"contactEndpointId": contact_endpoint_id})
