"""Where the wire is known to differ from the description, or a model from both, each with the reason.

A deviation is for a schema (`Schema`) or for one of its fields (`Schema.field`), wherever these are. Apart from what
is here, the models must be what the description says.
"""

from collections.abc import Mapping, Set
from typing import Final

import attrs

from ..helpers.description import Schema, schemas

_TEXT: Final[Schema] = {"kind": "string"}
_TEXTS: Final[Schema] = {"kind": "array", "items": _TEXT}
_TIME: Final[Schema] = {"format": "date-time"}

_PERIODS: Final = [
    *("Today", "ThisWeek", "ThisMonth", "ThisQuarter", "ThisYear"),
    *("Yesterday", "PreviousWeek", "PreviousMonth", "PreviousQuarter"),
]
_MEASURES: Final[Schema] = {
    "enum": ["AgentPresenceDuration", "Average", "Count", "Max", "Min", "Percentage", "StdDev", "Sum"]
}
_KINDS_OF_HOURS: Final[Schema] = {"kind": "string", "enum": ["Exception", "Holiday", "Regular"]}

_ALL_MEASURES: Final = "the measures of one kind of numbers; one enum has the values of all measures"
_ALL_KINDS_OF_HOURS: Final = "some kinds of hours; one enum has the values of all kinds"
_ANY_TEXT: Final = "described as any string; it is a time"
_OLDER: Final = "required since 2025; older responses lack it"
_DEPRECATED: Final = "required, and deprecated in favour of `_type`: one day it will be absent"
_NO_TAG: Final = (
    "a union without a `_type`: the filter that is present determines the member; one class has both filters"
)


@attrs.frozen
class Deviation:
    """What applies instead of the description, and why."""

    schema: Schema
    """The whole schema; without a `kind`, only what changes in it."""
    reason: str

    def applied_to(self, described: Schema) -> Schema:
        """The schema with the deviation applied."""
        return self.schema if "kind" in self.schema else {**described, **self.schema}


