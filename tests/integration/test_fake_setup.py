"""The setup of an organization: custom attributes, contact endpoints, templates and business hours."""

from datetime import UTC, datetime

import pytest

from dixa_async import BadRequestError, DixaClient, DixaWarning, NotFoundError
from dixa_async.models import Channel, SmsConversation
from dixa_async.models.activity_attributes import ConversationCustomAttributesUpdatedAttribute
from dixa_async.models.business_hours import BusinessHoursScheduleDefinition, BusinessHourType
from dixa_async.models.contact_endpoints import ContactEndpointType, EmailEndpoint, TelephonyEndpoint
from dixa_async.models.custom_attributes import CustomAttributeEntity, CustomAttributeValue, SelectOption
from dixa_async.models.templates import EmailAutoReply, TemplateType
from dixa_async.testing import FakeDixa
from dixa_async.testing.state.business_hours import Schedule

from ..helpers.clients import NOW

NOTHING = "00000000-0000-4000-8000-000000000000"


async def test_custom_attributes_of_an_end_user_are_set_and_cleared(dixa: DixaClient, server: FakeDixa) -> None:
    user = server.end_users[0]
    plan, birthday, _ = await dixa.custom_attributes.list()
    assert await dixa.custom_attributes.get(plan.id) == plan
    both = await dixa.end_users.patch_custom_attributes(user.id, {plan.id: ["paid", "yearly"], birthday.id: "1 May"})
    assert [(attribute.identifier, attribute.value) for attribute in both] == [
        ("plan", ["paid", "yearly"]),
        ("birthday", "1 May"),
    ]
    assert (await dixa.end_users.get(user.id)).custom_attributes == both
    assert (await dixa.end_users.list())[0].custom_attributes is None
    assert await dixa.end_users.patch_custom_attributes(user.id, {plan.id: None}) == both[1:]


@pytest.mark.parametrize(
    ("label", "value"),
    [
        ("Plan", "paid"),
        ("Plan", []),
        ("Plan", ["paid", "weekly"]),
        ("Plan", ["free", "monthly"]),
        ("Birthday", ["1 May"]),
        ("Order number", "7"),
    ],
)
async def test_an_invalid_value_of_a_custom_attribute_is_rejected(
    dixa: DixaClient, server: FakeDixa, label: str, value: CustomAttributeValue
) -> None:
    user = server.end_users[0]
    attribute_id = next(attribute.id for attribute in server.custom_attributes if attribute.label == label)
    birthday = next(attribute.id for attribute in server.custom_attributes if attribute.label == "Birthday")
    with pytest.raises(BadRequestError):
        await dixa.end_users.patch_custom_attributes(user.id, {birthday: "1 May", attribute_id: value})
    assert user.custom_attributes is None
    with pytest.raises(BadRequestError, match=NOTHING):
        await dixa.custom_attributes.get(NOTHING)


async def test_custom_attributes_of_a_conversation_are_logged(dixa: DixaClient, server: FakeDixa) -> None:
    options = [SelectOption(id="1", label="Red", value="red", is_deactivated=False, order_index=0)]
    color = server.add_custom_attribute("Color", CustomAttributeEntity.CONVERSATION, options)
    order = server.custom_attributes[2]
    user_id = server.end_users[0].id
    server.add_conversation(SmsConversation(id=1, requester_id=user_id, channel=Channel.SMS, created_at=NOW))
    await dixa.conversations.patch_custom_attributes(1, {color.id: ["red"], order.id: None})
    entry = (await dixa.conversations.list_activity(1))[-1]
    assert entry.attributes == ConversationCustomAttributesUpdatedAttribute(
        updated_attribute_values={color.id: ["red"]}, updated_attribute_ids=[color.id, order.id]
    )


