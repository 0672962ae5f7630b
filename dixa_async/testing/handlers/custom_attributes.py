"""Custom attributes: their definitions, and their values in conversations and end users."""

from collections.abc import Sequence

from ...models.activity import ActivityType
from ...models.activity_attributes import ConversationCustomAttributesUpdatedAttribute
from ...models.custom_attributes import (
    CustomAttribute,
    CustomAttributeDefinition,
    CustomAttributeEntity,
    CustomAttributeValue,
    CustomAttributeValues,
    SelectAttributeInput,
    SelectOption,
)
from ...models.end_users import EndUser
from ...models.webhooks import WebhookEvent
from ..http.errors import bad_request
from ..http.responses import HandlerResponse, data
from ..http.routing import HandlerCall, Routes
from ..state.server_state import ActiveConversation

routes: Routes = Routes()


@routes("GET", "/custom-attributes")
def list_definitions(call: HandlerCall) -> HandlerResponse:
    """List the definitions of all custom attributes."""
    return data(list(call.state.custom_attributes.values()))


@routes("GET", "/custom-attributes/{customAttributeId}")
def get_definition(call: HandlerCall) -> HandlerResponse:
    """Get the definition of a custom attribute."""
    definition = call.state.custom_attributes.get(call.arguments["customAttributeId"])
    if definition is None:
        raise bad_request(f"There is no custom attribute {call.arguments['customAttributeId']}")
    return data(definition)


@routes("PATCH", "/endusers/{userId}/custom-attributes")
def patch_values_of_end_user(call: HandlerCall) -> HandlerResponse:
    """Set or clear custom attributes of an end user."""
    user = call.find(call.state.end_users, "userId", "end user")
    _set(call, user, CustomAttributeEntity.CONTACT)
    return data(user.custom_attributes)


@routes("PATCH", "/conversations/{conversationId}/custom-attributes")
def patch_values_of_conversation(call: HandlerCall) -> HandlerResponse:
    """Set or clear custom attributes of a conversation."""
    conversation = call.active_conversation()
    values = _set(call, conversation, CustomAttributeEntity.CONVERSATION)
    updated = ConversationCustomAttributesUpdatedAttribute(
        updated_attribute_values={key: value for key, value in values.items() if value is not None},
        updated_attribute_ids=list(values),
    )
    call.state.record(conversation.id, ActivityType.CONVERSATION_CUSTOM_ATTRIBUTES_UPDATED, attributes=updated)
    call.state.emit(WebhookEvent.CONVERSATION_CUSTOM_ATTRIBUTE_UPDATED, conversation)
    return data(conversation.custom_attributes)


def _set(
    call: HandlerCall, owner: ActiveConversation | EndUser, entity: CustomAttributeEntity
) -> CustomAttributeValues:
    """Set the values in the body: all or none of them."""
    values: CustomAttributeValues = call.body(CustomAttributeValues)
    attributes = {attribute.id: attribute for attribute in owner.custom_attributes or []}
    for attribute_id, value in values.items():
        definition = call.state.custom_attributes.get(attribute_id)
        if definition is None or definition.entity_type != entity or definition.is_deactivated:
            raise bad_request(f"There is no active custom attribute {attribute_id} for the entity {entity}")
        _check(definition, value)
        if value is None:
            attributes.pop(attribute_id, None)
        else:
            attributes[attribute_id] = CustomAttribute(
                id=attribute_id, name=definition.label, identifier=definition.identifier, value=value
            )
    owner.custom_attributes = list(attributes.values())
    return values


def _check(definition: CustomAttributeDefinition, value: CustomAttributeValue) -> None:
    if value is None:
        return
    how = definition.input_definition
    if not isinstance(how, SelectAttributeInput):
        if not isinstance(value, str):
            raise bad_request(f"The value of {definition.identifier} must be a text")
    elif isinstance(value, str) or not _is_path(value, how.options or ()):
        raise bad_request(f"The value of {definition.identifier} must be the path of an option")


def _is_path(path: Sequence[str], options: Sequence[SelectOption]) -> bool:
    """Whether a path leads from the top of a tree of options to one of them."""
    if not path:
        return False
    option = next((option for option in options if option.value == path[0] and not option.is_deactivated), None)
    return option is not None and (len(path) == 1 or _is_path(path[1:], option.nested_options or ()))
