"""Business hours."""

from datetime import timedelta
from typing import Final

from ...models.business_hours import (
    BusinessHoursSchedule,
    BusinessHoursScheduleDefinitionResult,
    BusinessHoursScheduleList,
    BusinessHoursUpcomingSchedule,
    BusinessHoursUpcomingScheduleResult,
)
from ..http.errors import bad_request
from ..http.responses import HandlerResponse, data
from ..http.routing import HandlerCall, Routes, declares_no_404
from ..state.business_hours import Schedule

routes: Routes = Routes()

_DEFAULT_DAYS: Final = "7"
_MAX_DAYS: Final = 90


@routes("GET", "/business-hours/schedules")
def list_schedules(call: HandlerCall) -> HandlerResponse:
    """List the schedules."""
    definitions = [schedule.definition for schedule in call.state.schedules.values()]
    schedules = [BusinessHoursSchedule(id=definition.id, name=definition.name) for definition in definitions]
    return data(BusinessHoursScheduleList(schedules=schedules))


@routes("GET", "/business-hours/schedules/{scheduleId}/definition")
def get_definition(call: HandlerCall) -> HandlerResponse:
    """Get the definition of a schedule."""
    return data(BusinessHoursScheduleDefinitionResult(schedule=_schedule(call).definition))


@routes("GET", "/business-hours/schedules/{scheduleId}/upcoming")
def get_upcoming(call: HandlerCall) -> HandlerResponse:
    """Get the hours of a schedule for the coming days, including today."""
    schedule = _schedule(call)
    days = call.query.get("days", _DEFAULT_DAYS)
    if not (days.isascii() and days.isdigit() and 1 <= int(days[:11]) <= _MAX_DAYS):
        raise bad_request(f"days must be a whole number from 1 to {_MAX_DAYS}")
    today = call.state.now().astimezone(schedule.zone).date()
    upcoming = BusinessHoursUpcomingSchedule(
        id=schedule.definition.id,
        name=schedule.definition.name,
        timezone=schedule.definition.timezone,
        business_hours=[
            hours for number in range(int(days)) for hours in schedule.hours_of(today + timedelta(days=number))
        ],
    )
    return data(BusinessHoursUpcomingScheduleResult(schedule=upcoming))


@routes("GET", "/business-hours/schedules/{scheduleId}/status")
@declares_no_404
def get_status(call: HandlerCall) -> HandlerResponse:
    """Get whether it is open, now or at another time."""
    return data(_schedule(call).status_at(call.time("timestamp") or call.state.now()))


def _schedule(call: HandlerCall) -> Schedule:
    return call.find(call.state.schedules, "scheduleId", "schedule")
