"""End users."""

from ..models.end_users import EndUser
from ..pagination import Pager
from ..transport.operation import Operation
from .base import Resource, exclusive

_LIST: Operation[EndUser] = Operation("getEndusers", "GET", "/endusers", answer=EndUser)


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
    ) -> Pager[EndUser]:
        """List end users.

        Args:
            email: only the end user with this address. Not together with `phone`.
            phone: only the end user with this number. Not together with `email`.
            external_id: only the end user to whom your own system gave this id.
            page_key: the `next_key` of a page, to go on after it.
            page_limit: end users on a page, 1 or more; Dixa decides if it is not given.
            prefetch: whether the next page is asked for while you work on this one.

        Returns:
            A pager over the end users.

        Raises:
            InvalidRequestError: an argument cannot be sent.
            BadRequestError: Dixa refused a filter or the page key.
            TransportError: no answer came.

        ``GET /endusers``
        """
        exclusive(email=email, phone=phone)
        return self._caller.pages(
            _LIST,
            query={"email": email, "phone": phone, "externalId": external_id},
            page_key=page_key,
            page_limit=page_limit,
            prefetch=prefetch,
        )
