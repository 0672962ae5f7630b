"""The organization."""

from ..exchange import Answer, Call, Routes, data

routes = Routes()


@routes("GET", "/organization")
def get_organization(call: Call) -> Answer:
    """Read the organization."""
    return data(call.state.organization)
