"""What became of the messages of a drive."""

from collections import Counter
from collections.abc import Mapping, Sequence

import attrs

from dixa_async.models import Message
from dixa_async.testing import FakeDixa


@attrs.frozen(kw_only=True)
class Outcome:
    """What became of the messages."""

    messages: int
    once: int
    """Messages with exactly one reply."""
    lost: int
    """Messages without a reply."""
    doubled: int
    """Messages with several replies."""
    disordered: int
    """Conversations whose replies are not in the order of the messages."""
    throttled: int
    """Requests that Dixa rejected with 429."""
    pauses: int
    """How often the machine stopped the server. What was sent apart then arrives together, and may be throttled."""
    left: int
    """Events that are still in the inbox, or parked."""
    kills: int
    lost_responses: int
    seconds: float

    @property
    def is_perfect(self) -> bool:
        """Whether every message has one reply, in order, and nothing was too much for Dixa."""
        return self.once == self.messages and not (self.disordered or self.left) and self.throttled <= self.pauses


def replies_of(server: FakeDixa) -> dict[int, list[str]]:
    """The texts in each conversation, in the order in which they were sent."""
    return {number: [_text(each) for each in messages] for number, messages in server.state.messages.items()}


def count(asked: Mapping[int, Sequence[str]], replied: Mapping[int, Sequence[str]]) -> tuple[int, int, int, int]:
    """Compare what was asked with what was replied.

    Returns:
        How many messages have one reply, none, or several, and how many conversations are out of order.
    """
    once = lost = doubled = disordered = 0
    for number, texts in asked.items():
        found = [text.removeprefix("re: ") for text in replied[number] if text.startswith("re: ")]
        counts = Counter(found)
        once += sum(counts[text] == 1 for text in texts)
        lost += sum(counts[text] == 0 for text in texts)
        doubled += sum(counts[text] > 1 for text in texts)
        disordered += list(dict.fromkeys(found)) != [text for text in texts if text in counts]
    return once, lost, doubled, disordered


def _text(message: Message) -> str:
    return message.attributes.email_content.content.value  # type: ignore[union-attr]
