"""Contact endpoints."""

from ...models.base import Unknown
from ...models.contact_endpoints import ContactEndpointType
from ..http.errors import bad_request
from ..http.responses import HandlerResponse, data
from ..http.routing import HandlerCall, Routes

routes: Routes = Routes()


@routes("GET", "/contact-endpoints")
def list_contact_endpoints(call: HandlerCall) -> HandlerResponse:
    """List contact endpoints."""
    endpoints = list(call.state.contact_endpoints.values())
    if "_type" not in call.query:
        return data(endpoints)
    wanted = ContactEndpointType(call.query["_type"])
    if not wanted.is_known:
        raise bad_request(f"There is no contact endpoint type {wanted}")
    known = [endpoint for endpoint in endpoints if not isinstance(endpoint, Unknown)]
    return data([endpoint for endpoint in known if endpoint._type == wanted])  # pyright: ignore[reportPrivateUsage]


@routes("GET", "/contact-endpoints/{contactEndpointId}")
def get_contact_endpoint(call: HandlerCall) -> HandlerResponse:
    """Get a contact endpoint."""
    key = call.arguments["contactEndpointId"]
    if "@" not in key and not key.startswith("+"):
        raise bad_request("The id must be an email address or a phone number that begins with +")
    return data(call.find(call.state.contact_endpoints, "contactEndpointId", "contact endpoint"))