DEVIATIONS: Final[Mapping[str, Deviation]] = {
    "CreateMessageOutputData.createdAt": Deviation(_TIME, _ANY_TEXT),
    "DeliveryDetail.deliveryTimestamp": Deviation(_TIME, _ANY_TEXT),
    "EmailAutoReply.createdAt": Deviation(_TIME, _ANY_TEXT),
    "EmailAutoReply.lastEditedAt": Deviation(_TIME, _ANY_TEXT),
    "QuickResponse.createdAt": Deviation(_TIME, _ANY_TEXT),
    "QuickResponse.lastEditedAt": Deviation(_TIME, _ANY_TEXT),
    "UserPresence.lastSeen": Deviation(_TIME, _ANY_TEXT),
    "UserPresence.requestTime": Deviation(_TIME, _ANY_TEXT),
    "ConversationRating.timestamps": Deviation(
        {"kind": "map", "value": {"kind": "string", "format": "date-time"}, "required": True},
        "described as any strings; the examples contain times",
    ),
    "ActivityLogEntry.activityType": Deviation({"required": False}, _DEPRECATED),
    "AnonymizationRequestStatus.entityType": Deviation({"required": False}, _DEPRECATED),
    "Article.createdAt": Deviation({"required": False}, _OLDER),
    "Article.updatedAt": Deviation({"required": False}, _OLDER),
    "ArticleTranslation.createdAt": Deviation({"required": False}, _OLDER),
    "ArticleTranslation.updatedAt": Deviation({"required": False}, _OLDER),
    "CustomAttribute.value": Deviation(
        {"required": False}, "required; an attribute without a value must not break its parent"
    ),
    "WebhookSubscription.headers": Deviation({"required": False}, _OLDER),
    "DoubleAggregateValue.measure": Deviation(_MEASURES, _ALL_MEASURES),
    "LongAggregateValue.measure": Deviation(_MEASURES, _ALL_MEASURES),
    "BusinessHourExceptionType": Deviation(_KINDS_OF_HOURS, _ALL_KINDS_OF_HOURS),
    "BusinessHourRegularType": Deviation(_KINDS_OF_HOURS, _ALL_KINDS_OF_HOURS),
    "CreateRatingOfferInput.ratingType": Deviation(
        {"enum": ["Csat", "Nps", "ThumbsUpOrDown"]},
        "described as any string; it is one of the enum values of responses",
    ),
    "Preset.value": Deviation(
        {"enum": _PERIODS, "tagged": True},
        "described as an enum value; the example writes it as an object with that value as its `_type`",
    ),
    "Sms.message": Deviation(
        {"kind": "object", "schema": "Outbound", "required": True},
        "described as a message of any direction; only outbound ones are accepted",
    ),
    "FormAttributeValue": Deviation(
        {
            "kind": "one_of",
            "options": [
                {
                    "kind": "union",
                    "name": "FormAttributeValue",
                    "members": {"Attachments": "Attachments", "Select": "Select", "Text": "Text1"},
                },
                _TEXT,
                _TEXTS,
            ],
        },
        "described as objects; strings and lists of strings are sent bare",
    ),
    "MimeType": Deviation(
        {"kind": "object", "schema": "MimeTypeImpl"},
        "a union of one member, which carries no `_type`",
    ),
    "GenericConversationImport": Deviation(
        {"tag": "GenericConversationImport"}, "in no union; the examples have a `_type` anyway"
    ),
    "Map_UUID_Option_AttributeValue": Deviation(
        {"kind": "map", "value": {"kind": "one_of", "options": [_TEXTS, _TEXT, {"kind": "null"}]}},
        "a null clears the attribute; the description has no null",
    ),
    "GetMetricDataInput": Deviation(
        {"kind": "merged", "schemas": ["GetMetricDataInputPeriodFilter", "GetMetricDataInputCsidFilter"]}, _NO_TAG
    ),
    "GetMetricRecordsDataInput": Deviation(
        {
            "kind": "merged",
            "schemas": ["GetMetricRecordsDataInputPeriodFilter", "GetMetricRecordsDataInputCsidFilter"],
        },
        _NO_TAG,
    ),
    **{
        f"{schema}.csidFilter": Deviation({"required": True}, "optional, although nothing else identifies this member")
        for schema in ("GetMetricDataInputCsidFilter", "GetMetricRecordsDataInputCsidFilter")
    },
    **{
        f"{schema}.values": Deviation({"required": True}, "optional; a condition without values is meaningless")
        for schema in (
            *("IsOneOf", "IsNotOneOf", "IsOneOf2", "IsNotOneOf2"),
            *("IncludesAll", "IncludesOne", "ExcludesAll", "ExcludesOne"),
        )
    },
}

MORE_STATUSES: Final[Mapping[str, Set[int]]] = {
    "organization.get": {401},  # it is called to find out whether the token works
    "webhooks.patch": {404},  # documented for the other operations on a subscription
}
"""Statuses that the description does not declare, and the package documents all the same, by method."""


def settled(schema: Schema) -> Schema:
    """A schema with its name looked up, as it is on the wire.

    Args:
        schema: a schema, maybe only the name of one.

    Returns:
        The schema itself; its `name` is the one under which it was found.
    """
    if schema["kind"] == "merged":
        return _merged(schema["schemas"])
    name = schema.get("schema")
    if name is None:
        return schema
    found = {**schemas()[name], "name": name}
    if "fields" in found:
        found["fields"] = {field: field_of(name, field) for field in found["fields"]}
    deviation = DEVIATIONS.get(name)
    return found if deviation is None else settled(deviation.applied_to(found))


def field_of(name: str, field: str) -> Schema:
    """A field of a schema, as it is on the wire."""
    described: Schema = schemas()[name]["fields"][field]
    deviation = DEVIATIONS.get(f"{name}.{field}")
    return described if deviation is None else deviation.applied_to(described)


def _merged(names: list[str]) -> Schema:
    """The fields of some schemas together: what all of them require is required."""
    members = [settled({"kind": "object", "schema": name})["fields"] for name in names]
    fields: dict[str, Schema] = {}
    for member in members:
        fields.update(member)
    for name, form in fields.items():
        fields[name] = {**form, "required": all(name in member and member[name]["required"] for member in members)}
    return {"kind": "object", "fields": fields}
