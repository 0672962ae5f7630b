"""What an organization has from the start besides people: the same every time."""

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
from ...models.custom_attributes import (
    CustomAttributeDefinition,
    CustomAttributeEntity,
    CustomAttributeInput,
    SelectAttributeInput,
    SelectOption,
    TextAttributeInput,
)
from ...models.knowledge import Category, Collection, Restrictions, TranslationTitle
from ...models.queues import OfferingAlgorithm, Queue, QueueThreshold, SlaCalculationMethod
from ...models.tags import Tag, TagState
from ...models.teams import Team
from ...models.templates import EmailAutoReply, QuickResponse, TemplateTranslation
from .business_hours import Schedule
from .knowledge import KnownCategory
from .state import State, make_id

_MAILBOX = "support@example.com"
_NUMBER = "+12025550190"
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")


def furnish(state: State) -> None:
    """Add tags, queues, a team, custom attributes, contact endpoints, flows, templates, hours and a knowledge base.

    Args:
        state: where to add them; the agents are there already.
    """
    agent_ids = list(state.agents)
    for name, color in (("refund", "#c0392b"), ("bug", "#8e44ad"), ("praise", "#27ae60")):
        tag = Tag(id=make_id(f"tag {name}"), name=name, state=TagState.ACTIVE, color=color)
        state.tags[tag.id] = tag
    for name, members in (("Support", agent_ids[:3]), ("Sales", agent_ids[3:])):
        queue = _queue(state, name, is_default=name == "Support")
        state.queues[queue.id] = queue
        state.queue_members[queue.id] = members
    team = Team(id=make_id("team Europe"), name="Europe")
    state.teams[team.id] = team
    state.team_members[team.id] = agent_ids[:3]
    for definition in _custom_attributes(state):
        state.custom_attributes[definition.id] = definition
    _add_contact_endpoints(state)
    _add_templates(state, agent_ids[0])
    schedule = _schedule()
    state.schedules[schedule.definition.id] = schedule
    _add_knowledge(state)


def _queue(state: State, name: str, *, is_default: bool) -> Queue:
    return Queue(
        id=make_id(f"queue {name}"),
        name=name,
        is_default=is_default,
        organization_id=state.organization.id,
        queue_thresholds={QueueThreshold.WAITING_CONVERSATIONS: 10},
        sla_calculation_method=SlaCalculationMethod.ABANDONED_IGNORED,
        do_not_offer_timeouts={},
        is_do_not_offer_enabled=False,
        offering_algorithm=OfferingAlgorithm.LONGEST_IDLE,
    )


def _custom_attributes(state: State) -> list[CustomAttributeDefinition]:
    plans = SelectAttributeInput(
        options=[
            _option("free", 0),
            _option("paid", 1, [_option("monthly", 0), _option("yearly", 1)]),
        ]
    )
    return [
        custom_attribute(state, "Plan", CustomAttributeEntity.CONTACT, plans),
        custom_attribute(state, "Birthday", CustomAttributeEntity.CONTACT, TextAttributeInput()),
        custom_attribute(state, "Order number", CustomAttributeEntity.CONVERSATION, TextAttributeInput()),
    ]


def custom_attribute(
    state: State, label: str, entity: CustomAttributeEntity, how: CustomAttributeInput
) -> CustomAttributeDefinition:
    """The definition of a custom attribute.

    Args:
        state: where it belongs; it is not added.
        label: its name.
        entity: what it belongs to.
        how: how it is filled in.

    Returns:
        The definition.
    """
    return CustomAttributeDefinition(
        id=make_id(f"custom attribute {entity} {label}"),
        entity_type=entity,
        identifier=label.lower().replace(" ", "_"),
        label=label,
        input_definition=how,
        created_at=state.now(),
        is_required=False,
        is_archived=False,
        is_deactivated=False,
    )


def _option(value: str, place: int, nested: list[SelectOption] | None = None) -> SelectOption:
    return SelectOption(
        id=make_id(f"option {value}"),
        label=value.capitalize(),
        value=value,
        is_deactivated=False,
        order_index=place,
        nested_options=nested,
    )


def _add_contact_endpoints(state: State) -> None:
    state.contact_endpoints[_MAILBOX] = EmailEndpoint(address=_MAILBOX, name="Support")
    state.contact_endpoints[_NUMBER] = TelephonyEndpoint(
        number=_NUMBER, functionality=[TelephonyFunction.VOICE_INBOUND, TelephonyFunction.SMS], name="Hotline"
    )
    for channel, endpoint in ((Channel.EMAIL, _MAILBOX), (Channel.PSTN_PHONE, _NUMBER)):
        flow = ConversationFlow(
            id=make_id(f"flow {channel}"), name=f"{channel} in", channel=channel, contact_endpoint_id=endpoint
        )
        state.flows.append(flow)


def _add_templates(state: State, agent_id: str) -> None:
    thanks = QuickResponse(
        id=make_id("template Thanks"),
        name="Thanks",
        content="Thank you for writing to us.",
        created_by=agent_id,
        created_at=state.now(),
        translations=[TemplateTranslation(locale="nb", content="Takk for at du skrev.", is_deactivated=False)],
    )
    received = EmailAutoReply(
        id=make_id("template Received"),
        name="Received",
        content="We have your email and answer soon.",
        created_by=agent_id,
        created_at=state.now(),
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
        knowledge.categories[category.id] = KnownCategory(category=category, titles=titles)
        outer = category.id
