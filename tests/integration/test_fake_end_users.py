"""End users, from the call to the state of the server and back."""

import re

import pytest

from dixa_async import BadRequestError, ConflictError, DixaClient, NotFoundError
from dixa_async.models import Channel, ConversationState, PstnPhoneConversation
from dixa_async.models.anonymization import AnonymizationType
from dixa_async.models.end_users import BulkEndUserPatch, BulkEndUserUpdate, EndUserPatch, EndUserUpdate, NewEndUser
from dixa_async.models.outcomes import EmptyPatchFault, Failure, IntegrityFault, NotFoundFault, Success, ValidationFault
from dixa_async.testing import FakeDixa

from ..helpers.clients import NOW

NOBODY = "00000000-0000-4000-8000-000000000000"


async def test_an_end_user_goes_through_all_changes(dixa: DixaClient, server: FakeDixa) -> None:
    new = NewEndUser(display_name="Nils Holm", email="nils@example.com", external_id="n-1", first_name="Nils")
    created = await dixa.end_users.create(new)
    assert await dixa.end_users.get(created.id) == created
    assert (created.created_at, created.first_name) == (NOW, "Nils")

    patch = EndUserPatch(phone_number="+12025550177", first_name=None)
    patched = await dixa.end_users.patch(created.id, patch)
    assert (patched.phone_number, patched.first_name, patched.external_id) == ("+12025550177", None, "n-1")

    update = EndUserUpdate(display_name="N. Holm", email="nils@example.com")
    updated = await dixa.end_users.update(created.id, update)
    assert (updated.display_name, updated.phone_number, updated.external_id) == ("N. Holm", None, None)
    assert server.end_users[-1] == updated


async def test_each_of_many_end_users_has_its_own_outcome(dixa: DixaClient, server: FakeDixa) -> None:
    taken = server.end_users[0]
    assert taken.email is not None
    assert taken.external_id is not None
    outcomes = await dixa.end_users.create_many(
        [
            NewEndUser(email="first@example.com", external_id="new-1"),
            NewEndUser(email=taken.email),
            NewEndUser(external_id=taken.external_id),
            NewEndUser(email="first@example.com"),
            NewEndUser(email="no address"),
            NewEndUser(additional_phone_numbers=["+12025550177", "+12025550177"]),
            NewEndUser(phone_number="12025550177"),
            NewEndUser(email="last@example.com"),
        ]
    )
    faults = [type(outcome.error) for outcome in outcomes if isinstance(outcome, Failure)]
    assert faults == [IntegrityFault] * 3 + [ValidationFault] * 3
    assert [isinstance(outcome, Success) for outcome in outcomes] == [True] + [False] * 6 + [True]
    assert len(server.end_users) == 50


async def test_end_users_are_changed_in_bulk_except_invalid_ones(dixa: DixaClient, server: FakeDixa) -> None:
    one, other, third = server.end_users[:3]
    updated = await dixa.end_users.update_many(
        [
            BulkEndUserUpdate(id=one.id, display_name="One", email=one.email or ""),
            BulkEndUserUpdate(id=NOBODY, display_name="Nobody"),
            BulkEndUserUpdate(id=other.id, display_name="Other", email=one.email or ""),
        ]
    )
    patched = await dixa.end_users.patch_many(
        [
            BulkEndUserPatch(id=third.id, last_name="Third"),
            BulkEndUserPatch(id=NOBODY, last_name="Nobody"),
            BulkEndUserPatch(id=third.id),
            BulkEndUserPatch(id=third.id, external_id=other.external_id),
        ]
    )
    faults = [outcome.error for outcome in updated + patched if isinstance(outcome, Failure)]
    assert [type(fault) for fault in faults] == [
        NotFoundFault,
        IntegrityFault,
        NotFoundFault,
        EmptyPatchFault,
        IntegrityFault,
    ]
    assert [getattr(fault, "id", None) for fault in faults] == [NOBODY, other.id, NOBODY, third.id, third.id]
    assert (one.display_name, one.external_id) == ("One", None)
    assert other.display_name != "Other"
    assert third.last_name == "Third"


async def test_an_invalid_end_user_is_a_bad_request(dixa: DixaClient, server: FakeDixa) -> None:
    user, other = server.end_users[:2]
    with pytest.raises(BadRequestError, match="belongs to someone else"):
        await dixa.end_users.create(NewEndUser(external_id=user.external_id or ""))
    with pytest.raises(BadRequestError, match="belongs to someone else"):
        await dixa.end_users.patch(user.id, EndUserPatch(email=other.email))
    with pytest.raises(BadRequestError, match="changes nothing"):
        await dixa.end_users.patch(user.id, EndUserPatch())
    with pytest.raises(NotFoundError, match=NOBODY):
        await dixa.end_users.get(NOBODY)
    assert len(server.end_users) == 48


def add_call(server: FakeDixa, conversation_id: int, state: ConversationState) -> PstnPhoneConversation:
    """Add a phone call of the first end user."""
    user_id = server.end_users[0].id
    return server.add_conversation(
        PstnPhoneConversation(
            id=conversation_id, requester_id=user_id, channel=Channel.PSTN_PHONE, created_at=NOW, state=state
        )
    )


async def test_the_conversations_of_an_end_user_are_paged(dixa: DixaClient, server: FakeDixa) -> None:
    added = [add_call(server, conversation_id, ConversationState.OPEN) for conversation_id in range(1, 8)]
    user, other = server.end_users[:2]
    pages = [page.items async for page in dixa.end_users.list_conversations(user.id, page_limit=3).pages()]
    assert [len(page) for page in pages] == [3, 3, 1]
    assert [conversation for page in pages for conversation in page] == added
    assert list(await dixa.end_users.list_conversations(other.id)) == []


async def test_an_end_user_is_anonymized_after_the_configured_number_of_polls(
    dixa: DixaClient, server: FakeDixa
) -> None:
    server.state.anonymization_polls = 2
    user = server.end_users[0]
    conversation = add_call(server, 1, ConversationState.OPEN)
    with pytest.raises(ConflictError, match="1 is not closed"):
        await dixa.end_users.anonymize(user.id)
    request = await dixa.end_users.anonymize(user.id, force=True)
    assert (request.type, request.target_entity_id, request.processed_at) == (AnonymizationType.USER, user.id, None)
    assert conversation.state is ConversationState.CLOSED
    polls = [(await dixa.anonymization.get_request(request.id)).processed_at for _ in range(3)]
    assert polls == [None, NOW, NOW]
    shown = await dixa.end_users.get(user.id)
    assert (shown.id, shown.created_at) == (user.id, user.created_at)
    assert (shown.display_name, shown.email, shown.external_id) == (None, None, None)


@pytest.mark.parametrize(
    ("body", "place"),
    [([], "$.data"), ({}, "$.data"), ({"data": {}}, "$.data"), ({"data": [{"email": 7}]}, "$.data[0].email")],
)
async def test_an_unreadable_body_is_rejected_with_the_path_of_the_fault(
    dixa: DixaClient, body: object, place: str
) -> None:
    with pytest.raises(BadRequestError, match=re.escape(f"{place}:")):
        await dixa.request("POST", "/endusers/bulk", json=body)
