"""How a test controls what is delivered to webhooks."""

from typing import TYPE_CHECKING

from ...models.webhooks import WebhookEvent
from .deliveries import Deliveries
from .settings import DeliveryCopy, DeliverySettings

if TYPE_CHECKING:
    from ...webhooks.events import Event


class DeliveryMethods:
    """The methods of `FakeDixa` that control its deliveries to webhooks."""

    _deliveries: Deliveries

    @property
    def deliveries(self) -> DeliverySettings:
        """How it delivers to webhooks. Set it to change that; chance then begins anew."""
        return self._deliveries.settings

    @deliveries.setter
    def deliveries(self, settings: DeliverySettings) -> None:
        self._deliveries.settings = settings

    def deliver(self, event: "Event") -> int:
        """Deliver an event that a test made, to the subscriptions that want such events.

        ::

            dixa_server.deliver(rated(score=1))

        Args:
            event: the event, by `dixa_async.testing.event_builders` for instance. Nothing is done to the conversation
                that it names, which need not exist.

        Returns:
            How many subscriptions want it. 0: it is delivered to nobody.
        """
        return self._deliveries.deliver(event)

    def script_deliveries(self, *copies: DeliveryCopy, event: WebhookEvent | None = None, times: int = 1) -> None:
        """Say how often and when the next events are delivered, instead of what `deliveries` says.

        ::

            dixa_server.script_deliveries(DeliveryCopy(delay=0.5), DeliveryCopy(event_id="another"))
            dixa_server.script_deliveries()  # the next event is lost

        Args:
            copies: the deliveries.
            event: only for this kind of event.
            times: for how many deliveries of events to a subscription.

        Raises:
            ValueError: `times` is less than 1.
        """
        if times < 1:
            raise ValueError("times must be 1 or more")
        self._deliveries.script(copies, event, times)

    async def deliveries_done(self) -> None:
        """Wait until everything that happened is delivered, doubles and retries included. Any event loop may wait.

        Raises:
            RuntimeError: there is something to deliver, and the server does not run.
        """
        await self._deliveries.done()
