"""End users."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from .. import models
from ..pagination import Pager
from ..transport.operation import LazyType, Operation
from ..validation import check_bool, check_list, check_map, check_str, mutually_exclusive
from .base import Resource
from .lookup import find_by_filter

EndUserOutcomes: TypeAlias = "list[models.BulkOutcome[models.EndUser]]"
"""The outcomes of a bulk request for end users, in the order of the request."""
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
    """End users: the people whom agents reply to."""

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
            email: only the end user with this address. Use only one of the three filters.
            phone: only the end user with this number.
            external_id: only the end user with this ID in your own system.
            page_key: the `next_key` of a page, to resume after it.
            page_limit: end users per page, 1 or more; defaults to Dixa's choice.
            prefetch: whether to fetch the next page while you process the current one.

        Returns:
            A pager over the end users.

        Raises:
            InvalidRequestError: an argument is not valid.
            BadRequestError: Dixa rejected a filter or the page key.
            NotFoundError: no one matches the filter.
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
        """Read an end user, including custom attributes.

        Args:
            user_id: the ID (UUID) of the end user.

        Returns:
            The end user.

        Raises:
            InvalidRequestError: the ID is empty.
            BadRequestError: the ID is not a UUID.
            NotFoundError: there is no such end user.
            TransportError: no response arrived.

        ``GET /endusers/{userId}``
        """
        return await self._caller.call(_GET, path={"userId": user_id})

    async def find_by_email(self, email: str) -> models.EndUser:
        """Find the end user with an email address.

        Args:
            email: the address.

        Returns:
            The end user. Custom attributes come only with `get`.

        Raises:
            InvalidRequestError: it is empty or not a str.
            NoMatchError: no end user has it.
            SeveralMatchesError: several end users have it; its `ids` says which.
            CallError: the call failed, for example because Dixa rejected the value.

        Made of ``GET /endusers``.
        """
        return await find_by_filter(lambda value: self.list(email=value), "end user", "email", email)

    async def find_by_phone(self, phone: str) -> models.EndUser:
        """Find the end user with a phone number.

        Args:
            phone: the number, such as ``+4512345678``.

        Returns:
            The end user. Custom attributes come only with `get`.

        Raises:
            InvalidRequestError: it is empty or not a str.
            NoMatchError: no end user has it.
            SeveralMatchesError: several end users have it; its `ids` says which.
            CallError: the call failed, for example because Dixa rejected the value.

        Made of ``GET /endusers``.
        """
        return await find_by_filter(lambda value: self.list(phone=value), "end user", "phone", phone)

    async def create(self, end_user: models.NewEndUser) -> models.EndUser:
        """Create an end user.

        It is not idempotent, so it is not retried when the response is lost.

        Args:
            end_user: the end user.

        Returns:
            The end user, with its ID.

        Raises:
            InvalidRequestError: a field has the wrong type; nothing was sent.
            BadRequestError: Dixa rejected a value, such as an address that is taken.
            TransportError: no response arrived; `maybe_applied` says whether it may have been created.

        ``POST /endusers``
        """
        return await self._caller.call(_CREATE, body=end_user)

    async def update(self, user_id: str, end_user: models.EndUserUpdate) -> models.EndUser:
        """Replace the details of an end user. To change some and keep the others, use `patch`.

        Args:
            user_id: the ID (UUID) of the end user.
            end_user: the complete details of the end user.

        Returns:
            The end user as it is now.

        Raises:
            InvalidRequestError: the ID is empty, or a field has the wrong type; nothing was sent.
            BadRequestError: Dixa rejected a value.
            NotFoundError: there is no such end user.
            TransportError: no response arrived.

        ``PUT /endusers/{userId}``
        """
        return await self._caller.call(_UPDATE, path={"userId": user_id}, body=end_user)

    async def patch(self, user_id: str, patch: models.EndUserPatch) -> models.EndUser:
        """Change some details of an end user.

        Args:
            user_id: the ID (UUID) of the end user.
            patch: the fields to change. Fields that are UNSET stay as they are.

        Returns:
            The end user as it is now.

        Raises:
            InvalidRequestError: the ID is empty, or a field has the wrong type; nothing was sent.
            BadRequestError: Dixa rejected a value.
            NotFoundError: there is no such end user.
            TransportError: no response arrived; `maybe_applied` says whether it may have been changed.

        ``PATCH /endusers/{userId}``
        """
        return await self._caller.call(_PATCH, path={"userId": user_id}, body=patch)

    async def create_many(self, end_users: Sequence[models.NewEndUser]) -> EndUserOutcomes:
        """Create many end users with one request. Some may fail while others are created.

        It is not idempotent, so it is not retried when the response is lost.

        Args:
            end_users: the end users. Dixa does not document how many it accepts.

        Returns:
            A `Success` with the end user or a `Failure` with the reason for each, in the order of `end_users`; an
            `Unknown` if this version cannot read the outcome.

        Raises:
            InvalidRequestError: a field has the wrong type; nothing was sent.
            BadRequestError: Dixa rejected the whole request.
            TransportError: no response arrived; `maybe_applied` says whether some may have been created.

        ``POST /endusers/bulk``
        """
        return await self._caller.call(_CREATE_MANY, body=check_list("end_users", end_users))

    async def update_many(self, end_users: Sequence[models.BulkEndUserUpdate]) -> EndUserOutcomes:
        """Replace the details of many end users with one request. Some may fail while others are changed.

        Args:
            end_users: for each end user, its ID and complete details.

        Returns:
            A `Success` with the end user or a `Failure` with the reason for each, in the order of `end_users`; an
            `Unknown` if this version cannot read the outcome.

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
            patches: for each end user, its ID and the fields to change.

        Returns:
            A `Success` with the end user or a `Failure` with the reason for each, in the order of `patches`; an
            `Unknown` if this version cannot read the outcome.

        Raises:
            InvalidRequestError: a field has the wrong type; nothing was sent.
            BadRequestError: Dixa rejected the whole request.
            TransportError: no response arrived; `maybe_applied` says whether some may have been changed.

        ``PATCH /endusers``
        """
        return await self._caller.call(_PATCH_MANY, body=check_list("patches", patches))

    async def anonymize(self, user_id: str, *, force: bool | None = None) -> models.AnonymizationRequest:
        """Request the anonymization of an end user. It cannot be undone.

        Dixa removes everything personal later, within a day. `anonymization.get_request` reports whether it is done.

        Args:
            user_id: the ID (UUID) of the end user.
            force: True to close the end user's open conversations first; by default, they prevent it.

        Returns:
            The request, with its ID.

        Raises:
            InvalidRequestError: the ID is empty, or `force` is not a bool.
            BadRequestError: Dixa rejected the ID or `force`.
            NotFoundError: there is no such end user.
            ConflictError: it cannot be anonymized now, for example because conversations are open.
            TransportError: no response arrived; `maybe_applied` says whether it may have been requested.

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
            user_id: the ID (UUID) of the end user.
            values: the values by attribute ID (UUID): a str, the path of the selected option, or None to clear the
                value. Attributes that are not named keep their values.

        Returns:
            The custom attributes of the end user.

        Raises:
            InvalidRequestError: the ID is empty, or a value has the wrong type; nothing was sent.
            BadRequestError: Dixa rejected a value.
            AuthenticationError: the token is not allowed to do this.
            NotFoundError: there is no such end user.
            TransportError: no response arrived; `maybe_applied` says whether they may have been changed.

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
            user_id: the ID (UUID) of the end user.
            page_key: the `next_key` of a page, to resume after it.
            page_limit: conversations per page, 1 or more; defaults to Dixa's choice.
            prefetch: whether to fetch the next page while you process the current one.

        Returns:
            A pager over the conversations, each of the class for its channel.

        Raises:
            InvalidRequestError: an argument is not valid.
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
