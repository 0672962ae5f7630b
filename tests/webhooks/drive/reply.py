"""How the bots of the drive reply: at most once for each message, however often they run."""

from typing import Final

from dixa_async import BadRequestError, CallError, DixaClient
from dixa_async.models import OutboundMessage, TextContent
from dixa_async.webhooks import MessageAdded

_TRIES: Final = 10


async def reply(dixa: DixaClient, event: MessageAdded, agent_id: str, text: str) -> None:
    """Reply to a message once."""
    external_id = f"dixa-async:{event.data.message_id}"
    message = OutboundMessage(agent_id=agent_id, content=TextContent(text), external_id=external_id)
    for _ in range(_TRIES):
        try:
            await dixa.messages.add(event.conversation.id, message)
        except BadRequestError as error:
            if "Duplicate externalId" not in str(error):
                raise
            return
        except CallError as error:
            if not error.maybe_applied:
                raise
            if any(each.external_id == external_id for each in await dixa.messages.list(event.conversation.id)):
                return
        else:
            return
    raise RuntimeError("every response was lost")