async def test_contact_endpoints_are_listed_by_type(dixa: DixaClient) -> None:
    mailbox, phone = await dixa.contact_endpoints.list()
    assert isinstance(mailbox, EmailEndpoint)
    assert isinstance(phone, TelephonyEndpoint)
    assert list(await dixa.contact_endpoints.list(type=ContactEndpointType.EMAIL)) == [mailbox]
    assert await dixa.contact_endpoints.get(mailbox.address) == mailbox
    assert await dixa.contact_endpoints.get(phone.number) == phone
    with pytest.raises(NotFoundError, match="endpoint nobody@"):
        await dixa.contact_endpoints.get("nobody@example.com")
    with pytest.raises(BadRequestError, match="email address or a phone number"):
        await dixa.contact_endpoints.get("nobody")
    with pytest.warns(DixaWarning, match="Pigeon"), pytest.raises(BadRequestError, match="Pigeon"):
        await dixa.contact_endpoints.list(type=ContactEndpointType("Pigeon"))


async def test_templates_are_listed_by_type_and_deleted(dixa: DixaClient) -> None:
    pages = [page async for page in dixa.templates.list(page_limit=1).pages()]
    assert [len(page) for page in pages] == [1, 1]
    (reply,) = await dixa.templates.list(type=TemplateType.EMAIL_AUTO_REPLY)
    assert isinstance(reply, EmailAutoReply)
    await dixa.templates.delete(reply.id)
    assert list(await dixa.templates.list(type=TemplateType.EMAIL_AUTO_REPLY)) == []
    with pytest.raises(NotFoundError, match=reply.id):
        await dixa.templates.delete(reply.id)
    with pytest.warns(DixaWarning, match="Poem"), pytest.raises(BadRequestError, match="Poem"):
        await dixa.templates.list(type=TemplateType("Poem"))


@pytest.mark.parametrize(
    ("moment", "is_open", "opens_at", "closes_at"),
    [
        # A Friday in summer, on which Oslo is two hours ahead.
        (datetime(2025, 6, 6, 6, 59, tzinfo=UTC), False, datetime(2025, 6, 6, 7, tzinfo=UTC), None),
        (datetime(2025, 6, 6, 7, 0, tzinfo=UTC), True, None, datetime(2025, 6, 6, 15, tzinfo=UTC)),
        (datetime(2025, 6, 6, 15, 0, tzinfo=UTC), False, datetime(2025, 6, 9, 7, tzinfo=UTC), None),
        # New Year is a holiday, and 2025 begins on a Wednesday.
        (datetime(2025, 1, 1, 12, 0, tzinfo=UTC), False, datetime(2025, 1, 2, 8, tzinfo=UTC), None),
    ],
)
async def test_it_is_open_on_weekdays_from_nine_to_five(
    dixa: DixaClient, moment: datetime, is_open: bool, opens_at: datetime | None, closes_at: datetime | None
) -> None:
    (schedule,) = await dixa.business_hours.list_schedules()
    status = await dixa.business_hours.get_status(schedule.id, timestamp=moment)
    assert (status.timestamp, status.is_open, status.opens_at, status.closes_at) == (
        moment,
        is_open,
        opens_at,
        closes_at,
    )


async def test_the_upcoming_days_include_weekdays_and_exceptions(dixa: DixaClient, server: FakeDixa) -> None:
    (schedule,) = await dixa.business_hours.list_schedules()
    definition = await dixa.business_hours.get_definition(schedule.id)
    assert definition.exceptions is not None
    # `NOW` is a Saturday.
    week = await dixa.business_hours.get_upcoming(schedule.id)
    assert [hours.day_of_week for hours in week.business_hours or []] == [1, 2, 3, 4, 5]
    server.state.schedules[schedule.id].definition.exceptions[0].next_date = "2025-06-09"  # type: ignore[index]
    days = await dixa.business_hours.get_upcoming(schedule.id, days=3)
    assert [hours.business_hour_type for hours in days.business_hours or []] == [BusinessHourType.HOLIDAY]
    with pytest.raises(BadRequestError, match="from 1 to 90"):
        await dixa.request("GET", f"/business-hours/schedules/{schedule.id}/upcoming", query={"days": 91})


async def test_a_schedule_without_hours_is_always_closed(dixa: DixaClient, server: FakeDixa) -> None:
    empty = BusinessHoursScheduleDefinition(id="empty", name="Empty", timezone="UTC")
    server.state.schedules["empty"] = Schedule(empty)
    status = await dixa.business_hours.get_status("empty")
    assert (status.is_open, status.timestamp, status.opens_at) == (False, NOW, None)
