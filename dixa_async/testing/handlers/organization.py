"""The organization."""

from ..http.responses import HandlerResponse, data
from ..http.routing import HandlerCall, Routes

routes: Routes = Routes()


@routes("GET", "/organization")
def get_organization(call: HandlerCall) -> HandlerResponse:
    """Get the organization."""
    return data(call.state.organization)
