"""What the server can do: one module for each section of the API."""

from typing import Final

from . import agents, conversations, end_users, messages, organization

ROUTES: Final = (agents.routes, conversations.routes, end_users.routes, messages.routes, organization.routes)
