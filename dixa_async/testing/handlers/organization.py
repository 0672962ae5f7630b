"""The organization."""

from ..http.routing import Call, HandlerResponse, Routes, data

routes = Routes()


@routes("GET", "/organization")
def get_organization(call: Call) -> HandlerResponse:
    """Read the organization."""
    return data(call.state.organization)
