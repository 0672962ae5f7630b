"""The organization."""

from __future__ import annotations

from .. import models
from ..transport.operation import LazyType, Operation
from .base import Resource

_GET: Operation[models.Organization] = Operation(
    "getOrganization", "GET", "/organization", response_type=LazyType(lambda: models.Organization)
)


class Organizations(Resource):
    """The organization that the token belongs to."""

    async def get(self) -> models.Organization:
        """Read the organization: a cheap way to find out whether a token works.

        Returns:
            The organization.

        Raises:
            BadRequestError: Dixa could not read the request.
            AuthenticationError: the token is wrong.
            NotFoundError: there is no organization for the token.
            TransportError: no response arrived.

        ``GET /organization``
        """
        return await self._caller.call(_GET)
