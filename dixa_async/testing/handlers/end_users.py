"""End users."""

from ..exchange import Answer, Call, Routes
from ..paging import filters, page
from ..people import has

routes = Routes()


@routes("GET", "/endusers")
def list_end_users(call: Call) -> Answer:
    """List end users."""
    wanted = filters(call, "email", "phone", "externalId")
    external_id = wanted.pop("externalId", None)
    users = [user for user in call.state.end_users.values() if has(user, wanted)]
    return page(call, [user for user in users if external_id in (None, user.external_id)])
