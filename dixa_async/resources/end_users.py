"""End users."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from .. import models
from ..pagination import Pager
from ..transport.operation import LazyType, Operation
from ..validation import check_bool, check_list, check_map, check_str, mutually_exclusive
from .base import Resource

EndUserOutcomes: TypeAlias = "list[models.BulkOutcome[models.EndUser]]"
"""What became of many end users, in the order of the request."""
CustomAttributeList: TypeAlias = "list[models.CustomAttribute]"
"""Custom attributes with their values."""

_LIST: Operation[models.EndUser] = Operation(
    "getEndusers", "GET", "/endusers", response_type=LazyType(lambda: models.EndUser)
)
_GET: Operation[models.EndUser] = Operation(
    "getEndusersUserid", "GET", "/endusers/{userId}", response_type=LazyType(lambda: models.EndUser)
)
_CREATE: Operation[models.EndUser] = Operation(
    "postEndusers",
    "POST",
    "/endusers",
    body=LazyType(lambda: models.NewEndUser),
    response_type=LazyType(lambda: models.EndUser),
)
_UPDATE: Operation[models.EndUser] = Operation(
    "putEndusersUserid",
    "PUT",
    "/endusers/{userId}",
    body=LazyType(lambda: models.EndUserUpdate),
    response_type=LazyType(lambda: models.EndUser),
)
_PATCH: Operation[models.EndUser] = Operation(
    "patchEndusersUserid",
    "PATCH",
    "/endusers/{userId}",
    body=LazyType(lambda: models.EndUserPatch),
    response_type=LazyType(lambda: models.EndUser),
)
_CREATE_MANY: Operation[EndUserOutcomes] = Operation(
    "postEndusersBulk",
    "POST",
    "/endusers/bulk",
    body=LazyType(lambda: list[models.NewEndUser]),
    body_envelope="data",
    response_type=LazyType(lambda: list[models.BulkOutcome[models.EndUser]]),
)
_UPDATE_MANY: Operation[EndUserOutcomes] = Operation(
    "putEndusers",
    "PUT",
    "/endusers",
    body=LazyType(lambda: list[models.BulkEndUserUpdate]),
    body_envelope="data",
    response_type=LazyType(lambda: list[models.BulkOutcome[models.EndUser]]),
)
_PATCH_MANY: Operation[EndUserOutcomes] = Operation(
    "patchEndusers",
    "PATCH",
    "/endusers",
    body=LazyType(lambda: list[models.BulkEndUserPatch]),
    body_envelope="data",
    response_type=LazyType(lambda: list[models.BulkOutcome[models.EndUser]]),
)
_ANONYMIZE: Operation[models.AnonymizationRequest] = Operation(
    "patchEndusersUseridAnonymize",
    "PATCH",
    "/endusers/{userId}/anonymize",
    response_type=LazyType(lambda: models.AnonymizationRequest),
)
_PATCH_CUSTOM_ATTRIBUTES: Operation[CustomAttributeList] = Operation(
    "patchEndusersUseridCustom-attributes",
    "PATCH",
    "/endusers/{userId}/custom-attributes",
    body=LazyType(lambda: models.CustomAttributeValues),
    response_type=LazyType(lambda: list[models.CustomAttribute]),
)
_LIST_CONVERSATIONS: Operation[models.Conversation] = Operation(
    "getEndusersUseridConversations",
    "GET",
    "/endusers/{userId}/conversations",
    response_type=LazyType(lambda: models.Conversation),
)


class EndUsers(Resource):
    """End users: the people who ask."""

    def list(
        self,
        *,
        email: str | None = None,
        phone: str | None = None,
        external_id: str | None = None,
        page_key: str | None = None,
        page_limit: int | None = None,
        prefetch: bool = False,
    ) -> Pager[models.EndUser]:
        """List end users. Their custom attributes come only with `get`.

        Args:
            email: only the end user with this address. Only one of the three filters can be used.
            phone: only the end user with this number.
            external_id: only the end user to whom your own system gave this id.
            page_key: the `next_key` of a page, to go on after it.
            page_limit: end users on a page, 1 or more; Dixa decides if it is not given.
            prefetch: whether the next page is asked for while you work on this one.

        Returns:
            A pager over the end users.

        Raises:
            InvalidRequestError: an argument cannot be sent.
            BadRequestError: Dixa rejected a filter or the page key.
            NotFoundError: Dixa does not find whom a filter names.
            TransportError: no response arrived.

        ``GET /endusers``
        """
        mutually_exclusive(email=email, phone=phone, external_id=external_id)
        return self._caller.pages(
            _LIST,
            query={
                "email": check_str("email", email),
                "phone": check_str("phone", phone),
                "externalId": check_str("external_id", external_id),
            },
            page_key=page_key,
            page_limit=page_limit,
            prefetch=prefetch,
        )

    async def get(self, user_id: str) -> models.EndUser:
        """Read an end user, with the custom attributes.

        Args:
            user_id: the id (UUID) of the end user.

        Returns:
            The end user.

        Raises:
            InvalidRequestError: the id is empty.
            BadRequestError: the id is not a UUID.
            NotFoundError: there is no such end user.
            TransportError: no response arrived.

        ``GET /endusers/{userId}``
        """
        return await self._caller.call(_GET, path={"userId": user_id})

    async def create(self, end_user: models.NewEndUser) -> models.EndUser:
        """Create an end user.

        It is never sent again when the response is lost.

        Args:
            end_user: the end user.

        Returns:
            The end user, with an id.

        Raises:
            InvalidRequestError: a field has the wrong type; nothing was sent.
            BadRequestError: Dixa rejected a value, such as an address that is taken.
            TransportError: no response came; `maybe_applied` says whether it may have been created.

        ``POST /endusers``
        """
        return await self._caller.call(_CREATE, body=end_user)

    async def update(self, user_id: str, end_user: models.EndUserUpdate) -> models.EndUser:
        """Replace the details of an end user. To change some and keep the others, use `patch`.

        Args:
            user_id: the id (UUID) of the end user.
            end_user: all details that the end user is to have.

        Returns:
            The end user as it is now.

        Raises:
            InvalidRequestError: the id is empty, or a field has the wrong type; nothing was sent.
            BadRequestError: Dixa rejected a value.
            NotFoundError: there is no such end user.
            TransportError: no response arrived.

        ``PUT /endusers/{userId}``
        """
        return await self._caller.call(_UPDATE, path={"userId": user_id}, body=end_user)

    async def patch(self, user_id: str, patch: models.EndUserPatch) -> models.EndUser:
        """Change some details of an end user.

        Args:
            user_id: the id (UUID) of the end user.
            patch: what to change. What is UNSET stays as it is.

        Returns:
            The end user as it is now.

        Raises:
            InvalidRequestError: the id is empty, or a field has the wrong type; nothing was sent.
            BadRequestError: Dixa rejected a value.
            NotFoundError: there is no such end user.
            TransportError: no response came; `maybe_applied` says whether it may have been changed.

        ``PATCH /endusers/{userId}``
        """
        return await self._caller.call(_PATCH, path={"userId": user_id}, body=patch)

    async def create_many(self, end_users: Sequence[models.NewEndUser]) -> EndUserOutcomes:
        """Create many end users with one request. Some may fail while others are created.

        It is never sent again when the response is lost.

        Args:
            end_users: the end users. Dixa does not tell how many it takes.

        Returns:
            A `Success` with the end user or a `Failure` with the reason for each, in the order of `end_users`; an
            `Unknown` where this version cannot read which.

        Raises:
            InvalidRequestError: a field has the wrong type; nothing was sent.
            BadRequestError: Dixa rejected the whole request.
            TransportError: no response came; `maybe_applied` says whether some may have been created.

        ``POST /endusers/bulk``
        """
        return await self._caller.call(_CREATE_MANY, body=check_list("end_users", end_users))

    async def update_many(self, end_users: Sequence[models.BulkEndUserUpdate]) -> EndUserOutcomes:
        """Replace the details of many end users with one request. Some may fail while others are changed.

        Args:
            end_users: for each end user the id and all details to have.

        Returns:
            A `Success` with the end user or a `Failure` with the reason for each, in the order of `end_users`; an
            `Unknown` where this version cannot read which.

        Raises:
            InvalidRequestError: a field has the wrong type; nothing was sent.
            BadRequestError: Dixa rejected the whole request.
            TransportError: no response arrived.

        ``PUT /endusers``
        """
        return await self._caller.call(_UPDATE_MANY, body=check_list("end_users", end_users))

    async def patch_many(self, patches: Sequence[models.BulkEndUserPatch]) -> EndUserOutcomes:
        """Change some details of many end users with one request. Some may fail while others are changed.

        Args:
            patches: for each end user the id and what to change.

        Returns:
            A `Success` with the end user or a `Failure` with the reason for each, in the order of `patches`; an
            `Unknown` where this version cannot read which.

        Raises:
            InvalidRequestError: a field has the wrong type; nothing was sent.
            BadRequestError: Dixa rejected the whole request.
            TransportError: no response came; `maybe_applied` says whether some may have been changed.

        ``PATCH /endusers``
        """
        return await self._caller.call(_PATCH_MANY, body=check_list("patches", patches))

    async def anonymize(self, user_id: str, *, force: bool | None = None) -> models.AnonymizationRequest:
        """Ask for an end user to be anonymized. It cannot be undone.

        Dixa does it later, within 24 hours. `anonymization.get_request` tells whether it is done.

        Args:
            user_id: the id (UUID) of the end user.
            force: whether to close the end user's conversations that are not closed. Without it, they hinder it.

        Returns:
            The request, with its id.

        Raises:
            InvalidRequestError: the id is empty, or `force` cannot be sent.
            BadRequestError: Dixa rejected the id or `force`.
            NotFoundError: there is no such end user.
            ConflictError: it cannot be done now, such as when conversations are not closed.
            TransportError: no response came; `maybe_applied` says whether it may have been asked for.

        ``PATCH /endusers/{userId}/anonymize``
        """
        return await self._caller.call(
            _ANONYMIZE, path={"userId": user_id}, query={"force": check_bool("force", force)}
        )

    async def patch_custom_attributes(
        self, user_id: str, values: Mapping[str, models.CustomAttributeValue]
    ) -> CustomAttributeList:
        """Set or clear custom attributes of an end user.

        Args:
            user_id: the id (UUID) of the end user.
            values: the values by the ids (UUID) of their attributes: a text, the path of what is selected, or None to
                clear the value. Attributes that are not named keep theirs.

        Returns:
            The custom attributes with their values.

        Raises:
            InvalidRequestError: the id is empty, or a value has the wrong type; nothing was sent.
            BadRequestError: Dixa rejected a value.
            AuthenticationError: the token may not do this.
            NotFoundError: there is no such end user.
            TransportError: no response came; `maybe_applied` says whether they may have been changed.

        ``PATCH /endusers/{userId}/custom-attributes``
        """
        return await self._caller.call(
            _PATCH_CUSTOM_ATTRIBUTES, path={"userId": user_id}, body=check_map("values", values)
        )

    def list_conversations(
        self,
        user_id: str,
        *,
        page_key: str | None = None,
        page_limit: int | None = None,
        prefetch: bool = False,
    ) -> Pager[models.Conversation]:
        """List the conversations of an end user. Their custom attributes come only with `conversations.get`.

        Args:
            user_id: the id (UUID) of the end user.
            page_key: the `next_key` of a page, to go on after it.
            page_limit: conversations on a page, 1 or more; Dixa decides if it is not given.
            prefetch: whether the next page is asked for while you work on this one.

        Returns:
            A pager over the conversations, each of the class that belongs to its channel.

        Raises:
            InvalidRequestError: an argument cannot be sent.
            BadRequestError: Dixa rejected the page key.
            NotFoundError: there is no such end user.
            TransportError: no response arrived.

        ``GET /endusers/{userId}/conversations``
        """
        return self._caller.pages(
            _LIST_CONVERSATIONS,
            path={"userId": user_id},
            page_key=page_key,
            page_limit=page_limit,
            prefetch=prefetch,
        )
