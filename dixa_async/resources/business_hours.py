"""Business hours."""

from __future__ import annotations

from datetime import datetime

from .. import models
from ..errors import InvalidRequestError
from ..pagination import Page, Pager
from ..transport.operation import LazyType, Operation
from ..validation import check_datetime
from .base import Resource

_LIST_SCHEDULES: Operation[models.BusinessHoursScheduleList] = Operation(
    "getBusiness-hoursSchedules",
    "GET",
    "/business-hours/schedules",
    response_type=LazyType(lambda: models.BusinessHoursScheduleList),
)
_GET_DEFINITION: Operation[models.BusinessHoursScheduleDefinitionResult] = Operation(
    "getBusiness-hoursSchedulesScheduleidDefinition",
    "GET",
    "/business-hours/schedules/{scheduleId}/definition",
    response_type=LazyType(lambda: models.BusinessHoursScheduleDefinitionResult),
)
_GET_UPCOMING: Operation[models.BusinessHoursUpcomingScheduleResult] = Operation(
    "getBusiness-hoursSchedulesScheduleidUpcoming",
    "GET",
    "/business-hours/schedules/{scheduleId}/upcoming",
    response_type=LazyType(lambda: models.BusinessHoursUpcomingScheduleResult),
)
_GET_STATUS: Operation[models.BusinessOpenStatus] = Operation(
    "getBusiness-hoursSchedulesScheduleidStatus",
    "GET",
    "/business-hours/schedules/{scheduleId}/status",
    response_type=LazyType(lambda: models.BusinessOpenStatus),
)

_MAX_DAYS = 90


class BusinessHours(Resource):
    """Business hours: when the organization is open."""

    def list_schedules(self) -> Pager[models.BusinessHoursSchedule]:
        """List the schedules of business hours.

        Dixa sends them all in one page.

        Returns:
            A pager over the schedules.

        Raises:
            BadRequestError: Dixa could not read the request.
            TransportError: no response arrived.

        ``GET /business-hours/schedules``
        """

        # The list is one level deeper in the response than other lists are.
        async def fetch(_: str | None) -> Page[models.BusinessHoursSchedule]:
            response = await self._caller.call(_LIST_SCHEDULES)
            return Page(items=response.schedules or [])

        return Pager(fetch, _LIST_SCHEDULES)

    async def get_definition(self, schedule_id: str) -> models.BusinessHoursScheduleDefinition:
        """Read the definition of a schedule: the hours of each day of the week, and the exceptions.

        Args:
            schedule_id: the ID (UUID) of the schedule.

        Returns:
            The schedule.

        Raises:
            InvalidRequestError: the ID is empty.
            BadRequestError: Dixa rejected the ID.
            NotFoundError: there is no such schedule.
            TransportError: no response arrived.

        ``GET /business-hours/schedules/{scheduleId}/definition``
        """
        response = await self._caller.call(_GET_DEFINITION, path={"scheduleId": schedule_id})
        return response.schedule

    async def get_upcoming(self, schedule_id: str, *, days: int | None = None) -> models.BusinessHoursUpcomingSchedule:
        """Read the hours of a schedule on the coming days, including exceptions.

        Args:
            schedule_id: the ID (UUID) of the schedule.
            days: how many days, 1 to 90; Dixa defaults to 7.

        Returns:
            The schedule with the hours of these days.

        Raises:
            InvalidRequestError: the ID is empty, or `days` is not 1 to 90.
            BadRequestError: Dixa rejected the ID.
            NotFoundError: there is no such schedule.
            TransportError: no response arrived.

        ``GET /business-hours/schedules/{scheduleId}/upcoming``
        """
        if days is not None and (type(days) is not int or not 1 <= days <= _MAX_DAYS):
            raise InvalidRequestError(f"days must be a whole number from 1 to {_MAX_DAYS}, not {days!r}")
        response = await self._caller.call(_GET_UPCOMING, path={"scheduleId": schedule_id}, query={"days": days})
        return response.schedule

    async def get_status(self, schedule_id: str, *, timestamp: datetime | None = None) -> models.BusinessOpenStatus:
        """Read whether a schedule is open, now or at another time.

        Args:
            schedule_id: the ID (UUID) of the schedule.
            timestamp: the time, a datetime with a time zone; defaults to now.

        Returns:
            Whether it is open at that time, and when that changes.

        Raises:
            InvalidRequestError: the ID is empty, or the time is not a datetime with a time zone.
            BadRequestError: Dixa rejected the ID or the time.
            TransportError: no response arrived.

        ``GET /business-hours/schedules/{scheduleId}/status``
        """
        return await self._caller.call(
            _GET_STATUS, path={"scheduleId": schedule_id}, query={"timestamp": check_datetime("timestamp", timestamp)}
        )
