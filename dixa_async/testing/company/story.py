"""What people do in a conversation, from its first message until it is closed and rated, or until the present."""

from typing import Final

import attrs

from ...models.custom_attributes import CustomAttributeDefinition
from ...models.queues import Queue
from ...models.ratings import RatingType
from .chance import Chance
from .channels import Medium
from .people import Crew, Person
from .timeline import Timeline
from .topics import COMPLAINTS, FOLLOW_UPS, GOODBYES, PRAISE, QUEUES, RETURNS, SPAM, Topic

_DAY: Final = 24 * 60
_SCORES: Final = {RatingType.CSAT: 5, RatingType.NPS: 10, RatingType.THUMBS_UP_OR_DOWN: 1}
_RATING_TYPES: Final = (*(RatingType.CSAT,) * 8, RatingType.NPS, RatingType.THUMBS_UP_OR_DOWN)


@attrs.frozen(kw_only=True)
class Plot:
    """Who talks to whom about what."""

    crew: Crew
    topic: Topic
    medium: Medium
    requester: Person
    order_number: str
    product: str
    order_attribute: CustomAttributeDefinition
    is_outbound: bool
    """Whether an agent begins it."""
    follows: int | None
    """The ID of the earlier conversation that it follows up, if it does."""

    def words(self, text: str) -> str:
        """A text with the order number and the product in it."""
        return text.replace("{order}", self.order_number).replace("{product}", self.product)

    @property
    def queue(self) -> Queue:
        """The queue that works on it."""
        return self.crew.queues[self.topic.queue]


def tell(line: Timeline, chance: Chance, plot: Plot) -> None:
    """Let a conversation happen.

    Args:
        line: the conversation.
        chance: what is up to chance.
        plot: who talks to whom about what.

    Raises:
        PresentReachedError: the rest is in the future.
    """
    if plot.is_outbound:
        _agent_begins(line, chance, plot)
    elif chance.happens(0.03) and not plot.medium.is_call:
        _is_spam(line, chance, plot)
        return
    else:
        queue = _end_user_begins(line, chance, plot)
        if plot.follows is not None:
            line.link_to(plot.follows)
        if chance.happens(0.02):
            return  # nobody ever took it
        _is_assigned(line, chance, plot, queue)
        if queue is not plot.queue or chance.happens(0.06):
            _is_transferred(line, chance, plot, queue)
    _is_worked_on(line, chance, plot)
    _is_closed(line, chance, plot)
    if chance.happens(0.08) and not plot.medium.is_call:
        _comes_back(line, chance, plot)


def _agent_begins(line: Timeline, chance: Chance, plot: Plot) -> None:
    agent = chance.pick(plot.crew.members[plot.topic.queue])
    line.create(agent)
    line.enqueue(plot.queue)
    line.assign(agent, plot.queue)
    line.agent_writes(plot.words(chance.pick(plot.topic.replies)))


def _is_spam(line: Timeline, chance: Chance, plot: Plot) -> None:
    line.create(plot.requester)
    line.end_user_writes(chance.pick(SPAM))
    queue = plot.crew.queues[QUEUES[0]]
    line.enqueue(queue)
    _is_assigned(line, chance, plot, queue)
    line.tag(plot.crew.tags["spam"])
    line.close()


def _end_user_begins(line: Timeline, chance: Chance, plot: Plot) -> Queue:
    """Most conversations come to the right queue, the others to the default one."""
    line.create(plot.requester)
    if plot.medium.is_call:
        line.call(chance.often_small(20, 1200))
    else:
        line.end_user_writes(plot.words(chance.pick(plot.topic.questions)))
    queue = plot.queue if chance.happens(0.85) else plot.crew.queues[QUEUES[0]]
    line.enqueue(queue)
    return queue


def _is_assigned(line: Timeline, chance: Chance, plot: Plot, queue: Queue) -> None:
    line.wait(*plot.medium.reply_minutes)
    line.assign(chance.pick(plot.crew.members[queue.name]), queue)


def _is_transferred(line: Timeline, chance: Chance, plot: Plot, queue: Queue) -> None:
    line.wait(1, 20)
    if chance.happens(0.5):
        line.note(plot.words(chance.pick(plot.topic.notes)))
    target = plot.queue
    if queue is plot.queue:
        target = plot.crew.queues[chance.pick([name for name in QUEUES if name != queue.name])]
    line.transfer(target)
    _is_assigned(line, chance, plot, target)


def _is_worked_on(line: Timeline, chance: Chance, plot: Plot) -> None:
    line.wait(0, 3)
    line.tag(plot.crew.tags[plot.topic.tag])
    if chance.happens(0.08):
        line.tag(plot.crew.tags["urgent"])
    if chance.happens(0.4):
        line.set_attribute(plot.order_attribute, plot.order_number)
    if not plot.medium.is_call:
        _is_talked_about(line, chance, plot)
    if chance.happens(0.25):
        line.note(plot.words(chance.pick(plot.topic.notes)))
    if chance.happens(0.1):
        line.postpone(_DAY // 2, 6 * _DAY)


def _is_talked_about(line: Timeline, chance: Chance, plot: Plot) -> None:
    """The agent replies, and the end user perhaps again."""
    line.agent_writes(plot.words(chance.pick(plot.topic.replies)))
    for _ in range(chance.often_small(0, 3)):
        line.wait(*plot.medium.reply_minutes)
        line.end_user_writes(plot.words(chance.pick(FOLLOW_UPS)))
        line.wait(*plot.medium.reply_minutes)
        line.agent_writes(plot.words(chance.pick(plot.topic.replies)))


def _is_closed(line: Timeline, chance: Chance, plot: Plot) -> None:
    line.wait(1, 30)
    if not plot.medium.is_call and chance.happens(0.5):
        line.agent_writes(chance.pick(GOODBYES))
    line.close()
    if chance.happens(0.45):
        _is_rated(line, chance)


def _is_rated(line: Timeline, chance: Chance) -> None:
    line.wait(0, 10)
    rating_type = chance.pick(_RATING_TYPES)
    rating = line.offer_rating(rating_type)
    if chance.happens(0.5):
        line.wait(1, 2 * _DAY)
        highest = _SCORES[rating_type]
        lowest = 1 if rating_type is RatingType.CSAT else 0
        score = highest + lowest - chance.often_small(lowest, highest)
        comments = PRAISE if score > highest / 2 else COMPLAINTS
        line.rate(rating, score, chance.pick(comments) if chance.happens(0.3) else None)


def _comes_back(line: Timeline, chance: Chance, plot: Plot) -> None:
    """The end user writes again, and an agent closes it again."""
    line.wait(30, 3 * _DAY)
    line.reopen(plot.queue)
    line.end_user_writes(plot.words(chance.pick(RETURNS)))
    _is_assigned(line, chance, plot, plot.queue)
    line.agent_writes(plot.words(chance.pick(plot.topic.replies)))
    line.wait(1, 30)
    line.close()
