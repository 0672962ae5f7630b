"""What happens to one conversation, and when."""

from datetime import datetime, timedelta
from typing import Final

from ...models.activity import ActivityLogEntry, ActivityType, DeprecatedActivityType
from ...models.activity_attributes import (
    ActivityLogAttribute,
    ConversationAssignedAttribute,
    ConversationCreatedAttribute,
    ConversationCustomAttributesUpdatedAttribute,
    ConversationLinkedAttribute,
    ConversationOfferedAttribute,
    ConversationRatedAttribute,
    ConversationRatingOfferedAttribute,
    ConversationTransferredAttribute,
    ConversationUnassignedAttribute,
    MessageAddedAttribute,
    NoteAddedAttribute,
    TagAddedAttribute,
)
from ...models.common import Direction
from ...models.conversations import Assignment, ConversationQueue, ConversationState, FollowUpLink
from ...models.custom_attributes import CustomAttribute, CustomAttributeDefinition
from ...models.internal_notes import InternalNote
from ...models.messages import Message, MessageAttributes
from ...models.queues import Queue
from ...models.ratings import Rating, RatingStatus, RatingType
from ...models.tags import Tag
from ..state.server_state import ActiveConversation, State, subject_of
from .chance import Chance
from .channels import attributes_of, call_of
from .people import Person

_OLDER_TYPES: Final = {
    known: DeprecatedActivityType.__members__.get(known.name, DeprecatedActivityType.UNKNOWN) for known in ActivityType
}


class PresentReachedError(Exception):
    """What would happen next has not happened yet."""


