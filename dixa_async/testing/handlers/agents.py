"""Agents."""

from ..exchange import Answer, Call, Routes
from ..paging import filters, page
from ..people import has

routes = Routes()


@routes("GET", "/agents")
def list_agents(call: Call) -> Answer:
    """List agents."""
    wanted = filters(call, "email", "phone")
    return page(call, [agent for agent in call.state.agents.values() if has(agent, wanted)])
