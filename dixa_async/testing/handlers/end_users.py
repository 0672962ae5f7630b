"""End users."""

from functools import partial

from ...models.end_users import (
    BulkEndUserPatch,
    BulkEndUserUpdate,
    EndUser,
    EndUserPatch,
    EndUserUpdate,
    NewEndUser,
)
from ..http.errors import not_found
from ..http.paging import filters, page
from ..http.responses import HandlerResponse, data
from ..http.routing import HandlerCall, Routes
from ..logic.bulk import outcome
from ..logic.people import change, changes, check, details, has
from ..state.copies import changed
from ..state.server_state import State

routes: Routes = Routes()


@routes("GET", "/endusers")
def list_end_users(call: HandlerCall) -> HandlerResponse:
    """List end users."""
    wanted = filters(call, "email", "phone", "externalId")
    external_id = wanted.pop("externalId", None)
    users = [user for user in call.state.end_users.values() if has(user, wanted)]
    found = [user for user in users if external_id in (None, user.external_id)]
    return page(call, [changed(user, custom_attributes=None) for user in found])


@routes("GET", "/endusers/{userId}")
def get_end_user(call: HandlerCall) -> HandlerResponse:
    """Get an end user."""
    return data(call.find(call.state.end_users, "userId", "end user"))


@routes("POST", "/endusers")
def create_end_user(call: HandlerCall) -> HandlerResponse:
    """Create an end user."""
    return data(_create(call.state, call.body(NewEndUser)), status=201)


@routes("PUT", "/endusers/{userId}")
def update_end_user(call: HandlerCall) -> HandlerResponse:
    """Replace the details of an end user."""
    user = call.find(call.state.end_users, "userId", "end user")
    return data(change(user, details(call.body(EndUserUpdate)), call.state.end_users.values()))


@routes("PATCH", "/endusers/{userId}")
def patch_end_user(call: HandlerCall) -> HandlerResponse:
    """Change some details of an end user."""
    user = call.find(call.state.end_users, "userId", "end user")
    return data(change(user, changes(call.body(EndUserPatch)), call.state.end_users.values()))


@routes("POST", "/endusers/bulk")
def create_end_users(call: HandlerCall) -> HandlerResponse:
    """Create many end users."""
    end_users: list[NewEndUser] = call.body(list[NewEndUser], envelope="data")
    return data([outcome(partial(_create, call.state, new)) for new in end_users], status=201)


@routes("PUT", "/endusers")
def update_end_users(call: HandlerCall) -> HandlerResponse:
    """Replace the details of many end users."""
    updates: list[BulkEndUserUpdate] = call.body(list[BulkEndUserUpdate], envelope="data")
    return data([outcome(partial(_update, call.state, update), update.id) for update in updates])


@routes("PATCH", "/endusers")
def patch_end_users(call: HandlerCall) -> HandlerResponse:
    """Change some details of many end users."""
    patches: list[BulkEndUserPatch] = call.body(list[BulkEndUserPatch], envelope="data")
    return data([outcome(partial(_patch, call.state, patch), patch.id) for patch in patches])


@routes("GET", "/endusers/{userId}/conversations")
def list_conversations(call: HandlerCall) -> HandlerResponse:
    """List the conversations of an end user."""
    user = call.find(call.state.end_users, "userId", "end user")
    theirs = [known for known in call.state.conversations.values() if known.requester_id == user.id]
    return page(call, [changed(conversation, custom_attributes=None) for conversation in theirs])


def _create(state: State, new: NewEndUser) -> EndUser:
    user = EndUser(id=state.new_id(), created_at=state.now(), **details(new))
    check(user, state.end_users.values())
    state.end_users[user.id] = user
    return user


def _update(state: State, update: BulkEndUserUpdate) -> EndUser:
    return change(_find(state, update.id), details(update), state.end_users.values())


def _patch(state: State, patch: BulkEndUserPatch) -> EndUser:
    return change(_find(state, patch.id), changes(patch), state.end_users.values())


def _find(state: State, user_id: str) -> EndUser:
    if user_id not in state.end_users:
        raise not_found(f"end user {user_id}")
    return state.end_users[user_id]
