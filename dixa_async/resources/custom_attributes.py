"""Custom attributes."""

from __future__ import annotations

from .. import models
from ..pagination import Pager
from ..transport.operation import LazyType, Operation
from .base import Resource

_LIST: Operation[models.CustomAttributeDefinition] = Operation(
    "getCustom-attributes",
    "GET",
    "/custom-attributes",
    response_type=LazyType(lambda: models.CustomAttributeDefinition),
)
_GET: Operation[models.CustomAttributeDefinition] = Operation(
    "getCustom-attributesCustomattributeid",
    "GET",
    "/custom-attributes/{customAttributeId}",
    response_type=LazyType(lambda: models.CustomAttributeDefinition),
)


class CustomAttributes(Resource):
    """Custom attributes as the organization has set them up.

    `end_users.patch_custom_attributes` and `conversations.patch_custom_attributes` set their values.
    """

    def list(self) -> Pager[models.CustomAttributeDefinition]:
        """List the definitions of all custom attributes.

        Dixa sends them all in one page.

        Returns:
            A pager over the definitions.

        Raises:
            BadRequestError: Dixa could not read the request.
            TransportError: no response arrived.

        ``GET /custom-attributes``
        """
        return self._caller.pages(_LIST)

    async def get(self, custom_attribute_id: str) -> models.CustomAttributeDefinition:
        """Read the definition of a custom attribute.

        Args:
            custom_attribute_id: the ID (UUID) of the custom attribute.

        Returns:
            The definition.

        Raises:
            InvalidRequestError: the ID is empty.
            BadRequestError: Dixa rejected the ID.
            TransportError: no response arrived.

        ``GET /custom-attributes/{customAttributeId}``
        """
        return await self._caller.call(_GET, path={"customAttributeId": custom_attribute_id})
