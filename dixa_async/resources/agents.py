"""Agents."""

from ..models.agents import Agent
from ..pagination import Pager
from ..transport.operation import Operation
from .base import Resource, exclusive

_LIST: Operation[Agent] = Operation("getAgents", "GET", "/agents", answer=Agent)


class Agents(Resource):
    """Agents: the people who answer."""

    def list(
        self,
        *,
        email: str | None = None,
        phone: str | None = None,
        page_key: str | None = None,
        page_limit: int | None = None,
        prefetch: bool = False,
    ) -> Pager[Agent]:
        """List agents.

        Args:
            email: only the agent with this address. Not together with `phone`.
            phone: only the agent with this number. Not together with `email`.
            page_key: the `next_key` of a page, to go on after it.
            page_limit: agents on a page, 1 or more; Dixa decides if it is not given.
            prefetch: whether the next page is asked for while you work on this one.

        Returns:
            A pager over the agents.

        Raises:
            InvalidRequestError: an argument cannot be sent.
            BadRequestError: Dixa refused a filter or the page key.
            TransportError: no answer came.

        ``GET /agents``
        """
        exclusive(email=email, phone=phone)
        return self._caller.pages(
            _LIST,
            query={"email": email, "phone": phone},
            page_key=page_key,
            page_limit=page_limit,
            prefetch=prefetch,
        )