class Timeline:
    """What happens to one conversation. Each step happens at `at`, which only `wait` moves.

    Args:
        state: where it is kept.
        chance: what is up to chance.
        conversation: the conversation, as it begins.
        requester: its end user.
        until: the present.

    Attributes:
        at: when the next step happens.
        agent: who has the conversation, or who had it last.
        is_assigned: whether the agent has it.
    """

    def __init__(
        self, state: State, chance: Chance, conversation: ActiveConversation, requester: Person, until: datetime
    ) -> None:
        self._state = state
        self._chance = chance
        self._conversation = conversation
        self._requester = requester
        self._until = until
        self._messages: list[Message] = []
        self.at: datetime = conversation.created_at
        self.agent: Person | None = None
        self.is_assigned: bool = False
        state.conversations[conversation.id] = conversation
        state.messages[conversation.id] = self._messages

    def wait(self, fewest: int, most: int) -> None:
        """Let some minutes pass, a short time more likely than a long one.

        Raises:
            PresentReachedError: that would be in the future.
        """
        milliseconds = self._chance.often_small(fewest * 60_000 + 1_500, most * 60_000 + 9_000)
        self.at += timedelta(milliseconds=milliseconds)
        if self.at > self._until:
            raise PresentReachedError

    def create(self, author: Person) -> None:
        """Log that someone began it."""
        conversation = self._conversation
        self._set_state(ConversationState.OPEN)
        self._log(
            ActivityType.CONVERSATION_CREATED_BY_CUSTOMER
            if conversation.direction is Direction.INBOUND
            else ActivityType.CONVERSATION_CREATED_BY_AGENT,
            author,
            ConversationCreatedAttribute(subject=subject_of(conversation)),
        )

    def end_user_writes(self, text: str) -> None:
        """Add a message of the end user."""
        self._add_message(
            self._requester,
            attributes_of(self._conversation, self._requester, Direction.INBOUND, text),
            ActivityType.MESSAGE_ADDED_BY_CUSTOMER,
        )

    def agent_writes(self, text: str) -> None:
        """Add a message of the agent."""
        self._add_message(
            self._the_agent(),
            attributes_of(self._conversation, self._requester, Direction.OUTBOUND, text),
            ActivityType.MESSAGE_ADDED_BY_AGENT,
        )

    def call(self, seconds: int) -> None:
        """Add a phone call of the end user."""
        self._add_message(
            self._requester,
            call_of(self._requester, Direction.INBOUND, seconds),
            ActivityType.MESSAGE_ADDED_BY_CUSTOMER,
        )

    def enqueue(self, queue: Queue) -> None:
        """Put it in a queue."""
        self._conversation.queue = ConversationQueue(id=queue.id, queued_at=self.at)

    def assign(self, agent: Person, queue: Queue) -> None:
        """Offer it to an agent of its queue, who takes it."""
        self.agent, self.is_assigned = agent, True
        self._conversation.assignment = Assignment(agent_id=agent.id, assigned_at=self.at)
        offered = ConversationOfferedAttribute(agent_names=[agent.name], queue_label=queue.name)
        self._log(ActivityType.CONVERSATION_OFFERED, None, offered)
        assigned = ConversationAssignedAttribute(agent_id=agent.id, agent_name=agent.name)
        self._log(ActivityType.CONVERSATION_ASSIGNED, agent, assigned)

    def transfer(self, queue: Queue) -> None:
        """Let the agent pass it to another queue."""
        agent = self._the_agent()
        self._unassign()
        self.enqueue(queue)
        attributes = ConversationTransferredAttribute(
            transfer_type="Queue", destination_type="Queue", destination_id=queue.id, destination_label=queue.name
        )
        self._log(ActivityType.TRANSFER_SUCCESSFUL, agent, attributes)

    def tag(self, tag: Tag) -> None:
        """Add a tag, unless it has it."""
        tags = self._state.conversation_tags.setdefault(self._conversation.id, [])
        if tag.id not in tags:
            tags.append(tag.id)
            self._log(ActivityType.TAG_ADDED, self.agent, TagAddedAttribute(tag=tag.name))

    def note(self, text: str) -> None:
        """Add a note of the agent."""
        agent, conversation_id = self._the_agent(), self._conversation.id
        note = InternalNote(
            id=self._chance.uuid(),
            author_id=agent.id,
            created_at=self.at,
            conversation_id=conversation_id,
            message=text,
        )
        self._state.notes.setdefault(conversation_id, []).append(note)
        self._log(ActivityType.NOTE_ADDED, agent, NoteAddedAttribute(message=text))

    def set_attribute(self, definition: CustomAttributeDefinition, value: str) -> None:
        """Set a custom attribute."""
        attribute = CustomAttribute(
            id=definition.id, name=definition.label, identifier=definition.identifier, value=value
        )
        self._conversation.custom_attributes = [attribute]
        attributes = ConversationCustomAttributesUpdatedAttribute(
            updated_attribute_values={definition.id: value}, updated_attribute_ids=[definition.id]
        )
        self._log(ActivityType.CONVERSATION_CUSTOM_ATTRIBUTES_UPDATED, self.agent, attributes)

    def link_to(self, parent_id: int) -> None:
        """Make it the follow-up of another conversation."""
        conversation = self._conversation
        conversation.link = FollowUpLink(parent_id=parent_id)
        attributes = ConversationLinkedAttribute(child=conversation.id, parent=parent_id, link_type="FollowUp")
        self._log(ActivityType.CONVERSATION_LINKED_TO_PARENT, None, attributes)
        self._log(ActivityType.CONVERSATION_LINKED_FROM_CHILD, None, attributes, parent_id)

    def postpone(self, fewest: int, most: int) -> None:
        """Set it to pending, and open it again when its pending time is over.

        Args:
            fewest: the fewest minutes until then.
            most: the most minutes.

        Raises:
            PresentReachedError: that would be in the future. It comes back then.
        """
        self._set_state(ConversationState.PENDING)
        self._log(ActivityType.FOLLOWUP_ADDED, self.agent)
        try:
            self.wait(fewest, most)
        except PresentReachedError:
            agent_id = None if self.agent is None else self.agent.id
            self._state.agenda.add("follow_up", str(self._conversation.id), self.at, agent_id)
            raise
        self._set_state(ConversationState.OPEN)
        self._log(ActivityType.FOLLOWUP_EXPIRED, None)

    def close(self) -> None:
        """Let the agent close it."""
        self._set_state(ConversationState.CLOSED)
        self._log(ActivityType.CONVERSATION_CLOSED, self.agent)

    def reopen(self, queue: Queue) -> None:
        """Let the end user open it again: it goes back to its queue."""
        self._set_state(ConversationState.OPEN)
        self._log(ActivityType.CONVERSATION_REOPENED, self._requester)
        self._unassign()
        self.enqueue(queue)

    def offer_rating(self, rating_type: RatingType) -> Rating:
        """Ask the end user for a rating of the agent."""
        agent = self._the_agent()
        rating = Rating(
            id=self._chance.uuid(),
            rating_type=rating_type,
            conversation_channel=self._conversation.channel,
            user_id=self._requester.id,
            rating_status=RatingStatus.OFFERED,
            timestamps={"offered_at": self.at},
            agent_id=agent.id,
            language="en",
        )
        self._state.ratings.setdefault(self._conversation.id, []).append(rating)
        attributes = ConversationRatingOfferedAttribute(agent=agent.in_log, user=self._requester.in_log)
        self._log(ActivityType.CONVERSATION_RATING_OFFERED, None, attributes)
        return rating

    def rate(self, rating: Rating, score: int, comment: str | None) -> None:
        """Let the end user give a rating."""
        rating.rating_status, rating.rating_score, rating.rating_comment = RatingStatus.RATED, score, comment
        rating.timestamps["rated_at"] = self.at
        attributes = ConversationRatedAttribute(agent=self._the_agent().in_log, score=score, message=comment)
        self._log(ActivityType.CONVERSATION_RATED, self._requester, attributes)

    def _unassign(self) -> None:
        if self.is_assigned:
            self.is_assigned = False
            self._conversation.assignment = None
            attributes = ConversationUnassignedAttribute(agent=self._the_agent().in_log)
            self._log(ActivityType.CONVERSATION_UNASSIGNED, None, attributes)

    def _the_agent(self) -> Person:
        if self.agent is None:
            raise RuntimeError("no agent has had the conversation yet")
        return self.agent

    def _set_state(self, new: ConversationState) -> None:
        self._conversation.state = new
        self._conversation.state_updated_at = self.at

    def _add_message(self, author: Person, attributes: MessageAttributes, activity_type: ActivityType) -> None:
        message = Message(id=self._chance.uuid(), author_id=author.id, created_at=self.at, attributes=attributes)
        self._messages.append(message)
        self._log(activity_type, author, MessageAddedAttribute(message_id=message.id))

    def _log(
        self,
        activity_type: ActivityType,
        author: Person | None,
        attributes: ActivityLogAttribute | None = None,
        conversation_id: int | None = None,
    ) -> None:
        self._state.activity.append(
            ActivityLogEntry(
                id=self._chance.uuid(),
                conversation_id=conversation_id or self._conversation.id,
                activity_timestamp=self.at,
                activity_type=_OLDER_TYPES[activity_type],
                type=activity_type,
                author=None if author is None else author.in_log,
                attributes=attributes,
            )
        )
