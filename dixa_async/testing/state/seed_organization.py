"""The seed data of an organization besides its people: the same every time."""

from datetime import datetime
from typing import Final

from ...models.business_hours import (
    BusinessHoursScheduleDefinition,
    BusinessHourStatus,
    BusinessHourType,
    ExceptionalBusinessHours,
    Recurring,
    RegularBusinessHours,
    TimeInterval,
)
from ...models.common import Channel
from ...models.contact_endpoints import EmailEndpoint, TelephonyEndpoint, TelephonyFunction
from ...models.conversation_flows import ConversationFlow
from ...models.custom_attributes import CustomAttributeEntity, SelectAttributeInput, SelectOption, TextAttributeInput
from ...models.knowledge import Category, Collection, Restrictions, TranslationTitle
from ...models.queues import OfferingAlgorithm, QueueThreshold
from ...models.templates import EmailAutoReply, QuickResponse, TemplateTranslation
from .builders import MAILBOX, add_custom_attribute, add_queue, add_tag, add_team
from .business_hours import Schedule
from .knowledge import StoredCategory
from .server_state import State, make_id

HOTLINE: Final = "+12025550190"
"""The phone number of the organization."""
_DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")


def seed_organization(state: State) -> None:
    """Add tags, queues, a team, and its settings.

    Args:
        state: where to add them; it has the agents already.
    """
    agents = list(state.agents.values())
    for name, color in (("refund", "#c0392b"), ("bug", "#8e44ad"), ("praise", "#27ae60")):
        add_tag(state, name, color=color, fixed_id=make_id(f"tag {name}"))
    for name, members in (("Support", agents[:3]), ("Sales", agents[3:])):
        queue = add_queue(state, name, members, is_default=name == "Support", fixed_id=make_id(f"queue {name}"))
        queue.queue_thresholds = {QueueThreshold.WAITING_CONVERSATIONS: 10}
        queue.offering_algorithm = OfferingAlgorithm.LONGEST_IDLE
    add_team(state, "Europe", agents[:3], fixed_id=make_id("team Europe"))
    seed_settings(state, agents[0].id, state.now())


def seed_settings(state: State, agent_id: str, created_at: datetime) -> None:
    """Add custom attributes, contact endpoints, flows, templates, hours and a knowledge base.

    Args:
        state: where to add them.
        agent_id: the agent who wrote the templates.
        created_at: when that was.
    """
    _add_custom_attributes(state, created_at)
    _add_contact_endpoints(state)
    _add_templates(state, agent_id, created_at)
    schedule = _schedule()
    state.schedules[schedule.definition.id] = schedule
    _add_knowledge(state)


def _add_custom_attributes(state: State, created_at: datetime) -> None:
    plans = SelectAttributeInput(
        options=[
            _option("free", 0),
            _option("paid", 1, [_option("monthly", 0), _option("yearly", 1)]),
        ]
    )
    for label, entity, how in (
        ("Plan", CustomAttributeEntity.CONTACT, plans),
        ("Birthday", CustomAttributeEntity.CONTACT, TextAttributeInput()),
        ("Order number", CustomAttributeEntity.CONVERSATION, TextAttributeInput()),
    ):
        add_custom_attribute(state, label, entity, how, created_at=created_at)


def _option(value: str, index: int, nested: list[SelectOption] | None = None) -> SelectOption:
    return SelectOption(
        id=make_id(f"option {value}"),
        label=value.capitalize(),
        value=value,
        is_deactivated=False,
        order_index=index,
        nested_options=nested,
    )


def _add_contact_endpoints(state: State) -> None:
    state.contact_endpoints[MAILBOX] = EmailEndpoint(address=MAILBOX, name="Support")
    state.contact_endpoints[HOTLINE] = TelephonyEndpoint(
        number=HOTLINE, functionality=[TelephonyFunction.VOICE_INBOUND, TelephonyFunction.SMS], name="Hotline"
    )
    for channel, endpoint in ((Channel.EMAIL, MAILBOX), (Channel.PSTN_PHONE, HOTLINE)):
        flow = ConversationFlow(
            id=make_id(f"flow {channel}"), name=f"{channel} in", channel=channel, contact_endpoint_id=endpoint
        )
        state.flows.append(flow)


def _add_templates(state: State, agent_id: str, created_at: datetime) -> None:
    thanks = QuickResponse(
        id=make_id("template Thanks"),
        name="Thanks",
        content="Thank you for writing to us.",
        created_by=agent_id,
        created_at=created_at,
        translations=[TemplateTranslation(locale="nb", content="Takk for at du skrev.", is_deactivated=False)],
    )
    received = EmailAutoReply(
        id=make_id("template Received"),
        name="Received",
        content="We have your email and will reply soon.",
        created_by=agent_id,
        created_at=created_at,
        subject="Your email",
    )
    state.templates = {thanks.id: thanks, received.id: received}


def _schedule() -> Schedule:
    weekly = [
        RegularBusinessHours(
            name=name,
            business_hour_type=BusinessHourType.REGULAR,
            status=BusinessHourStatus.OPEN,
            intervals=[TimeInterval(start_time="09:00", end_time="17:00")],
            start_date="2024-01-01",
            day_of_week=number,
        )
        for number, name in enumerate(_DAYS, 1)
    ]
    new_year = ExceptionalBusinessHours(
        name="New Year",
        business_hour_type=BusinessHourType.HOLIDAY,
        status=BusinessHourStatus.CLOSED,
        start_date="2024-01-01",
        recurring=Recurring(day_of_month=1, month_of_year=1),
    )
    return Schedule(
        BusinessHoursScheduleDefinition(
            id=make_id("schedule Office"),
            name="Office",
            timezone="Europe/Oslo",
            business_hours=weekly,
            exceptions=[new_year],
        )
    )


def _add_knowledge(state: State) -> None:
    knowledge, free = state.knowledge, Restrictions(is_restricted=False)
    collection = Collection(id=make_id("collection Help"), title="Help", internal_kb_enabled=False, restrictions=free)
    knowledge.collections[collection.id] = collection
    outer: str | None = None
    for english, norwegian in (("Orders", "Bestillinger"), ("Returns", "Retur")):
        category = Category(
            id=make_id(f"category {english}"),
            is_locked=False,
            restrictions=free,
            parent_category=outer,
            parent_collections=[collection.id],
        )
        titles = {
            language: TranslationTitle(language_id=language, title=title)
            for language, title in (("en", english), ("nb", norwegian))
        }
        knowledge.categories[category.id] = StoredCategory(category=category, titles=titles)
        outer = category.id
