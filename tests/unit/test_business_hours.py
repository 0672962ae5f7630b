"""Business hours: requests and responses."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from aioresponses import aioresponses

from dixa_async.errors import InvalidRequestError
from dixa_async.models.business_hours import (
    BusinessHoursSchedule,
    BusinessHoursScheduleDefinition,
    BusinessHourStatus,
    BusinessHoursUpcomingSchedule,
    BusinessHourType,
    BusinessOpenStatus,
    ExceptionalBusinessHours,
    Recurring,
    RegularBusinessHours,
    TimeInterval,
    UpcomingBusinessHours,
)

from .http_recorder import Sent, recording_client

_SCHEDULE = {"id": "s1", "name": "Bakery", "timezone": "Europe/Oslo"}
_FRIDAY = {"name": "Friday", "dayOfWeek": 5, "businessHourType": "Regular", "startDate": "2031-05-16"}
_NOON = datetime(2031, 5, 16, 12, tzinfo=timezone(timedelta(hours=2)))


@pytest.mark.parametrize("schedules", [{"schedules": [{"id": "s1", "name": "Bakery"}]}, {"schedules": None}, {}])
async def test_all_schedules_are_in_one_page(mock_http: aioresponses, schedules: Any) -> None:
    async with recording_client(mock_http, "GET", {"data": schedules}, {"data": schedules}) as (dixa, sent):
        hours = dixa.business_hours
        page = await hours.list_schedules()
        assert [schedule async for schedule in hours.list_schedules()] == list(page)
    assert list(page) == [BusinessHoursSchedule(id="s1", name="Bakery")] * len(schedules.get("schedules") or [])
    assert page.next_key is None
    assert sent == [Sent("GET", "/business-hours/schedules")] * 2


async def test_a_definition_is_taken_out_of_its_envelope(mock_http: aioresponses) -> None:
    closed = {"name": "Baker's day", "businessHourType": "Holiday", "startDate": "2031-05-17", "intervals": []}
    schedule = {
        **_SCHEDULE,
        "businessHours": [{**_FRIDAY, "status": "Open", "intervals": [{"startTime": "09:30", "endTime": "17:00"}]}],
        "exceptions": [{**closed, "status": {"_type": "Closed"}, "recurring": {"dayOfMonth": 17, "monthOfYear": 5}}],
    }
    async with recording_client(mock_http, "GET", {"data": {"schedule": schedule}}) as (dixa, sent):
        definition = await dixa.business_hours.get_definition("s1")
    assert definition == BusinessHoursScheduleDefinition(
        id="s1",
        name="Bakery",
        timezone="Europe/Oslo",
        business_hours=[
            RegularBusinessHours(
                name="Friday",
                day_of_week=5,
                business_hour_type=BusinessHourType.REGULAR,
                status=BusinessHourStatus.OPEN,
                intervals=[TimeInterval(start_time="09:30", end_time="17:00")],
                start_date="2031-05-16",
            )
        ],
        exceptions=[
            ExceptionalBusinessHours(
                name="Baker's day",
                business_hour_type=BusinessHourType.HOLIDAY,
                status=BusinessHourStatus.CLOSED,
                intervals=[],
                recurring=Recurring(day_of_month=17, month_of_year=5),
                start_date="2031-05-17",
            )
        ],
    )
    assert sent == [Sent("GET", "/business-hours/schedules/s1/definition")]


@pytest.mark.parametrize(("days", "query"), [(None, ""), (1, "?days=1"), (90, "?days=90")])
async def test_the_number_of_upcoming_days_can_be_chosen(mock_http: aioresponses, days: int | None, query: str) -> None:
    schedule = {**_SCHEDULE, "businessHours": [{**_FRIDAY, "status": "Closed", "nextDate": "2031-05-23"}]}
    async with recording_client(mock_http, "GET", {"data": {"schedule": schedule}}) as (dixa, sent):
        upcoming = await dixa.business_hours.get_upcoming("s1", days=days)
    friday = UpcomingBusinessHours(
        name="Friday",
        day_of_week=5,
        business_hour_type=BusinessHourType.REGULAR,
        status=BusinessHourStatus.CLOSED,
        start_date="2031-05-16",
        next_date="2031-05-23",
    )
    assert upcoming == BusinessHoursUpcomingSchedule(
        id="s1", name="Bakery", timezone="Europe/Oslo", business_hours=[friday]
    )
    assert sent == [Sent("GET", f"/business-hours/schedules/s1/upcoming{query}")]


@pytest.mark.parametrize("days", [0, 91, -1, True, "7", 1.5])
async def test_an_invalid_number_of_days_is_rejected_before_sending(mock_http: aioresponses, days: Any) -> None:
    async with recording_client(mock_http, "GET") as (dixa, sent):
        with pytest.raises(InvalidRequestError, match="from 1 to 90"):
            await dixa.business_hours.get_upcoming("s1", days=days)
    assert sent == []


async def test_the_status_is_read_for_now_or_for_a_given_time(mock_http: aioresponses) -> None:
    response = {"data": {"isOpen": False, "timestamp": "2031-05-16T10:00:00Z", "opensAt": "2031-05-18T07:30:00Z"}}
    async with recording_client(mock_http, "GET", response, response) as (dixa, sent):
        hours = dixa.business_hours
        assert await hours.get_status("s1") == await hours.get_status("s1", timestamp=_NOON)
    now, then = sent
    assert now == Sent("GET", "/business-hours/schedules/s1/status")
    (time,) = parse_qs(urlsplit(then.path).query, strict_parsing=True)["timestamp"]
    assert datetime.fromisoformat(time) == _NOON


async def test_a_status_reports_when_it_changes(mock_http: aioresponses) -> None:
    response = {"data": {"isOpen": True, "timestamp": "2031-05-16T10:00:00Z", "closesAt": "2031-05-16T15:00:00Z"}}
    async with recording_client(mock_http, "GET", response) as (dixa, _):
        status = await dixa.business_hours.get_status("s1")
    assert status == BusinessOpenStatus(
        is_open=True, timestamp=_NOON, closes_at=datetime(2031, 5, 16, 15, tzinfo=UTC), opens_at=None
    )


async def test_a_time_without_a_zone_is_rejected_before_sending(mock_http: aioresponses) -> None:
    async with recording_client(mock_http, "GET") as (dixa, sent):
        with pytest.raises(InvalidRequestError, match="timestamp must be a datetime with a time zone"):
            await dixa.business_hours.get_status("s1", timestamp=_NOON.replace(tzinfo=None))
    assert sent == []


async def test_the_time_is_sent_in_utc_with_a_z(mock_http: aioresponses) -> None:
    response = {"data": {"isOpen": False, "timestamp": "2031-05-16T10:00:00Z"}}
    async with recording_client(mock_http, "GET", response) as (dixa, sent):
        await dixa.business_hours.get_status("s1", timestamp=_NOON)
    assert sent[0].path.endswith("Z")
